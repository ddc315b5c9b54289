"""What a look at a fixture file finds: its shape, and what stands at its top."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct

from seedkit.core.fixtures import FixtureOptions
from seedkit.files.json_objects import ObjectList


class Shape(Enum):
    """What stands at the top of a file."""

    LIST = auto()
    LABELS = auto()
    TABLES = auto()


class Content(Enum):
    """What an entry at the top of a file holds; EITHER fits labels and tables alike."""

    LIST = auto()
    ROW = auto()
    MAPPINGS = auto()
    EITHER = auto()
    NOTHING = auto()
    TEXT = auto()


class Entry(Struct, frozen=True, kw_only=True):
    """An entry at the top of a file: a row, a table, or the options; `document` counts from 0.

    `rows_at` is the line and the column, from 0, of the first row of a list, or of the first label, where they are
    written in lines of their own. `json` is the list of an object of JSON.
    """

    document: int
    line: int
    key: str
    content: Content | FixtureOptions
    rows_at: tuple[int, int] | None = None
    json: ObjectList | None = None


class Survey(Struct, frozen=True, kw_only=True):
    """What one look at a file finds; `options_line` is where they stand, if they do.

    `head` is how many bytes stand above a list without being divided from it. `keys` are the lines on which all keys at
    the top of a file stand, if each begins its line.
    """

    shape: Shape
    options: FixtureOptions
    options_line: int | None
    entries: tuple[Entry, ...] = ()
    head: int = 0
    keys: tuple[int, ...] = ()
