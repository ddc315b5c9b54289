"""What a seeder may change in the run's session, and how it is put right: settings, the transaction."""

from __future__ import annotations

from datetime import datetime

import psycopg
from msgspec import Struct
from psycopg import sql
from psycopg.rows import class_row

from seedkit.postgres.connection import Connection, pipelined
from seedkit.postgres.queries import query

_WATCHED = (
    "role",  # first: it decides whether the others may be set
    "search_path",
    "TimeZone",
    "DateStyle",
    "IntervalStyle",
    "client_encoding",
    "lc_monetary",
    "array_nulls",
    "xmloption",
    "row_security",
    "session_replication_role",
    "lock_timeout",
    "statement_timeout",
)


class SessionSetting(Struct, frozen=True, kw_only=True):
    """A setting before a run; `was_set` says that the session has a value of its own, and not the database's."""

    name: str
    value: str
    was_set: bool


SessionSettings = dict[str, SessionSetting]


class SessionState(Struct, frozen=True, kw_only=True):
    """A session before a seeder: when its transaction began, and the settings that matter to whoever comes next.

    `backend` is the server's own process, also where a pooler has given another number. `written` is another number
    once somebody has written something, whoever that was, and committed.
    """

    backend: int
    began: datetime
    written: str
    settings: dict[str, str]


class RowsWritten(Struct, frozen=True, kw_only=True):
    """Into which tables a transaction has written rows, by the text of their OID, if the server `counts` them.

    Tables above a partition are among them. Their marks are others when more has been written.
    """

    counts: bool
    marks: dict[str, int]

    @property
    def by_table(self) -> dict[int, int]:
        """The marks by the OID of their table."""
        return {int(oid): mark for oid, mark in self.marks.items()}


def ask_session_settings(connection: Connection) -> psycopg.Cursor[SessionSetting]:
    """Ask for the settings that a seeder may change; in a pipeline the answer comes at its end."""
    cursor = connection.cursor(row_factory=class_row(SessionSetting))
    return cursor.execute(query("session_settings"), {"names": list(_WATCHED)})


def session_state(connection: Connection) -> SessionState:
    """Read the state of a session whose transaction is open."""
    return ask_session_state(connection).fetchall()[0]


def ask_session_state(connection: Connection) -> psycopg.Cursor[SessionState]:
    """Ask for the state of a session whose transaction is open."""
    question = (
        "select pg_catalog.pg_backend_pid() as backend, pg_catalog.now() as began,"
        " pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text as written,"
        " (select pg_catalog.json_object_agg(name, pg_catalog.current_setting(name))"
        " from pg_catalog.unnest(%s::pg_catalog.text[]) as name) as settings"
    )
    return connection.cursor(row_factory=class_row(SessionState)).execute(question, (list(_WATCHED),))


def ask_rows_written(connection: Connection) -> psycopg.Cursor[RowsWritten]:
    """Ask what the open transaction has written by PostgreSQL's own count, whoever sent it."""
    return connection.cursor(row_factory=class_row(RowsWritten)).execute(query("rows_written"))


def before_a_seeder(connection: Connection) -> tuple[SessionState, RowsWritten]:
    """Read the state of the session, and what has been written so far, in one round trip."""
    with pipelined(connection):
        state, written = ask_session_state(connection), ask_rows_written(connection)
    return state.fetchall()[0], written.fetchall()[0]


def restore_settings(connection: Connection, before: SessionState, session: SessionSettings) -> None:
    """Set back what a seeder has changed: in the transaction as before the seeder, in the session as before the run.

    SET outlives the transaction, and PgBouncer may give the session to others next.
    """
    found = session_state(connection).settings
    for name in _WATCHED:
        if found[name] != before.settings[name]:
            _restore_in_session(connection, session[name])
            if session[name].value != before.settings[name]:
                connection.execute("select pg_catalog.set_config(%s, %s, true)", (name, before.settings[name]))


def _restore_in_session(connection: Connection, setting: SessionSetting) -> None:
    if setting.was_set:
        connection.execute("select pg_catalog.set_config(%s, %s, false)", (setting.name, setting.value))
    else:
        connection.execute(sql.SQL("reset {}").format(sql.Identifier(setting.name)))


def transaction_was_ended(connection: Connection, before: SessionState) -> bool:
    """Whether the open transaction is not the one of before, or none is open; a lost connection is another matter."""
    status = connection.info.transaction_status
    if status == psycopg.pq.TransactionStatus.INTRANS:
        return session_state(connection).began != before.began
    return status in {psycopg.pq.TransactionStatus.IDLE, psycopg.pq.TransactionStatus.INERROR}
