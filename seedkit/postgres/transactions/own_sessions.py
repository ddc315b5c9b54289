"""Which sessions of the server are this process's own, and whether a seeder is what works there."""

from __future__ import annotations

import gc
import sys
import threading
import traceback
from typing import Any, NamedTuple

from psycopg.pq import TransactionStatus

_CONNECTIONS = {"psycopg": ("Connection", "AsyncConnection"), "psycopg2.extensions": ("connection",)}
"""The drivers beneath SQLAlchemy and Django, by the modules that a program has imported, with their connections."""

_IN_A_DRIVER = ("psycopg", "psycopg2", "sqlalchemy", "django")
"""The packages in whose code a thread is while its statement waits; psycopg2 has none of Python beneath the ORMs."""


class OwnSession(NamedTuple):
    """A session of this process, by what the server knows of it too; `busy` where a statement is at work in it.

    The number of the backend alone does not do: another server, to which a seeder is connected as well, may have given
    the same one.
    """

    backend: int
    database: str
    role: str
    busy: bool


def own_sessions(*, of_django: bool = False) -> set[OwnSession]:
    """Give all sessions of this process, on whatever server, or those that Django has opened.

    By the driver's own objects, since over a local socket the server knows nothing of who has connected. Behind a
    pooler the numbers are the pooler's, and none of them fits.
    """
    kinds = [(sys.modules[module], names) for module, names in _CONNECTIONS.items() if module in sys.modules]
    classes = tuple(getattr(module, name) for module, names in kinds for name in names)
    found: list[Any] = [each for each in gc.get_objects() if issubclass(type(each), classes)]
    return {_session(each.info) for each in found if not each.closed and (not of_django or is_djangos(each))}


def is_djangos(connection: Any) -> bool:  # noqa: ANN401 - a driver's own
    """Whether Django has opened a connection: its cursors are then of a class of Django's."""
    factory = getattr(connection, "cursor_factory", None)
    return any(base.__module__.startswith("django.") for base in getattr(factory, "__mro__", ()))


def _session(told: Any) -> OwnSession:  # noqa: ANN401 - the two drivers' own, of the same names
    busy = int(told.transaction_status) == TransactionStatus.ACTIVE
    return OwnSession(backend=told.backend_pid, database=told.dbname, role=told.user, busy=busy)


class SeederThreads:
    """The thread of a seeder, made in it before the seeder begins, and those beside it; the watching one counts not."""

    def __init__(self) -> None:
        self._seeder = threading.current_thread()
        self._before = set(threading.enumerate())

    @property
    def others(self) -> set[threading.Thread]:
        """All threads beside the seeder's own, and beside ours, which only look on."""
        ours = {thread for thread in threading.enumerate() if thread.name.startswith("seedkit: ")}
        return set(threading.enumerate()) - ours - {self._seeder, threading.current_thread()}

    @property
    def strangers(self) -> set[threading.Thread]:
        """Those that were there before the seeder began, and may have work of their own."""
        return self.others & self._before

    @property
    def seeder_is_in_a_driver(self) -> bool:
        """Whether the seeder's own thread is what waits for a database."""
        frame = sys._current_frames().get(self._seeder.ident or 0)
        names = (str(found.f_globals.get("__name__", "")) for found, _ in traceback.walk_stack(frame))
        return any(name.partition(".")[0] in _IN_A_DRIVER for name in names)
