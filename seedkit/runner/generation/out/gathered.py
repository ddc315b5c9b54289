"""The rows of a run as they were sent, but for those that were refused: what is written down once all are taken back.

As they were sent, and not as they are stored: what triggers do to rows, and to others for their sake, they will do
again where these are loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from msgspec import Struct, field

from seedkit.core.catalog import Table
from seedkit.files.spool import Piece, Spool

Keep = Callable[[str], None]
"""Keeps rows of a table, which are lines of COPY text."""


class GatheredTable(Struct):
    """A table's rows; columns `left` to triggers are mostly NULL in them.

    Those of tables `together`, by their OIDs, refer to each other and are to be loaded at once.
    """

    table: Table
    columns: tuple[str, ...]
    left: frozenset[str]
    together: tuple[int, ...]
    pieces: list[Piece] = field(default_factory=list)


class Gathered(Struct):
    """The rows of all tables in the order in which they were filled, by the tables' OIDs."""

    tables: dict[int, GatheredTable] = field(default_factory=dict)
    _spool: Spool = field(default_factory=Spool)

    def begin(self, table: Table, columns: Sequence[str], left: Collection[str], together: Sequence[int]) -> Keep:
        """Begin a table, from the start again where it was begun; give what keeps its rows."""
        self.tables.pop(table.oid, None)
        self.tables[table.oid] = found = GatheredTable(table, tuple(columns), frozenset(left), tuple(together))

        def keep(lines: str) -> None:
            if lines:
                found.pieces.append(self._spool.keep(lines))

        return keep

    def drop(self, tables: Iterable[int]) -> None:
        """Forget the rows of tables that were given up."""
        for oid in tables:
            self.tables.pop(oid, None)

    def filled(self) -> list[GatheredTable]:
        """List the tables that have rows."""
        return [table for table in self.tables.values() if table.pieces]

    def pieces(self, table: GatheredTable) -> Iterator[bytes]:
        """Read a table's rows, some at a time."""
        return map(self._spool.read, table.pieces)

    def close(self) -> None:
        """Give up all rows."""
        self._spool.close()
