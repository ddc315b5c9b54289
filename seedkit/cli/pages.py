"""Writes a page to the file that was named, and says before the work begins if that can't be done."""

from __future__ import annotations

import os
from pathlib import Path

from seedkit.errors import ReportLostError, SeedkitError, UsageError
from seedkit.files.new_files import open_no_link, refuse_strangers_links, write_over


def ensure_writable(path: Path) -> None:
    """Raise UsageError where the file can't be written; what is in it stays, and no new one is left behind."""
    if str(path) == "-":
        raise UsageError(
            "--html - names no file: a page is not written to standard output",
            hint="Name a file, such as --html report.html.",
        )
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
    """Write the page of what is done by now, over whatever was in the file; raises ReportLostError."""
    try:
        refuse_strangers_links(path)
        write_over(path, page)
    except (OSError, UsageError) as error:
        reason = error.strerror if isinstance(error, OSError) else error.message
        raise ReportLostError(f"the page {path} could not be written: {reason}") from error


def write_file(path: Path, text: str) -> None:
    """Write the file that was all there was to do, over whatever was in it; raises SeedkitError."""
    refuse_strangers_links(path)
    try:
        write_over(path, text)
    except OSError as error:
        raise SeedkitError(f"can not write {path}: {error.strerror}") from error


def _refused(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"can not write {path}: {error.strerror}", hint="Name a file, and no link, in a folder that you may write to."
    )
