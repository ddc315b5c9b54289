"""Says what to set where the server has come to one of its limits."""

from __future__ import annotations

import psycopg

_HINTS = {
    "25P03": "Raise idle_in_transaction_session_timeout for this role or database, or set it to 0 for the connection.",
    "25P04": "Raise transaction_timeout for this role or database, or set it to 0 for the connection.",
    "57P05": "Raise idle_session_timeout for this role or database, or set it to 0 for the connection.",
    "53000": "The server is short of something: its own log says of what.",
    "53100": "Free space where the server keeps its data, or move the table to a tablespace that has room.",
    "53200": "Give the server more memory, or lower work_mem and maintenance_work_mem for this role.",
    "53400": "Raise the limit that the message names (such as temp_file_limit) for this role: alter role … set … = …;",
    "55P03": "Try again when the session that holds the lock has ended, or raise lock_timeout.",
    "57014": "If it names a time-out, raise that: --statement-timeout, or alter role … set statement_timeout = …;",
}
"""By SQLSTATE (PostgreSQL's documentation, appendix A)."""

_LOCK_TABLE_HINT = (
    "The server's table of locks is full: raise max_locks_per_transaction (needs a restart), or name fewer tables at a"
    " time."
)


def limit_hint(error: psycopg.Error) -> str | None:
    """Say what to set, or None where the error is of another kind."""
    if error.sqlstate == "53200" and "shared memory" in (error.diag.message_primary or ""):
        return _LOCK_TABLE_HINT
    return _HINTS.get(error.sqlstate or "")
