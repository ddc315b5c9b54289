"""What is checked at the end of a transaction: keys and triggers, which can be asked for earlier.

Keys of rows that have just come hold then or never. What a trigger does may depend on tables that have no rows yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import LiteralString, TypeVar

import psycopg
from msgspec import Struct
from psycopg import sql
from psycopg.rows import class_row

from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.refusals import is_refusal
from seedkit.postgres.queries import query

_Done = TypeVar("_Done")


class Deferred(Struct, frozen=True, kw_only=True):
    """A constraint of a table (OID) that waits for the end of a transaction: a key, or a trigger."""

    table: int
    schema: str
    name: str
    trigger: bool


class RefusedAtTheEnd(Struct, frozen=True, kw_only=True):
    """A trigger that has refused a run at its end, and what it said."""

    trigger: Deferred
    message: str


def ask_deferred(connection: Connection, tables: Iterable[int]) -> psycopg.Cursor[Deferred]:
    """Ask for the deferred constraints of some tables (OIDs), on the safe path."""
    cursor = connection.cursor(row_factory=class_row(Deferred))
    return cursor.execute(query("generation_deferred"), {"tables": list(tables)})


@contextmanager
def checked_at_once(connection: Connection, constraints: Sequence[Deferred]) -> Iterator[None]:
    """Have constraints checked by each statement, and have them wait again if nothing goes wrong."""
    check_at_once(connection, constraints)
    yield
    _set(connection, constraints, "deferred")


def check_at_once(connection: Connection, constraints: Sequence[Deferred]) -> None:
    """Have constraints checked by each statement, to the end of the transaction."""
    _set(connection, constraints, "immediate")


def tried(
    connection: Connection, triggers: Sequence[Deferred], work: Callable[[], _Done]
) -> tuple[_Done, RefusedAtTheEnd | None]:
    """Do some work, of which nothing is left where one of some triggers refuses it at the end, which is told.

    Raises psycopg.Error for what refuses only together with others, or is no refusal.
    """
    refused: RefusedAtTheEnd | None = None
    with connection.transaction() as savepoint:
        done = work()
        try:
            with connection.transaction():
                _set(connection, triggers, "immediate")
        except psycopg.Error as error:
            refused = None if connection.closed or not is_refusal(error) else _refusing(connection, triggers)
            if refused is None:
                raise
            raise psycopg.Rollback(savepoint) from error
    return done, refused


def _refusing(connection: Connection, triggers: Sequence[Deferred]) -> RefusedAtTheEnd | None:
    """Find the trigger that refuses rows when it is asked by itself."""
    for trigger in triggers:
        try:
            with connection.transaction(force_rollback=True):
                _set(connection, [trigger], "immediate")
        except psycopg.Error as error:
            if connection.closed:
                raise
            return RefusedAtTheEnd(trigger=trigger, message=error.diag.message_primary or str(error))
    return None


def _set(connection: Connection, constraints: Sequence[Deferred], when: LiteralString) -> None:
    if constraints:
        named = sql.SQL(", ").join(sql.Identifier(each.schema, each.name) for each in constraints)
        connection.execute(sql.SQL("set constraints {} {}").format(named, sql.SQL(when)))
