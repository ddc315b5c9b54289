"""Has work in another thread end early, with all that it does on its way out, as Ctrl-C has work in the main one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from threading import Lock
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

_Answer = TypeVar("_Answer")


class Interrupted(BaseException):
    """Raised in the thread at work, once: what it sends on its way out is sent."""


class Interruption:
    """Asks work to end; `cancel` has the statement end that is running now, where one is."""

    def __init__(self) -> None:
        self.cancel: Callable[[], object] | None = None
        self._asked = False
        self._cancelling = Lock()

    def ask(self) -> None:
        """Have the work end at its next answer."""
        self._asked = True

    def cut_short(self) -> None:
        """Have the statement end that is running, unless the work is on its way out."""
        with self._cancelling:
            cancel = self.cancel
            if self._asked and cancel is not None:
                with suppress(psycopg.Error):
                    cancel()

    def heed(self) -> None:
        """Raise Interrupted where it was asked for, and not heeded yet; a cancel that is under way is waited for.

        Else it might come to the server late, and meet what is sent on the way out.
        """
        if self._asked:
            with self._cancelling:
                self._asked = False
            raise Interrupted


interruption: ContextVar[Interruption | None] = ContextVar("seedkit_interruption", default=None)
"""How the work of this thread can be ended early; connections that it opens heed it."""


class Interruptible(psycopg.Connection[Any]):
    """A connection that heeds an interruption after each answer."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - psycopg's own
        super().__init__(*arguments, **options)
        self._interruption = interruption.get()
        if self._interruption is not None:
            self._interruption.cancel = self.cancel_safe

    def wait(self, gen: PQGen[_Answer], *arguments: Any, **options: Any) -> _Answer:  # noqa: ANN401 - they differ by release
        """Wait for an answer; an interruption counts between pipelines, which are not to be left half sent."""
        try:
            answer = super().wait(gen, *arguments, **options)
        except psycopg.errors.QueryCanceled:
            self._heed()
            raise
        if self.pgconn.pipeline_status == psycopg.pq.PipelineStatus.OFF:
            self._heed()
        return answer

    def _heed(self) -> None:
        if self._interruption is not None:
            self._interruption.heed()
