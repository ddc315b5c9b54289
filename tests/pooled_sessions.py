"""What the sessions of a pool still have of the clients that had them before."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import psycopg

_KINDS = {
    # PgBouncer gives a session the values of these that its next client has.
    "settings": """
        select name, setting, reset_val
        from pg_settings
        where source = 'session'
          and name not in (
              'application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings'
          )
        """,
    "role": "select current_user where current_user <> session_user",
    "temporary relations": "select relname from pg_class where relnamespace = pg_my_temp_schema()",
    "temporary functions": "select proname from pg_proc where pronamespace = pg_my_temp_schema()",
    "prepared statements": "select name from pg_prepared_statements",
    "cursors": "select name from pg_cursors where name <> ''",
    "advisory locks": "select objid, mode from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()",
    "channels": "select pg_listening_channels()",
}

Remains = dict[str, list[tuple[Any, ...]]]


def remains_in_sessions(url: str) -> list[Remains]:
    """Look into both sessions of a pool, by two transactions at the same time; what is left in each, by its kind.

    They need not be those of an earlier look: psycopg ends a pipeline with a Flush, and where that comes after the
    answer, PgBouncer throws the session away as the client leaves.
    """
    with ExitStack() as stack:
        clients = [stack.enter_context(psycopg.connect(url)) for _ in range(2)]
        return [_remains(client) for client in clients]


def _remains(client: psycopg.Connection[Any]) -> Remains:
    found = {kind: client.execute(query.encode()).fetchall() for kind, query in _KINDS.items()}
    return {kind: rows for kind, rows in found.items() if rows}
