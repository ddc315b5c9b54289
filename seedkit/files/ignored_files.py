"""Files among the fixtures that look like rows and are none: named in a report, as somebody waits for their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePath

from seedkit.files.fixture_files import files_of, find_fixture_files, windows
from seedkit.files.regular_files import open_regular

_NOT_READ = frozenset({".json", ".csv"})
_ATTACHED = re.compile(rb"""!file\s+(?:"([^"\n]*)"|'([^'\n]*)'|([^\s,}\]]+))""")
_LONGEST_PATH_BYTES = 4096
_DJANGOS_START = re.compile(rb"""\s*\[\s*\{(?:\s*"pk"\s*:[^,]*,)?\s*"model"\s*:\s*"[\w.]+\"""")
_LONGEST_START = 4096
"""Within so many bytes an object of Django's has come to its fields."""


def find_ignored_files(folder: Path) -> list[Path]:
    """List the JSON and CSV files below a folder that no fixture names with `!file`."""
    found = [path for path in files_of(folder, _NOT_READ) if path.is_file()]
    attached = {name for path in find_fixture_files(folder) for name in _attached_to(path)} if found else set()
    return [path for path in found if path.name not in attached]


def is_djangos_json(path: Path) -> bool:
    """Whether a JSON file starts as Django's fixtures do: a list of objects that have a model and fields."""
    if path.suffix.lower() != ".json":
        return False
    with open_regular(path) as file:
        start = file.read(_LONGEST_START)
    return bool(_DJANGOS_START.match(start) and b'"fields"' in start)


def _attached_to(path: Path) -> Iterator[str]:
    for window in windows(path, overlap=_LONGEST_PATH_BYTES):
        if b"!file" in window:
            for quoted in _ATTACHED.findall(window):
                yield PurePath(b"".join(quoted).decode(errors="replace")).name
