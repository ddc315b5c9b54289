"""Notices what models write past a run: on another alias of Django's, or on another thread's connection."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from seedkit.errors import SeederError

_log = logging.getLogger("seedkit")

_WRITES = re.compile(
    r"\s*(?:WITH\b.*\b)?(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE|CREATE|ALTER|DROP)\b", re.DOTALL | re.IGNORECASE
)


class WrittenOutside:
    """Listens on all connections of Django's but the run's own: a dry run refuses what they write, another tells it.

    `own` is the run's. Connections of other threads count where the run is in the main thread, as that of a command:
    in a server's other threads others are at work.
    """

    def __init__(self, own: Any, *, dry_run: bool) -> None:  # noqa: ANN401 - Django is untyped
        self._own = own
        self._dry_run = dry_run
        self._seeder = ""
        self._thread = threading.get_ident()
        self._told: set[str] = set()
        self._heard: list[Any] = []
        self._refused: SeederError | None = None

    @contextmanager
    def watching(self, seeder: str) -> Iterator[None]:
        """Listen while a seeder is at work, or one that it calls; raises SeederError where a write was refused."""
        outer, self._seeder = self._seeder, seeder
        try:
            if outer:
                yield
            else:
                with self._listening():
                    yield
        finally:
            self._seeder = outer
        if self._refused is not None:
            raise self._refused

    @contextmanager
    def _listening(self) -> Iterator[None]:
        from django.db import connections
        from django.db.backends.signals import connection_created

        for wrapper in connections.all(initialized_only=True):
            self._listen(wrapper)
        before = set(threading.enumerate())

        def connected(connection: Any, **_: object) -> None:  # noqa: ANN401
            if self._is_a_seeders(before):
                self._listen(connection)

        connection_created.connect(connected)
        try:
            yield
        finally:
            connection_created.disconnect(connected)
            while self._heard:
                wrapper, hear = self._heard.pop()
                wrapper.execute_wrappers[:] = [each for each in wrapper.execute_wrappers if each is not hear]

    def _is_a_seeders(self, before: set[threading.Thread]) -> bool:
        if threading.get_ident() == self._thread:
            return True
        return self._thread == threading.main_thread().ident and threading.current_thread() not in before

    def _listen(self, wrapper: Any) -> None:  # noqa: ANN401
        if wrapper is self._own or any(wrapper is heard for heard, _ in self._heard):
            return

        def hear(execute: Any, sql: Any, *rest: Any) -> Any:  # noqa: ANN401 - as Django's execute_wrapper has it
            if isinstance(sql, str) and _WRITES.match(sql):
                self._written(wrapper.alias)
            return execute(sql, *rest)

        wrapper.execute_wrappers.append(hear)
        self._heard.append((wrapper, hear))

    def _written(self, alias: str) -> None:
        what = f'seeder "{self._seeder}" writes to database alias "{alias}"'
        hint = f'Write by `.using("{self._own.alias}")`, or have a router send it there: then it is in the run.'
        if alias == self._own.alias:
            what = f"{what} in another thread"
            hint = "Write in the seeder's own thread: each thread has a connection of its own in Django."
        if self._dry_run:
            self._refused = SeederError(f"{what}, outside of the run: a dry run could not take it back", hint=hint)
            raise self._refused
        if what not in self._told:
            self._told.add(what)
            _log.warning("%s, outside of the run: it stays whatever becomes of that. %s", what, hint)
