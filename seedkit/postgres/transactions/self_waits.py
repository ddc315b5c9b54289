"""Watches, while a seeder is at work, for sessions that wait for its run: a seeder's own would wait for ever."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from msgspec import Struct
from msgspec.structs import force_setattr
from psycopg.conninfo import make_conninfo
from psycopg.rows import class_row

from seedkit.core.names import TableName
from seedkit.core.reports.self_waits import SelfWait
from seedkit.errors import SeederError
from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query
from seedkit.postgres.transactions.own_sessions import OwnSession, SeederThreads, is_djangos, own_sessions

_log = logging.getLogger("seedkit")

PATIENCE_SECONDS = 1.5
"""How long a seeder may take before anybody looks: most are done by then, and cost no connection."""

PAUSE_SECONDS = 0.5

_LASTS = 2
"""How often a wait is seen that does not pass by itself."""

LOOKS_BEFORE_A_WARNING = 10
"""How often a session that may be a stranger's is seen to wait before it is told."""


class _Wait(Struct, frozen=True, kw_only=True):
    """Another session and which of the two waits; `moment` is another where one of them has done something since."""

    other: int
    waiting: int
    other_database: str
    other_role: str
    statement: str | None
    moment: str
    same_host: bool
    advisory: bool
    tables: tuple[str, ...]

    def __post_init__(self) -> None:
        force_setattr(self, "tables", tuple(self.tables))

    @property
    def run_waits(self) -> bool:
        return self.waiting != self.other

    def is_of(self, own: set[OwnSession]) -> bool:
        """Whether the other session is one of these; one that waits is at work, one that is waited for may seem to."""
        states = (True, False) if self.run_waits else (True,)
        found = (OwnSession(self.other, self.other_database, self.other_role, busy) for busy in states)
        return not own.isdisjoint(found)

    def told(self, *, django: bool = False) -> SelfWait:
        return SelfWait(
            session=self.other,
            run_waits=self.run_waits,
            statement=self.statement or "unknown",
            tables=[TableName(*json.loads(table)) for table in self.tables],
            django=django,
        )


class SelfWaits:
    """Looks for waits in a thread and a session of its own, from when a seeder has taken longer than most.

    A wait that is the seeder's own and can't pass is ended by cancelling the statement, and then told by `error`. What
    may be somebody else's on the same host is left alone and warned of.
    """

    def __init__(self, connection: Connection, run: int, seeder: Callable[[], str]) -> None:
        self._error: SeederError | None = None
        self._deciding = threading.Lock()
        self._conninfo = make_conninfo(**connection.info.get_parameters(), password=connection.info.password or None)
        self._run = run
        self._seeder = seeder
        self._seen: dict[_Wait, int] = {}
        self._own: set[_Wait] = set()
        self._on_djangos = is_djangos(connection)
        self._ended = threading.Event()
        self._threads = SeederThreads()

    @property
    def error(self) -> SeederError | None:
        """What was found and ended; where that is being decided, it is waited for."""
        with self._deciding:
            return self._error

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch while the block lasts; raises what was found, if the block has not come to an error of its own."""
        thread = threading.Thread(target=self._watch, name="seedkit: waits for the run", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join(PATIENCE_SECONDS)
        if (error := self.error) is not None:
            raise error

    def _watch(self) -> None:
        if self._ended.wait(PATIENCE_SECONDS):
            return
        try:
            with psycopg.connect(self._conninfo, autocommit=True, prepare_threshold=None) as session:
                self._look(session)
                while not self._ended.wait(PAUSE_SECONDS):  # whoever was cancelled may try again
                    self._look(session)
        except (psycopg.Error, UnicodeError) as error:
            _log.debug("nobody watches whether a seeder waits for its run: %s", type(error).__name__)

    def _look(self, session: Connection) -> None:
        cursor = session.cursor(row_factory=class_row(_Wait))
        waits = cursor.execute(query("self_waits"), {"run": self._run}).fetchall()
        self._seen = {wait: self._seen.get(wait, 0) + 1 for wait in waits}
        lasting = [wait for wait in waits if self._seen[wait] >= _LASTS]
        if new := [wait for wait in lasting if self._seen[wait] == _LASTS]:  # once each: it looks at all objects
            own = own_sessions()
            self._own |= {wait for wait in new if wait.is_of(own)}
        for wait in lasting:
            hangs = wait in self._own and self._can_not_pass(wait)
            if hangs and self._put_an_end_to(wait, session):
                return
            if self._seen[wait] == LOOKS_BEFORE_A_WARNING and (hangs or (wait.same_host and not wait.advisory)):
                _log.warning("warning: %s", wait.told().warning(self._seeder()))

    def _can_not_pass(self, wait: _Wait) -> bool:
        """Whether no other thread could end it: by a commit there, or because it is that one's own matter."""
        if wait.run_waits:
            return not self._threads.others
        return not self._threads.strangers or self._threads.seeder_is_in_a_driver

    def _put_an_end_to(self, wait: _Wait, session: Connection) -> bool:
        django = not self._on_djangos and wait.is_of(own_sessions(of_django=True))
        error = wait.told(django=django).error(self._seeder())
        with self._deciding:  # whoever hears of the statement's end is to know why
            ended = self._ended_statement(wait, session)
            self._error = error if ended else self._error
        return ended

    @staticmethod
    def _ended_statement(wait: _Wait, session: Connection) -> bool:
        """Cancel a statement; not one of another role's, nor one that has come to its own end meanwhile."""
        try:
            [(ended,)] = session.execute("select pg_catalog.pg_cancel_backend(%s)", (wait.waiting,)).fetchall()
        except psycopg.errors.InsufficientPrivilege:
            return False
        return bool(ended)
