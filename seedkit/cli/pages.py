"""Writes a page to the file that was named, and says before the work begins if that can't be done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from seedkit.cli.streams import without_passwords
from seedkit.cli.terminal import Terminal
from seedkit.errors import SeedkitError, UsageError
from seedkit.files.new_files import open_no_link, refuse_strangers_links, write_over

if TYPE_CHECKING:
    from seedkit.core.reports.times import StepTime


class RunPage:
    """The page of a run, where one was asked for: what it did, or its error, with what it spent its time on."""

    def __init__(self, path: Path | None, command: str, terminal: Terminal) -> None:
        self._path = path
        self._command = command
        self._terminal = terminal
        if path is not None:
            ensure_writable(path)

    @contextmanager
    def of_errors(self) -> Iterator[None]:
        """Have an error that ends the block stand on the page, too."""
        try:
            yield
        except SeedkitError as error:
            from seedkit.reports.pages.run import failed_html

            told = without_passwords(str(error))
            self.write(lambda times, now: failed_html(self._command, told, times, now))
            raise

    def write(self, written: Callable[[Sequence[StepTime], datetime], str]) -> None:
        """Write the page, and say so."""
        if self._path is None:
            return
        from seedkit.core.reports.times import step_times

        write_page(self._path, written(step_times(self._terminal.progress.spent), datetime.now(UTC)))
        self._terminal.note(f"wrote {self._path}")


def ensure_writable(path: Path) -> None:
    """Raise UsageError where the file can't be written; what is in it stays, and no new one is left behind."""
    refuse_strangers_links(path)
    is_new = not path.exists() and not path.is_symlink()
    try:
        if path.is_dir():
            raise IsADirectoryError(None, "it is a directory")
        if is_new or path.is_symlink() or path.is_file():
            open_no_link(path, os.O_WRONLY | os.O_CREAT).close()
    except OSError as error:
        raise _refused(path, error) from error
    if is_new:
        path.unlink()


def write_page(path: Path, page: str) -> None:
    """Write the file, over whatever was in it; raises UsageError."""
    refuse_strangers_links(path)
    try:
        write_over(path, page)
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"can not write {path}: {error.strerror}", hint="Name a file, and no link, in a folder that you may write to."
    )
