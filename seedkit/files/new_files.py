"""Writes files that seedkit makes for a person; over none that is there, unless told to, and through no link."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from seedkit.errors import UsageError
from seedkit.files.paths import shown_path
from seedkit.files.strangers_links import strangers_link

_LONGEST_PREFIX = 60  # characters: with what makes it random, a name has 255 bytes at most
_OWN_STREAM = re.compile(r"/dev/(?:stdout|stderr|fd/\d+)\Z")
"""Links that the kernel makes; `--html >(program)` is one."""


def refuse_strangers_links(path: Path) -> None:
    """Raise UsageError where a path leads through a link of another user, in a folder where all may write."""
    link = strangers_link(path)
    if link is not None:
        raise UsageError(
            f"can not write {shown_path(path)}: {shown_path(link)} is a link of another user's",
            detail="It is in a folder where all may write, and may lead to any place of yours.",
            hint="Name the folder that is meant, or one that is yours.",
        )


def refuse_existing(path: Path, hint: str) -> None:
    """Raise UsageError where something stands at the path."""
    if path.exists() or path.is_symlink():
        raise UsageError(f"{shown_path(path)} is there already", hint=hint)


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet, with its folders; raises UsageError."""
    with writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        refuse_strangers_links(path)  # one may have come since
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)


def make_folder(path: Path) -> None:
    """Make a folder where there is none yet; raises UsageError."""
    if not path.is_dir():
        with writable(path):
            path.mkdir()


def private_file(path: Path) -> IO[str]:
    """Open a hidden file of a name that nobody knows beforehand, beside a path, for its owner alone; not yet closed.

    `tempfile` never opens what is there already, be it a link.
    """
    from tempfile import NamedTemporaryFile

    return NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", prefix=f".{path.name[:_LONGEST_PREFIX]}.", dir=path.parent, delete=False
    )


def write_over(path: Path, text: str) -> None:
    """Write a file, over what is in it; raises OSError, also where the last part of the path is a link."""
    with open_no_link(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as file:
        file.write(text)


def open_no_link(path: Path, flags: int) -> IO[str]:
    """Open a file for writing unless it is a link, which may lead anywhere; the process's own streams may be.

    Raises OSError.
    """
    if not _OWN_STREAM.match(str(path)):
        flags |= os.O_NOFOLLOW
    try:
        return open(os.open(path, flags, 0o666), "w", encoding="utf-8")  # noqa: PTH123 - a number, no path
    except OSError as error:
        if error.errno == errno.ELOOP and path.is_symlink():
            raise OSError(error.errno, "it is a link") from error
        raise


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Turn what the file system says against a file into UsageError; raise it too for links of strangers."""
    refuse_strangers_links(path)
    try:
        yield
    except FileExistsError as error:
        raise UsageError(f"{shown_path(path)} is there already", hint="seedkit overwrites no file of yours.") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        hint = "Name a place with more room." if full else "Name a folder that you may write to."
        raise UsageError(f"can not write {shown_path(path)}: {reason}", hint=hint) from error
