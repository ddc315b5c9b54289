"""The page of a run: what it did, or its error, with what it spent its time on; imported by few runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seedkit.cli.streams import without_passwords
from seedkit.errors import ReportLostError, SeedkitError

if TYPE_CHECKING:
    from pathlib import Path

    from seedkit.cli.terminal import Terminal
    from seedkit.core.reports.times import StepTime

_log = logging.getLogger("seedkit")


class RunPage:
    """Where a run's page goes, where one was asked for; raises UsageError if that can't be written."""

    def __init__(self, path: Path | None, command: str, terminal: Terminal) -> None:
        self._path = path
        self._command = command
        self._terminal = terminal
        if path is not None:
            from seedkit.cli.pages import ensure_writable

            ensure_writable(path)

    @contextmanager
    def of_errors(self) -> Iterator[None]:
        """Have an error that ends the block stand on the page, too."""
        try:
            yield
        except SeedkitError as error:
            if self._path is not None:
                self._write_failed(self._path, error)
            raise

    def _write_failed(self, path: Path, error: SeedkitError) -> None:
        from seedkit.reports.pages.run import failed_html

        told = without_passwords(str(error))
        try:
            self._write(path, lambda times, now: failed_html(self._command, told, times, now))
        except ReportLostError as lost:  # what went wrong is told all the same
            _log.warning("%s", lost.message)

    def write(self, written: Callable[[Sequence[StepTime], datetime], str]) -> None:
        """Write the page, and say so."""
        if self._path is not None:
            self._write(self._path, written)

    def _write(self, path: Path, written: Callable[[Sequence[StepTime], datetime], str]) -> None:
        from seedkit.cli.pages import write_page
        from seedkit.core.reports.times import step_times

        write_page(path, written(step_times(self._terminal.progress.spent), datetime.now(UTC)))
        self._terminal.note(f"wrote {path}")
