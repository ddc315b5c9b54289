"""How long a run waits for locks of others: it has one table to wait for, or many, and takes no longer for many."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from seedkit.core.time_spans import seconds

TOGETHER = "300ms"
"""How long many are waited for together, before they are halved down to whom the lock is in the way of."""

_BRIEFLY = "10ms"
"""How long each wait is once somebody has proven to hold locks: enough where a lock is just being given back."""


class LockWaits:
    """The waits of one run: those in vain take no longer, all together, than was asked for, then a moment each.

    `lock_timeout` is in PostgreSQL's spelling; None or 0: for ever, each time. The many are halved only to find whom to
    wait for, so after the first time in vain they wait for a moment too.
    """

    def __init__(self, lock_timeout: str | None) -> None:
        self._asked = lock_timeout
        self._whole = self._left = _seconds(lock_timeout)
        self._together = TOGETHER

    @property
    def over(self) -> bool:
        """Whether all that was asked for has been waited."""
        return self._left is not None and self._left <= 0

    @contextmanager
    def alone(self) -> Iterator[str | None]:
        """Give how long one may be waited for, in PostgreSQL's spelling, and count what was waited in vain."""
        began = time.monotonic()
        try:
            yield self._next()
        except psycopg.errors.LockNotAvailable:
            if self._left is not None:
                self._left -= time.monotonic() - began
            raise

    @contextmanager
    def together(self) -> Iterator[str]:
        """Give how long many may be waited for."""
        try:
            yield self._together
        except psycopg.errors.LockNotAvailable:
            self._together = _BRIEFLY
            raise

    def _next(self) -> str | None:
        if self._left == self._whole:
            return self._asked
        return _BRIEFLY if self._left is None or self._left < 0.01 else f"{self._left * 1000:.0f}ms"


class Deadline:
    """The end of a wait that is made of several; `lock_timeout` in PostgreSQL's spelling, 0: there is none."""

    def __init__(self, lock_timeout: str) -> None:
        self._asked = lock_timeout
        self._whole = _seconds(lock_timeout)
        self._began = time.monotonic()

    @property
    def left(self) -> str:
        """How long the next wait may be, in PostgreSQL's spelling."""
        if self._whole is None:
            return self._asked
        left = self._whole - (time.monotonic() - self._began)
        return f"{max(left * 1000, 1):.0f}ms"


def _seconds(lock_timeout: str | None) -> float | None:
    try:
        return seconds(lock_timeout) if lock_timeout is not None else None
    except ValueError:  # PostgreSQL may understand it, and else says so
        return None
