"""How far a run is: counted by whoever is at work, read by whoever shows it, in another thread; nothing is locked.

What is counted is counted by the block, never by the row. Where nobody watches, it goes into a count of its own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_log = logging.getLogger("seedkit")

CHECKING_FOREIGN_KEYS = "checking foreign keys"
"""What the server is at when it has all rows of a COPY."""


class Spent:
    """What was spent on one thing, all times together."""

    __slots__ = ("seconds", "times")

    def __init__(self, seconds: float = 0.0, times: int = 0) -> None:
        self.seconds = seconds
        self.times = times


class Progress:
    """A run as it stands: `name` is what the step is about, `doing` what is being done of it.

    `rows` are those of the step, or whatever its `unit` is, `of` how many there will be. `measure` tells the share of
    the whole run that is done, where rows alone don't. `spent` says for how long what was done, of what, in this order.
    `asks` tells what the server is busy with, in a session of its own. Both are called by whoever shows it. `heard` is
    told when a step ends, while it still stands here, of the seconds that it took.
    """

    def __init__(self, doing: str = "", heard: Callable[[float], object] | None = None) -> None:
        self.step = self.steps = self.rows = 0
        self.name, self.doing, self.unit = "", doing, "row"
        self.of: int | None = None
        self.measure: Callable[[], float | None] | None = None
        self.asks: Callable[[], str | None] | None = None
        self.heard = heard
        self.spent: dict[tuple[str, str], Spent] = {}
        self.began = self.step_began = self._since = time.monotonic()
        self._about = ""
        self._as_one = False

    @property
    def share(self) -> float | None:
        """The share of the whole that is done, from 0 to 1; None where that can't be known."""
        if self.measure is not None:
            return self.measure() if self.steps else None
        return min(1.0, self.rows / self.of) if self.of else None

    def begin(self, name: str, step: int = 0, steps: int = 0, *, of: int | None = None, unit: str = "row") -> None:
        """Begin with the next step, which a log tells; within a block that is one thing, nothing else does."""
        self.end()
        if steps:
            _log.info("%s", name, extra={"step": step, "steps": steps})
        if self._as_one:
            return
        self._turn_to(name, "")
        self.name, self.step, self.steps, self.of, self.unit = name, step, steps, of, unit
        self.step_began = self._since

    def end(self) -> None:
        """End the step that was begun last."""
        if self._as_one:
            return
        self._turn_to("", "")
        if self.heard is not None:
            self.heard(self._since - self.step_began)
        self.name, self.step, self.steps, self.rows, self.of = "", 0, 0, 0, None

    def count(self, number: int, unit: str) -> None:
        """Count what was done, where the step counts such things."""
        if unit == self.unit:
            self.rows += number

    def told(self, seconds: float) -> str:
        """Say in a sentence how far the step is by now, which has gone on for so long."""
        parts = [_counted(self.rows, self.unit, self.of)] if self.rows else []
        if self.rows and seconds:
            parts.append(f"{round(self.rows / seconds):,} {self.unit}s/s")
        about = self.name or self.doing
        return f"{about}: {', '.join(parts)}" if parts else about

    @contextmanager
    def at(self, doing: str, *, about: str | None = None, as_one: bool = False) -> Iterator[None]:
        """Have a block's time be spent on something; what it does in turn is not counted twice.

        `as_one` has all that is done in the block be this, and its rows be counted from zero; the step then goes on as
        it was.
        """
        before = self._about, self.doing, self._as_one
        step = self.rows, self.of, self.step_began, self.measure
        self._turn_to(before[0] if about is None else about, doing)
        if not before[2]:
            self._spent().times += 1
        if as_one and not before[2]:
            self.rows, self.of, self.step_began, self._as_one = 0, None, self._since, True
        try:
            yield
        finally:
            self._as_one = before[2]
            if as_one and not before[2]:
                self.rows, self.of, self.step_began, self.measure = step
            self._turn_to(*before[:2])

    def turn_to(self, doing: str) -> None:
        """Have the time from now on be spent on something else, until the block of `at` that is around it ends."""
        self._turn_to(self._about, doing)

    def _turn_to(self, about: str, doing: str) -> None:
        if self._as_one:
            return
        now = time.monotonic()
        self._spent().seconds += now - self._since
        self._about, self.doing, self._since = about, doing, now

    def _spent(self) -> Spent:
        return self.spent.setdefault((self._about, self.doing), Spent())


_watched: ContextVar[Progress | None] = ContextVar("seedkit_progress", default=None)


def current() -> Progress:
    """Give the count of the run at work, one that nobody reads where none is watched."""
    return _watched.get() or Progress()


@contextmanager
def watched(progress: Progress) -> Iterator[None]:
    """Have what is done in the block be counted here; threads that it begins are told by whoever begins them."""
    token = _watched.set(progress)
    try:
        yield
    finally:
        _watched.reset(token)


def _counted(count: int, unit: str, of: int | None) -> str:
    """Count in words.

    >>> _counted(1, "row", None), _counted(1200, "row", 5000)
    ('1 row', '1,200 of 5,000 rows')
    """
    of_all = f" of {of:,}" if of is not None and of > count else ""
    return f"{count:,}{of_all} {unit if count == 1 and not of_all else f'{unit}s'}"
