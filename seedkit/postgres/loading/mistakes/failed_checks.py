"""Rows for which a CHECK is false, where that can be told by what they bring: rows that bring all that it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg
from psycopg import sql

from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import trusted
from seedkit.postgres.loading.mistakes.doubts import Doubts
from seedkit.postgres.loading.mistakes.invalid_inputs import invalid_inputs
from seedkit.postgres.loading.mistakes.mistake import Mistake, mistakes_where, of_table
from seedkit.postgres.queries import query


def failed_checks(connection: Connection, doubts: Sequence[Doubts], error: psycopg.Error) -> Iterator[Mistake]:
    """Find rows for which a CHECK is false; that of a domain is a matter of the value's input."""
    if error.diag.table_name is None:
        yield from invalid_inputs(connection, doubts, error)
        return
    condition, asked = _check(connection, error)
    ours = of_table(doubts, error)
    if condition is None or not all(asked <= set(found.shape.stable) for found in ours):
        return
    yield from failing(connection, ours, condition, asked, f"it must be that {condition}")


def failing(
    connection: Connection, doubts: Sequence[Doubts], condition: str, asked: frozenset[str], text: str
) -> Iterator[Mistake]:
    """Find rows for which a condition is false that asks for some columns, and say the same of all."""
    for found in doubts:
        rows = sql.SQL("({}) as row").format(found.typed(found.with_keys(asked)))
        wrong = sql.SQL("not {} and not {}").format(trusted(condition), found.keeps())
        yield from mistakes_where(connection, found, rows, wrong, text)


def check_of(connection: Connection, error: psycopg.Error) -> str | None:
    """Return the condition of the CHECK that an error names, as PostgreSQL writes it."""
    return _check(connection, error)[0]


def _check(connection: Connection, error: psycopg.Error) -> tuple[str | None, frozenset[str]]:
    """Read the condition of a CHECK and the columns that it asks for."""
    told = error.diag
    names = {"schema": told.schema_name, "table": told.table_name, "check": told.constraint_name}
    row = connection.execute(query("check_of_table"), names).fetchone()
    return (row[0], frozenset(row[1])) if row else (None, frozenset())
