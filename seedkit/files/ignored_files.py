"""Files among the fixtures that look like rows and are none: named in a report, as somebody waits for their rows.

What ends in .json or .csv may be there for `!file`, for Django, or for another program's tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path, PurePath

from seedkit.core.fixtures import OPTIONS_KEY
from seedkit.errors import FixtureError
from seedkit.files.fixture_files import is_data_file
from seedkit.files.packed_files import open_fixture, windows
from seedkit.files.paths import unpacked_name
from seedkit.files.tool_settings import is_file

_ATTACHED = re.compile(rb"""!file\s+(?:"([^"\n]*)"|'([^'\n]*)'|([^\s,}\]]+))""")
_LONGEST_PATH_BYTES = 4096
_DJANGOS_START = re.compile(rb"""\s*\[?\s*\{(?:\s*"pk"\s*:[^,]*,)?\s*"model"\s*:\s*"\w+\.\w+\"""")
_LONGEST_START = 4096
"""Within so many bytes an object of Django's has come to its fields."""


class Aside(Enum):
    """Why a file is no fixture: another one names it, it is Django's, no table is called so."""

    ATTACHED = auto()
    DJANGOS = auto()
    NO_TABLE = auto()


def files_aside(paths: Sequence[Path], is_table: Callable[[str], bool]) -> dict[Path, Aside]:
    """Tell which of the files below the folder of fixtures are none, and why."""
    data = [path for path in paths if is_data_file(path)]
    attached = {name for path in paths if path not in data for name in _attached_to(path)} if data else set()
    found = ((path, _aside(path, path.name in attached, is_table)) for path in data)
    return {path: why for path, why in found if why is not None}


def _aside(path: Path, is_attached: bool, is_table: Callable[[str], bool]) -> Aside | None:  # noqa: FBT001
    named = is_table(unpacked_name(path).stem)
    if is_attached or not (named or is_file(path)):
        return Aside.ATTACHED
    if not is_file(path):
        return None
    if _is_djangos(path):
        return Aside.DJANGOS
    return None if named or _holds_tables(path, is_table) else Aside.NO_TABLE


def _is_djangos(path: Path) -> bool:
    """Whether a JSON file starts as Django's fixtures do: with an object that has a model and fields."""
    if unpacked_name(path).suffix.lower() == ".csv":
        return False
    with suppress(OSError, FixtureError), open_fixture(path) as file:
        start = file.read(_LONGEST_START)
        return bool(_DJANGOS_START.match(start) and b'"fields"' in start)
    return False


def _holds_tables(path: Path, is_table: Callable[[str], bool]) -> bool:
    """Whether a JSON file has options, or names a table at its top."""
    if unpacked_name(path).suffix.lower() != ".json":
        return False
    from seedkit.files.json_objects import object_keys
    from seedkit.files.json_text import JsonText

    with suppress(OSError, FixtureError), open_fixture(path) as file:
        return any(key == OPTIONS_KEY or is_table(key) for key in object_keys(JsonText(path, file)))
    return False


def _attached_to(path: Path) -> Iterator[str]:
    """Give the names that a file has beside `!file`; one that can't be read is refused by who needs its rows."""
    with suppress(OSError, FixtureError):
        for window in windows(path, overlap=_LONGEST_PATH_BYTES):
            if b"!file" in window:
                for quoted in _ATTACHED.findall(window):
                    yield PurePath(b"".join(quoted).decode(errors="replace")).name
