"""What tests ask a sequence, a table and a connection, beside what seedkit says of them."""

from __future__ import annotations

from typing import Any, ClassVar

import psycopg
from psycopg import sql
from psycopg.abc import Params
from psycopg.rows import TupleRow


def state_of(connection: psycopg.Connection, sequence: str) -> tuple[int, bool]:
    """Return the last value and is_called, bit for bit as they are stored."""
    statement = sql.SQL("select last_value, is_called from {}").format(sql.Identifier(*sequence.split(".")))
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0], row[1]


def inserted_id(connection: psycopg.Connection, statement: str | sql.Composed) -> int:
    """Run an INSERT that returns the id which its default gave, or a SELECT of nextval."""
    row = connection.execute(statement if isinstance(statement, sql.Composed) else statement.encode()).fetchone()
    assert row is not None
    return int(row[0])


class Counting(psycopg.Cursor[TupleRow]):
    """A cursor that keeps the statements which it and all others of its kind have sent."""

    statements: ClassVar[list[str]] = []

    def execute(self, query: Any, params: Params | None = None, **options: Any) -> Counting:
        """Keep the statement, and send it."""
        text = (
            query if isinstance(query, str) else query.decode() if isinstance(query, bytes) else query.as_string(self)
        )
        self.statements.append(text)
        return super().execute(query, params, **options)
