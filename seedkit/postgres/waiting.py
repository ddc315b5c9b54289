"""Waits for a server that has still to come up, as one beside us in a composition of containers has."""

from __future__ import annotations

import logging
import math
import time

from psycopg import pq
from psycopg.conninfo import make_conninfo

from seedkit.errors import ConnectionFailedError
from seedkit.postgres.opening import CONNECT_TIMEOUT_SECONDS, connect, parameters_given, parameters_of

_LONGEST_PAUSE_SECONDS = 1.0
_ANSWER_SECONDS = 2
"""As long as libpq waits at least."""
_MAY_COME = {
    pq.Ping.REJECT: "it is starting up or shutting down, and takes no connections",
    pq.Ping.NO_RESPONSE: "nothing answers there",
}

_log = logging.getLogger("seedkit")


def wait_for_server(conninfo: str, *, source: str, seconds: float | None) -> None:
    """Wait until a connection can be opened, for some seconds or (None) for ever; opens one, and closes it.

    Raises ConnectionFailedError at the end of that time, and at once for what waiting does not mend: a password that is
    wrong, a database that is not there.
    """
    ends = math.inf if seconds is None else time.monotonic() + seconds
    pause, told = 0.1, ""
    while True:
        began = time.monotonic()
        reason = _why_to_wait(conninfo, source)
        now = time.monotonic()
        if not reason or now + (now - began) >= ends:  # to ask once more would take too long
            try:
                return connect(_in_time(conninfo, source, ends), source=source, read_only=True).close()
            except ConnectionFailedError as error:
                if reason:
                    error.message = f"{error.message} within {seconds:g} s"
                    raise
                if time.monotonic() >= ends or not _why_to_wait(conninfo, source):
                    raise  # waiting does not mend it; a server may go between its answer and our coming
        elif reason != told:
            _log.info("waiting for the server of %s: %s", source, reason)
            told = reason
        time.sleep(max(0.0, min(pause, ends - time.monotonic())))
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


def _in_time(conninfo: str, source: str, ends: float) -> str:
    """Have a connection not wait for an answer much longer than there is time."""
    given = parameters_given(conninfo, source)
    asked = str(given.get("connect_timeout") or CONNECT_TIMEOUT_SECONDS)
    left = max(_ANSWER_SECONDS, ends - time.monotonic())
    if ends == math.inf or not asked.isdecimal() or 0 < int(asked) <= left:
        return conninfo
    return make_conninfo("", **given | {"connect_timeout": math.ceil(left)})


def _why_to_wait(conninfo: str, source: str) -> str:
    """Ask as pg_isready does; empty where the server takes connections, or could not be asked at all."""
    parameters = parameters_of(conninfo, source) | {"connect_timeout": _ANSWER_SECONDS}
    return _MAY_COME.get(pq.Ping(pq.PGconn.ping(make_conninfo("", **parameters).encode())), "")
