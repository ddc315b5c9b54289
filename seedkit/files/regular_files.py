"""Opens regular files and nothing else: a pipe or a device would have us wait, or read, for ever."""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path

from seedkit.errors import FixtureError, Origin
from seedkit.files.paths import shown_path

OPENING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
"""A pipe without a writer is opened at once, and then seen for what it is."""


def open_regular(path: Path) -> BufferedReader:
    """Open a fixture for reading; raises FixtureError for what is no regular file, OSError as `open` does.

    It is looked at before, as opening may do something to a device, and once more when it is open.
    """
    _require_regular(path, path.stat())
    file = os.fdopen(os.open(path, OPENING), "rb")
    try:
        _require_regular(path, os.fstat(file.fileno()))
    except FixtureError:
        file.close()
        raise
    return file


def _require_regular(path: Path, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise FixtureError(
            "a directory stands where a fixture file should",
            origin=Origin(path=shown_path(path)),
            hint="Docker makes a directory for a file it is told to mount and can't find.",
        )
    if not stat.S_ISREG(found.st_mode):
        raise FixtureError("the fixture is not a regular file", origin=Origin(path=shown_path(path)))
