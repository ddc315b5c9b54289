"""Files for `!file`: below the fixture's own folder or one that the settings name, wherever links lead.

Who writes a fixture is not to read the files of who loads it. So what is not below such a folder is not looked at, not
even for whether it is there, and every step to what is below is taken from the folder before, never through a link.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from unicodedata import normalize

from seedkit.errors import FixtureError
from seedkit.files.bounded_file import LONGEST_VALUE_BYTES
from seedkit.files.paths import shown_path
from seedkit.files.regular_files import OPENING

_HINT = (
    "Put it beside the fixture, or name a folder of the project in pyproject.toml: "
    '[tool.seedkit] file-folders = ["assets"].'
)


def attachment(folder: Path, others: Sequence[Path], name: str) -> bytes:
    """Read a file named from a fixture's folder; raises FixtureError for one that is too long, or no regular file."""
    path = folder / name
    try:
        found = Path(os.path.realpath(path))
        roots = [Path(os.path.realpath(root)) for root in (folder, *others)]
    except ValueError:
        raise FixtureError("the name of a file holds a character of code 0") from None
    root = next((root for root in roots if found.is_relative_to(root)), None)
    if root is None:
        raise FixtureError(f'"{name}" leads out of the folder of the fixture', hint=_HINT)
    try:
        return _content(path, _opened_as_spelled(root, found.relative_to(root)))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FixtureError(f"cannot read {shown_path(path)}: {reason}") from error


def _opened_as_spelled(root: Path, path: Path) -> int:
    """Open a file by its name, else by that with its letters decomposed or composed, as macOS or git may have it."""
    try:
        return _opened(root, path.parts)
    except FileNotFoundError:
        for spelled in () if str(path).isascii() else (normalize("NFC", str(path)), normalize("NFD", str(path))):
            with suppress(FileNotFoundError):
                return _opened(root, Path(spelled).parts)
        raise


def _opened(root: Path, parts: Sequence[str]) -> int:
    """Open what lies below a folder step by step: whoever puts a link in the place of one meanwhile is refused."""
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for part in parts:
        try:
            below = os.open(part, OPENING | os.O_NOFOLLOW, dir_fd=here)
        finally:
            os.close(here)
        here = below
    return here


def _content(path: Path, descriptor: int) -> bytes:
    try:
        _require_readable(path, os.fstat(descriptor))
        pieces: list[bytes] = []
        size = 0
        while size <= LONGEST_VALUE_BYTES and (piece := os.read(descriptor, LONGEST_VALUE_BYTES + 1)):
            pieces.append(piece)
            size += len(piece)
    finally:
        os.close(descriptor)
    if size > LONGEST_VALUE_BYTES:  # also where its size does not say so, as in /proc
        raise _too_long(path)
    return b"".join(pieces)


def _require_readable(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        kind = "a directory" if stat.S_ISDIR(found.st_mode) else "not a regular file"
        raise FixtureError(f"cannot read {shown_path(path)}: it is {kind}")
    if found.st_size > LONGEST_VALUE_BYTES:
        raise _too_long(path)


def _too_long(path: Path) -> FixtureError:
    return FixtureError(f"cannot read {shown_path(path)}: it is longer than {LONGEST_VALUE_BYTES >> 20} MB")
