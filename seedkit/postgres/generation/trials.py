"""Tries the rows of a table of a circle by themselves: of what it takes the lines are kept, and nothing of the rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct, field
from psycopg import Error
from psycopg.errors import ForeignKeyViolation

from seedkit.core.catalog import Table
from seedkit.core.generation.rows.by_column import MadeRows
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.filling import Send, TableFilling
from seedkit.postgres.shard_errors import as_of_tables


class Trial(Struct):
    """Sends rows that may break some foreign `keys`: these are checked last, when nothing else has refused a row."""

    send: Send
    keys: Collection[str]
    lines: list[list[str]] = field(default_factory=list)

    def __call__(
        self, connection: Connection, table: Table, columns: tuple[str, ...], texts: Iterable[tuple[str, int]]
    ) -> tuple[int, int]:
        """Send rows, and keep their lines, in fields, where they are taken."""
        kept = list(texts)
        sent = sum(rows for _, rows in kept)
        try:
            with connection.transaction():
                self.send(connection, table, columns, kept)
        except Error as error:
            told = as_of_tables(error, [table])
            if not isinstance(told, ForeignKeyViolation) or told.diag.constraint_name not in self.keys:
                raise
        self.lines += [line.split("\t") for text, _ in kept for line in text.removesuffix("\n").split("\n")]
        return sent, sent


def tried_alone(connection: Connection, filling: TableFilling, blocks: Iterator[MadeRows]) -> None:
    """Fill a table, and take it back."""
    with connection.transaction(force_rollback=True):
        filling.fill(blocks)
