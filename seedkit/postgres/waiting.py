"""Waits for a server that has still to come up, as one beside us in a composition of containers has."""

from __future__ import annotations

import logging
import time

from psycopg import pq
from psycopg.conninfo import make_conninfo

from seedkit.errors import ConnectionFailedError
from seedkit.postgres.opening import connect, parameters_of

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
    ends = None if seconds is None else time.monotonic() + seconds
    pause, told = 0.1, ""
    while True:
        reason = _why_to_wait(conninfo, source)
        if not reason or (ends is not None and time.monotonic() >= ends):
            try:
                return connect(conninfo, source=source, read_only=True).close()
            except ConnectionFailedError as error:
                _refuse_for_good(error, reason or _why_to_wait(conninfo, source), ends, seconds)
        elif reason != told:
            _log.info("waiting for the server of %s: %s", source, reason)
            told = reason
        time.sleep(pause if ends is None else max(0.0, min(pause, ends - time.monotonic())))
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


def _refuse_for_good(error: ConnectionFailedError, reason: str, ends: float | None, seconds: float | None) -> None:
    """Raise an error that waiting does not mend, or no longer; a server may go between its answer and our coming."""
    if not reason:
        raise error
    if ends is not None and time.monotonic() >= ends:
        error.message = f"{error.message} within {seconds:g} s"
        raise error


def _why_to_wait(conninfo: str, source: str) -> str:
    """Ask as pg_isready does; empty where the server takes connections, or could not be asked at all."""
    parameters = parameters_of(conninfo, source) | {"connect_timeout": _ANSWER_SECONDS}
    return _MAY_COME.get(pq.Ping(pq.PGconn.ping(make_conninfo("", **parameters).encode())), "")
