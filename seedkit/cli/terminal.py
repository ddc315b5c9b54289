"""The terminal: reports go to standard output, progress and errors to standard error, and errors become exit codes."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import TracebackType

import typer

from seedkit.cli.colours import When, coloured, is_coloured
from seedkit.cli.display import Display
from seedkit.cli.streams import tell, without_passwords, write_report
from seedkit.errors import WORK_IS_DONE, InterruptedRunError, ReportLostError, SeedkitError
from seedkit.printable import in_lines, on_one_line
from seedkit.progress import Progress, watched

UNEXPECTED = "this should not have happened; please report it, with the output of --debug"


class Terminal:
    """Where a command writes; used as a context, it turns errors into a message and an exit code.

    No traceback is ever shown without `debug`. `has_written` is for commands to say that they have written to the
    database: then it is told where their report is lost.
    """

    def __init__(
        self,
        *,
        json: bool = False,
        quiet: bool = False,
        debug: bool = False,
        verbose: bool = False,
        color: str = When.AUTO,
    ) -> None:
        self.json = json
        self.has_written = False
        self.progress = Progress(doing="starting")
        self._quiet = quiet
        self._debug = debug
        self._level = logging.WARNING if quiet else logging.DEBUG if debug else logging.INFO
        self._level_before = logging.NOTSET
        self._paints_report = not json and is_coloured(When(color), sys.stdout)
        self._paints = is_coloured(When(color), sys.stderr)
        self._display = Display(self.progress, colour=self._paints, quiet=quiet, verbose=verbose)
        self._watched = watched(self.progress)
        self._logger = logging.getLogger("seedkit")

    def __enter__(self) -> Terminal:
        self._logger.addHandler(self._display)
        logging.getLogger("psycopg").addHandler(logging.NullHandler())  # what it tells, our own message tells better
        self._level_before = self._logger.level
        self._logger.setLevel(self._level)
        self._watched.__enter__()
        self._display.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._display.stop()
        self._watched.__exit__(None, None, None)
        self.progress.end()
        self._logger.removeHandler(self._display)
        self._logger.setLevel(self._level_before)
        if error is None or isinstance(error, (typer.Exit, typer.Abort)):
            return
        if self._debug:
            tell(without_passwords(_traceback(error)), end="")
        raise typer.Exit(self._explain(error)) from error

    def show(self, text: str) -> None:
        """Write a report to standard output; its lines are our own."""
        shown = in_lines(text)
        self.show_as_it_is(coloured(shown) if self._paints_report else shown)

    def show_as_it_is(self, text: str) -> None:
        """Write to standard output what must not change, as another program reads it: a script, a URL."""
        with self._display.apart():
            write_report(text)

    def note(self, *lines: str) -> None:
        """Write a message to standard error, unless quiet."""
        if not self._quiet:
            self.verdict(*lines)

    def verdict(self, *lines: str) -> None:
        """Write to standard error what a command that was told to be quiet has to say too: why it ends with 1."""
        with self._display.apart():
            tell("\n".join(map(on_one_line, lines)), colour=self._paints)

    def hand_over(self) -> None:
        """Show nothing further: another program takes our place."""
        self._display.stop()

    def give_way(self) -> None:
        """Show nothing further where standard output is the terminal: rows are about to be written there."""
        if sys.stdout.isatty():
            self._display.stop()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Have what others print stand on standard error, above how far the run is: it is no part of the report."""
        with redirect_stdout(self._display.aside), redirect_stderr(self._display.aside):
            yield

    @property
    def has_person(self) -> bool:
        """Whether somebody sits at the terminal who can answer."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def ask(self, question: str) -> str | None:
        """Ask the person at the terminal for a line; None where there is none, or no answer."""
        if not self.has_person:
            return None
        with self._display.apart():
            tell(on_one_line(question), end=" ")
            return sys.stdin.readline().strip() or None

    def exit_unless(self, right: bool) -> None:
        """End with exit code 1 where a report found something wrong."""
        if not right:
            raise typer.Exit(1)

    def _explain(self, error: BaseException) -> int:
        if self.has_written and isinstance(error, ReportLostError):
            error.hint = WORK_IS_DONE
        return tell_error(_explained(error), json=self.json, colour=self._paints)


def tell_error(error: SeedkitError, *, json: bool, colour: bool) -> int:
    """Write an error to standard error, as JSON to standard output too if asked, and give the exit code."""
    tell(without_passwords(f"error: {error}"), colour=colour)
    if json and not isinstance(error, ReportLostError):
        from seedkit.reports.json import error_json

        write_report(error_json(error, shown=without_passwords))
    return error.exit_code


def _traceback(error: BaseException) -> str:
    """Give an error's traceback, indented: no line of another's message is taken for one of ours."""
    return "".join(f"  {line}" for line in "".join(traceback.format_exception(error)).splitlines(keepends=True))


def _explained(error: BaseException) -> SeedkitError:
    if isinstance(error, SeedkitError):
        return error
    if isinstance(error, KeyboardInterrupt):
        return InterruptedRunError()
    return SeedkitError(f"{type(error).__name__}: {error}", detail=UNEXPECTED)
