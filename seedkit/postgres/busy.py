"""Asks, beside a run, what the server is busy with for it: in a session of its own, begun when the run stands still.

Nothing that goes wrong with it is an error of the run. Through a pooler, where the server knows no session by the
number that the client has, it is given up: the pool may have no further session.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import psycopg
from msgspec import Struct
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from seedkit.core.names import TableName
from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query

_PATIENCE = 3
"""Seconds for the connection."""

_WAITS = {
    ("IO", "WAL"): "writing its log",
    ("IO", ""): "reading or writing its files",
    ("IPC", "SyncRep"): "waiting for a standby to confirm",
    ("LWLock", "WAL"): "writing its log",
}
"""What a wait event means, by its kind and what its name begins with; the first that fits. Others tell nobody much."""


class _Busy(Struct, frozen=True, kw_only=True):
    """What a session waits for, in PostgreSQL's words, and of a lock who holds it: no session, if it was `prepared`."""

    kind: str | None
    event: str | None
    relation: str | None
    holder: int | None
    prepared: bool
    role: str | None
    application: str | None
    state: str | None
    since: float | None

    @property
    def told(self) -> str | None:
        if self.kind == "Lock":
            of = f" on {TableName(*json.loads(self.relation))}" if self.relation else ""
            return f"waiting for a lock{of}{self._whose}"
        event = self.event or ""
        found = (words for (kind, begin), words in _WAITS.items() if kind == self.kind and event.startswith(begin))
        return next(found, None)

    @property
    def _whose(self) -> str:
        if self.holder is None:
            return " that a prepared transaction holds (pg_prepared_xacts)" if self.prepared else ""
        since = f" for {self.since:.0f} s" if self.since is not None else ""
        facts = [self.application, self.role and f"role {self.role}", self.state and f"{self.state}{since}"]
        told = ", ".join(filter(None, facts))
        return f" that session {self.holder} holds{f' ({told})' if told else ''}"


class ServerWatch:
    """Watches the session of a connection, which is told at its beginning and used no more."""

    def __init__(self, connection: Connection) -> None:
        ours = {"connect_timeout": str(_PATIENCE), "application_name": "seedkit: progress"}
        parameters = connection.info.get_parameters() | ours
        self._conninfo = make_conninfo(**parameters, password=connection.info.password or None)
        self._session = connection.info.backend_pid
        self._beside: Connection | None = None
        self._is_over = False

    def __call__(self) -> str | None:
        """Say what the server is busy with; None where that can't be known, or says nothing."""
        if self._is_over:
            return None
        try:
            found = self._found()
        except (psycopg.Error, UnicodeError, OSError):
            found = None
        if found is None:
            self.close()
        return _Busy(**found).told if found else None

    def _found(self) -> Mapping[str, Any] | None:
        if self._beside is None:
            self._beside = psycopg.connect(self._conninfo, autocommit=True, prepare_threshold=None)
        cursor = self._beside.cursor(row_factory=dict_row)
        return cursor.execute(query("busy_with"), {"session": self._session}).fetchone()

    def close(self) -> None:
        """Ask no more."""
        self._is_over = True
        beside, self._beside = self._beside, None
        if beside is not None:
            with suppress(psycopg.Error):
                beside.close()
