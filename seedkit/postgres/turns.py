"""Whose turn it is on a connection: calls from several threads on one connection follow each other.

Drivers let threads share a connection, statement by statement; our work is many statements, whose savepoints and
settings can't lie side by side. What the threads send themselves meanwhile is not kept apart from it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary


class Turn:
    """A lock that its thread may take again, and hand over for a while with all that it holds of it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._held = 0
        self.is_handed_over = False

    def __enter__(self) -> None:
        """Wait for the turn."""
        self._lock.acquire()
        self._held += 1

    def __exit__(self, *_: object) -> None:
        """End the turn, or one of several that the thread has taken."""
        self._held -= 1
        self._lock.release()

    @contextmanager
    def handed_over(self) -> Iterator[None]:
        """Let other threads have their turns, those that a seeder starts, and go on once they are done."""
        with self:
            held = self._held
            self.is_handed_over = True
            for _ in range(held):
                self.__exit__()
            try:
                yield
            finally:
                for _ in range(held):
                    self.__enter__()
                self.is_handed_over = False


_turns: WeakKeyDictionary[object, Turn] = WeakKeyDictionary()
_one_by_one = threading.Lock()


def turn_of(connection: object) -> Turn:
    """Give the turn of a driver's connection, the same one in each thread."""
    if type(connection).__weakrefoffset__ == 0:
        return Turn()
    with _one_by_one:
        return _turns.setdefault(connection, Turn())
