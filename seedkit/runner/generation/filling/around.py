"""What a run does around the rows that its engine makes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from seedkit.core.catalog import Table
from seedkit.core.generation.rows.by_column import MadeRows


class Around(Protocol):
    """What the run does around the rows of a table."""

    def make_ready(self, table: Table, last: Mapping[str, int]) -> dict[str, int]:
        """Make ready for rows with numbers in some columns, up to the last value of each; say which were given last."""
        ...

    def sent(self, table: Table, blocks: Iterable[MadeRows]) -> Iterator[MadeRows]:
        """Hand on blocks of rows as they are loaded."""
        ...

    def pieces(self, table: Table, blocks: Iterable[MadeRows]) -> Iterator[Iterator[MadeRows]]:
        """Cut blocks of rows where the run commits what was loaded so far."""
        ...

    def loaded(self, table: Table, rows: int) -> None:
        """Take note of how many rows of a piece are there."""
        ...

    def taking(
        self, table: Table, columns: Sequence[str], left: Collection[str], together: Sequence[int]
    ) -> Callable[[str], None]:
        """Begin to take note of a table's rows, from the start again where it was begun; give what hears of them.

        They are lines of COPY text that have been sent and were not refused; columns `left` to triggers are mostly NULL
        there. Those of tables `together` go in at once.
        """
        ...
