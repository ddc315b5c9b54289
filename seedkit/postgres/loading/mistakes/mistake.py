"""One row's mistake, and the question which rows of a load make it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg
from msgspec import Struct
from psycopg import sql

from seedkit.errors import Origin
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.blame import table_of
from seedkit.postgres.loading.mistakes.doubts import FILE, LINE, Doubts

SHOWN = 10


class Mistake(Struct, frozen=True, kw_only=True):
    """One row that is wrong, and what is wrong with it; `message` is what PostgreSQL says of it, where it was asked."""

    origin: Origin | None
    text: str
    message: str | None = None


def rows_where(
    connection: Connection,
    doubts: Doubts,
    rows: sql.Composable,
    condition: sql.Composable,
    columns: Sequence[str] = (),
) -> Iterator[tuple[Origin | None, list[str | None]]]:
    """Give the places of the rows that meet a condition, and some columns of theirs as text."""
    texts = [sql.SQL("row.{}::pg_catalog.text").format(sql.Identifier(name)) for name in columns]
    statement = sql.SQL("select {} from {} where {} order by 1, 2 limit {}").format(
        sql.SQL(", ").join([FILE, LINE, *texts]),
        rows,
        condition,
        sql.Literal(SHOWN + 1),
    )
    for file, line, *found in connection.execute(statement):
        yield doubts.origin(file, line), found


def mistakes_where(
    connection: Connection, doubts: Doubts, rows: sql.Composable, condition: sql.Composable, text: str
) -> Iterator[Mistake]:
    """Say the same of all rows that meet a condition."""
    return (Mistake(origin=place, text=text) for place, _ in rows_where(connection, doubts, rows, condition))


def of_table(doubts: Sequence[Doubts], error: psycopg.Error) -> list[Doubts]:
    """Choose the rows of the table that an error names, or of those that may have the partition which it names."""
    return [found for found in doubts if found.table.name == table_of(error)] or [
        found for found in doubts if found.table.kind == "p"
    ]


def key_text(columns: Sequence[str], texts: Sequence[str | None]) -> str:
    """Tell a key as PostgreSQL does."""
    return f"Key ({', '.join(columns)})=({', '.join('null' if text is None else text for text in texts)})"


def listed_below(mistakes: Sequence[Mistake]) -> list[str]:
    """List further mistakes, below the first one."""
    shown = [f"also at {mistake.origin}: {mistake.text}" for mistake in mistakes[: SHOWN - 1]]
    return [*shown, "and more"] if len(mistakes) >= SHOWN else shown
