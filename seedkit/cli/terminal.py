"""The terminal: reports go to standard output, progress and errors to standard error, and errors become exit codes."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from types import TracebackType

import typer

from seedkit.cli.streams import tell, without_passwords, write_report
from seedkit.errors import InterruptedRunError, ReportLostError, SeedkitError
from seedkit.printable import in_lines, on_one_line

_PATIENCE = 1.0
"""Seconds that a run may take before a terminal shows how far it is, where that is told by `patient` records."""

UNEXPECTED = "this should not have happened; please report it, with the output of --debug"


class Terminal:
    """Where a command writes; used as a context, it turns errors into a message and an exit code.

    No traceback is ever shown without `debug`.
    """

    def __init__(self, *, json: bool = False, quiet: bool = False, debug: bool = False) -> None:
        self.json = json
        self._quiet = quiet
        self._debug = debug
        self._progress = ProgressLines()
        self._logger = logging.getLogger("seedkit")

    def __enter__(self) -> Terminal:
        self._logger.addHandler(self._progress)
        logging.getLogger("psycopg").addHandler(logging.NullHandler())  # what it tells, our own message tells better
        self._logger.setLevel(logging.WARNING if self._quiet else logging.DEBUG if self._debug else logging.INFO)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.clear()
        self._logger.removeHandler(self._progress)
        if error is None or isinstance(error, (typer.Exit, typer.Abort)):
            return
        if self._debug:
            tell(without_passwords(_traceback(error)), end="")
        raise typer.Exit(self._explain(error)) from error

    def show(self, text: str) -> None:
        """Write a report to standard output; its lines are our own."""
        self.show_as_it_is(in_lines(text))

    def show_as_it_is(self, text: str) -> None:
        """Write to standard output what must not change, as another program reads it: a script, a URL."""
        self._progress.clear()
        write_report(text)

    def note(self, *lines: str) -> None:
        """Write a message to standard error, unless quiet."""
        if not self._quiet:
            self._progress.clear()
            tell("\n".join(map(on_one_line, lines)))

    @property
    def has_person(self) -> bool:
        """Whether somebody sits at the terminal who can answer."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def ask(self, question: str) -> str | None:
        """Ask the person at the terminal for a line; None where there is none, or no answer."""
        if not self.has_person:
            return None
        self._progress.clear()
        tell(on_one_line(question), end=" ")
        return sys.stdin.readline().strip() or None

    def exit_unless(self, right: bool) -> None:
        """End with exit code 1 where a report found something wrong."""
        if not right:
            raise typer.Exit(1)

    def _explain(self, error: BaseException) -> int:
        explained = _explained(error)
        tell(without_passwords(f"error: {explained}"))
        if self.json and not isinstance(explained, ReportLostError):
            from seedkit.reports.json import error_json

            write_report(error_json(explained, shown=without_passwords))
        return explained.exit_code


def _traceback(error: BaseException) -> str:
    """Give an error's traceback, indented: no line of another's message is taken for one of ours."""
    return "".join(f"  {line}" for line in "".join(traceback.format_exception(error)).splitlines(keepends=True))


def _explained(error: BaseException) -> SeedkitError:
    if isinstance(error, SeedkitError):
        return error
    if isinstance(error, KeyboardInterrupt):
        return InterruptedRunError()
    return SeedkitError(f"{type(error).__name__}: {error}", detail=UNEXPECTED)


class ProgressLines(logging.Handler):
    """Writes log records to standard error; on a terminal a step's line replaces the one before.

    What a record tells `meanwhile` is for a terminal alone, and what may wait is told there once a second has passed.
    """

    def __init__(self) -> None:
        super().__init__()
        self._live = sys.stderr.isatty()
        self._patient_until = time.monotonic() + _PATIENCE
        self._width = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        if not self._is_due(record):
            return
        step = getattr(record, "step", None)
        message = on_one_line(record.getMessage())
        if step is None:
            self.clear()
            tell(message)
        elif self._live:
            self._replace(f"[{step}/{getattr(record, 'steps', step)}] {message}")
        else:
            tell(f"[{step}/{getattr(record, 'steps', step)}] {message}")

    def _is_due(self, record: logging.LogRecord) -> bool:
        if not self._live:
            return not getattr(record, "meanwhile", False)
        return not getattr(record, "patient", False) or time.monotonic() >= self._patient_until

    def clear(self) -> None:
        """Wipe the line that a step has left on the terminal."""
        if self._width:
            self._replace("")

    def _replace(self, text: str) -> None:
        tell(text.ljust(self._width), before="\r", end="" if text else "\r")
        self._width = len(text)
