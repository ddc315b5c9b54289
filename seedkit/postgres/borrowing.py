"""Works on a connection that a caller lends, and leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from seedkit.errors import UsageError
from seedkit.postgres.connection import Connection


@contextmanager
def borrowed(given: object) -> Iterator[Connection]:
    """Use the psycopg connection of what a caller lends: psycopg's own, SQLAlchemy's or Django's.

    Its rows are tuples meanwhile, and afterwards what its owner has them be. Nothing new is prepared either: behind
    PgBouncer in transaction mode it would stay in a session that others get next. What a SQLAlchemy Session holds back
    is sent first, and its errors are SQLAlchemy's own. Raises UsageError for anything else, also for a connection of
    another driver, or one that gives bytes for text.
    """
    connection = _found_in(given)
    _require_text(connection)
    _send_what_is_held_back(given)
    row_factory, cursor_factory = connection.row_factory, connection.cursor_factory
    prepare_threshold = connection.prepare_threshold
    connection.row_factory = tuple_row
    connection.prepare_threshold = None
    if issubclass(cursor_factory, psycopg.RawCursor):  # it knows no %s
        connection.cursor_factory = psycopg.Cursor
    try:
        yield connection
    finally:
        connection.row_factory, connection.cursor_factory = row_factory, cursor_factory
        connection.prepare_threshold = prepare_threshold


def _send_what_is_held_back(given: object) -> None:
    """Flush a SQLAlchemy Session, whatever its autoflush says: the highest id may be that of a row it has not sent yet.

    Inside a flush, where a listener calls, there is no other flush to be had. Django holds nothing back.
    """
    session: Any = given() if callable(given) else given  # a scoped_session gives the thread's Session
    if callable(getattr(session, "flush", None)) and not getattr(session, "_flushing", False):
        session.flush()


def _require_text(connection: Connection) -> None:
    if not connection.closed and connection.info.parameter_status("client_encoding") == "SQL_ASCII":
        raise UsageError(
            "the connection that was lent has the client_encoding SQL_ASCII, in which psycopg gives bytes for text",
            hint='Lend one in UTF-8: psycopg.connect(..., client_encoding="utf8").',
        )


def _found_in(given: object) -> Connection:
    found: Any = given
    if callable(getattr(found, "connection", None)):  # a SQLAlchemy Session gives its Connection
        found = found.connection()
    if callable(getattr(found, "ensure_connection", None)):  # Django opens one at the first query
        found.ensure_connection()
    for attribute in ("connection", "driver_connection"):  # SQLAlchemy's pool proxy, Django's wrapper
        if not isinstance(found, psycopg.Connection):
            found = getattr(found, attribute, found)
    if isinstance(found, psycopg.Connection):
        return found
    raise UsageError(
        f"{type(given).__module__}.{type(given).__name__} holds no psycopg 3 connection",
        hint="Lend a psycopg.Connection, a SQLAlchemy Session or Connection on postgresql+psycopg, or Django's own.",
    )
