"""Writes files that seedkit makes for a person; never over one that is there, unless told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seedkit.errors import UsageError
from seedkit.files.paths import shown_path


def refuse_existing(path: Path, hint: str) -> None:
    """Raise UsageError where something stands at the path."""
    if path.exists() or path.is_symlink():
        raise UsageError(f"{shown_path(path)} is there already", hint=hint)


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet, with its folders; raises UsageError."""
    with writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Turn what the file system says against a file into UsageError."""
    try:
        yield
    except FileExistsError as error:
        raise UsageError(f"{shown_path(path)} is there already", hint="seedkit overwrites no file of yours.") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"can not write {shown_path(path)}: {reason}", hint="Name a folder that you may write to."
        ) from error
