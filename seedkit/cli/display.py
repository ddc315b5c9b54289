"""Shows how far a run is: on a terminal in lines that change, once a second has passed; elsewhere in lines that stay.

A thread looks at what is counted, a few times a second; whoever is at work is not asked. What imports rich is imported
by that thread, when the first second has passed.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO, cast

from seedkit.cli.streams import tell
from seedkit.printable import on_one_line
from seedkit.progress import Progress, Spent

if TYPE_CHECKING:
    from seedkit.cli.live_lines import LiveLines

PATIENCE = 1.0
"""Seconds that a run may take before a terminal shows how far it is."""
_BETWEEN = 0.25
_LONG = 1.0
"""Seconds that a step takes before a line that stays says what came of it: its beginning was told."""
_BETWEEN_LINES = (10.0, 30.0)
"""Seconds until the first line that stays, and between the others: a log is read later."""
_STILL = 2.0
"""Seconds without a further row after which the server is asked what it is busy with, and between such questions."""
_PATIENCE_AT_THE_END = 0.2


class Display(logging.Handler):
    """Writes log records to standard error, and above them or below how far a run is by now."""

    def __init__(self, progress: Progress, *, colour: bool = False, quiet: bool = False, verbose: bool = False) -> None:
        super().__init__()
        self._progress = progress
        self._results = _Results(progress, verbose=verbose)
        self._colour = colour
        self._quiet = quiet
        self._stream = sys.stderr
        self.is_live = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._turn = threading.RLock()  # who holds it may write
        self._ended = threading.Event()
        self._lines: LiveLines | None = None
        self._is_line_open = False
        self._server = _Server(progress)
        self._thread = threading.Thread(target=self._watch, name="seedkit: progress", daemon=True)

    def start(self) -> None:
        """Begin to look, unless nobody wants to see it."""
        if self._quiet:
            return
        self._progress.heard = self._hear
        os.register_at_fork(after_in_child=self._begin_anew)
        with suppress(RuntimeError):  # no further thread is to be had: the work matters more
            self._thread.start()

    def _begin_anew(self) -> None:
        """Show nothing in a process that was forked off, as by a seeder: a thread that it lacks may have the lock."""
        self._ended.set()
        self._turn, self._lines = threading.RLock(), None

    def stop(self) -> None:
        """Show nothing from now on, and leave a clean line."""
        self._ended.set()
        self.clear()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE_AT_THE_END)  # it may be asking the server

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; that a step begins is seen at a terminal already."""
        step = getattr(record, "step", None)
        if step is not None and self.is_live:
            return
        number = "" if step is None else f"[{step}/{getattr(record, 'steps', step)}] "
        with self.apart():
            tell(f"{number}{on_one_line(record.getMessage())}", colour=self._colour)

    def _hear(self, seconds: float) -> None:
        """Say what a step came to that took long, and of all if asked for what took how long."""
        lines = [*self._results.of_step(seconds, told=self.is_live), *self._results.spent()]
        if lines:
            with self.apart():
                tell("\n".join(map(on_one_line, lines)))

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Write or ask something meanwhile: nothing else is written until the block ends."""
        with self._turn:
            self.clear()
            yield
            self._is_line_open = False

    def clear(self) -> None:
        """Wipe what is shown of the run."""
        with self._turn:
            if self._lines is not None:
                self._lines.clear()

    @property
    def aside(self) -> TextIO:
        """Standard error for what somebody else writes, such as a seeder: it stands above how far the run is."""
        return cast("TextIO", _Aside(self._stream, self)) if self.is_live and not self._quiet else self._stream

    def write_aside(self, text: str) -> None:
        """Write what somebody else has to say; a line that has not ended is left alone."""
        if not text:
            return
        with self._turn:
            self.clear()
            self._stream.write(text)
            self._stream.flush()
            self._is_line_open = not text.endswith("\n")

    def _watch(self) -> None:
        try:
            with suppress(OSError):  # nobody reads any more
                self._show_live() if self.is_live else self._show_lines()
        finally:
            self._server.close()

    def _show_live(self) -> None:
        if self._ended.wait(PATIENCE):
            return
        from seedkit.cli.live_lines import LiveLines

        lines = LiveLines(self._stream, colour=self._colour)
        while not self._ended.is_set():
            busy = self._server.told()
            with self._turn:
                if not self._ended.is_set() and not self._is_line_open:
                    self._lines = lines
                    lines.show(self._progress, busy)
            self._ended.wait(_BETWEEN)

    def _show_lines(self) -> None:
        first, others = _BETWEEN_LINES
        due = time.monotonic() + first
        while not self._ended.wait(min(_STILL, max(0.0, due - time.monotonic()))):
            is_due = time.monotonic() >= due
            busy = self._server.told(ask=is_due)
            if is_due:
                due += others
                with self._turn:
                    tell(_line(self._progress, busy))


class _Results:
    """The lines that say what came of a step."""

    def __init__(self, progress: Progress, *, verbose: bool) -> None:
        self._progress = progress
        self._verbose = verbose
        self._told: set[tuple[str, str]] = set()

    def of_step(self, seconds: float, *, told: bool) -> Iterator[str]:
        """Say how many rows a step had that took long, unless that was `told` otherwise."""
        progress = self._progress
        if not told and progress.steps and progress.rows and seconds >= _LONG:
            yield f"{_number(progress)}{progress.told(seconds)}"

    def spent(self) -> Iterator[str]:
        """Say what took how long, of what has not been told."""
        if self._verbose:
            for (about, doing), spent in self._progress.spent.items():
                if doing and (about, doing) not in self._told:
                    self._told.add((about, doing))
                    yield _spent(about, doing, spent)


class _Aside:
    """A stream whose text goes past what is shown of a run."""

    def __init__(self, stream: TextIO, display: Display) -> None:
        self._stream = stream
        self._display = display

    def write(self, text: str) -> int:
        self._display.write_aside(text)
        return len(text)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


class _Server:
    """What the server is busy with, asked when no row has been counted for a while."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._seen: tuple[int, int] = (0, 0)
        self._since = self._asked = time.monotonic()
        self._told: str | None = None
        self._asks: Callable[[], str | None] | None = None

    def told(self, *, ask: bool = True) -> str | None:
        now, seen = time.monotonic(), (self._progress.step, self._progress.rows)
        if seen != self._seen:
            self._seen, self._since, self._told = seen, now, None
        asks = self._progress.asks
        self._asks = asks or self._asks
        stands_still = min(now - self._since, now - self._asked) >= _STILL
        if ask and stands_still and asks is not None:
            self._told = asks()
            self._asked = time.monotonic()
        return self._told

    def close(self) -> None:
        close = getattr(self._asks, "close", None)
        if close is not None:
            close()


def _line(progress: Progress, busy: str | None) -> str:
    """Say on one line how far a run is."""
    now = time.monotonic()
    told = [progress.told(now - progress.step_began)]
    if progress.doing and progress.name:
        told.append(progress.doing)
    if busy:
        told.append(busy)
    if (share := progress.share) is not None:
        told.append(f"{100 * share:.0f} % of all")
    return on_one_line(f"{_number(progress)}{', '.join(filter(None, told))}, {now - progress.began:.0f} s")


def _number(progress: Progress) -> str:
    return f"[{progress.step}/{progress.steps}] " if progress.steps else ""


def _spent(about: str, doing: str, spent: Spent) -> str:
    times = f" ({spent.times:,} times)" if spent.times > 1 else ""
    return f"{spent.seconds:9.3f} s  {f'{about}: ' if about else ''}{doing}{times}"
