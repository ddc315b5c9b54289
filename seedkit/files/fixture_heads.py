"""Options right above a list of rows, as most people write them first.

    _fixture: {key: [email]}
    - {email: ada@example.com}

That is no YAML, as a mapping has no items: without a `---` between them, the two are read one by one. Whether a file is
such a one is asked when it could not be read as a whole.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from pathlib import Path
from typing import BinaryIO

from seedkit.core.fixtures import OPTIONS_KEY
from seedkit.errors import FixtureError
from seedkit.files.packed_files import open_fixture

LONGEST_HEAD = 1 << 16
"""What is longer than this are no options."""

_OPTIONS = f"{OPTIONS_KEY}:".encode()
_ITEM = (b"- ", b"-\n", b"-\r")
_GOES_ON = (b" ", b"\t", b"#", b"\n", b"\r", b"}", b"]")


def head_above_list(path: Path) -> int:
    """Tell how many bytes of options stand right above a file's list; 0 where none do, or the file can't be read."""
    try:
        with open_fixture(path) as file:
            return _head(file)
    except (OSError, FixtureError):
        return 0


def _head(file: BinaryIO) -> int:
    length, begun = 0, False
    while (line := file.readline(LONGEST_HEAD)) and length <= LONGEST_HEAD:
        text = line.removeprefix(BOM_UTF8) if length == 0 else line
        if not begun and text.startswith(_OPTIONS):
            begun = True
        elif begun and text.startswith(_ITEM):
            return length
        elif not (text.startswith(_GOES_ON) or (not begun and text.rstrip() == b"---")):
            return 0
        length += len(line)
    return 0
