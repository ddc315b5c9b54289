"""Values that a file seems to have, and YAML has not: `colour: #ff0000` is an empty value and a comment.

Whoever writes a comment puts a blank after `#`; whoever writes a value does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from msgspec import Struct
from yaml import CollectionEndEvent, CollectionStartEvent, Event, MappingStartEvent, ScalarEvent, StreamEndEvent

from seedkit.core.fixtures import LostValue
from seedkit.errors import FixtureError, Origin
from seedkit.files.packed_files import open_fixture
from seedkit.files.paths import shown_path
from seedkit.files.yaml.events import NextEvent, open_events
from seedkit.files.yaml.parts import Part
from seedkit.files.yaml.scalars import is_null

LONGEST_LINE = 1 << 16
"""What stands further right on a line is not looked at."""

_MAY_LOSE = re.compile(rb"[:\-][ \t]+(?:&\S+[ \t]+)?#\S")
_LOST_VALUE = re.compile(r"[ \t]*:(?:[ \t]+&\S+)?[ \t]+(#\S.*)")
_LOST_ITEM = re.compile(r"(?:&\S+)?[ \t]+(#\S.*)")


def may_lose_values(piece: bytes) -> bool:
    """Tell whether a piece of a file may hold a lost value.

    >>> may_lose_values(b"colour: #ff0000"), may_lose_values(b"colour: red #ff0000"), may_lose_values(b"size: # in cm")
    (True, False, False)
    """
    return (b" #" in piece or b"\t" in piece) and _MAY_LOSE.search(piece) is not None


def lost_values(path: Path, head: int = 0) -> Iterator[LostValue]:
    """Find the lost values in a file's rows, below its first `head` bytes, in its order.

    Ends where the file is no YAML: that is told where it is loaded.
    """
    with open_fixture(path) as file, TextIOWrapper(file, encoding="utf-8-sig", errors="replace") as text:
        lines = _Lines(text)
        try:
            with open_events(path, Part(start=head)) as next_event:
                for empty in _empty_values(next_event):
                    rest = lines.rest(empty.line, empty.column)
                    if found := (_LOST_ITEM if empty.is_item else _LOST_VALUE).match(rest):
                        origin = Origin(path=shown_path(path), line=empty.line + 1)
                        yield LostValue(origin=origin, key=empty.key, text=found[1].rstrip())
        except FixtureError:
            return


class _Empty(Struct, frozen=True, kw_only=True):
    """An empty value; `key` is the nearest one, after which, or after the item's dash, stands what follows it."""

    key: str
    is_item: bool
    line: int
    column: int


class _Open(Struct, kw_only=True):
    """A list or a mapping that is being read; `key` is the one whose value comes next, `is_key` whether it is one."""

    mapping: bool
    is_key: bool
    key: Event | None = None


def _empty_values(next_event: NextEvent) -> Iterator[_Empty]:
    opened: list[_Open] = []
    while not isinstance(event := next_event(), StreamEndEvent):
        if isinstance(event, CollectionEndEvent):
            _value_ends(opened, is_key=opened.pop().is_key)
            continue
        is_key = bool(opened) and opened[-1].mapping and opened[-1].key is None
        if is_key:
            opened[-1].key = event
        elif len(opened) > 1 and is_null(event) and (empty := _empty(opened, event)):
            yield empty
        if isinstance(event, CollectionStartEvent):
            opened.append(_Open(mapping=isinstance(event, MappingStartEvent), is_key=is_key))
        else:
            _value_ends(opened, is_key=is_key)


def _value_ends(opened: list[_Open], *, is_key: bool) -> None:
    if opened and not is_key:
        opened[-1].key = None


def _empty(opened: list[_Open], event: Event) -> _Empty | None:
    keys = [one.key.value for one in opened if isinstance(one.key, ScalarEvent)]
    key = opened[-1].key
    if not isinstance(event, ScalarEvent) or event.value or not keys:
        return None
    if not opened[-1].mapping:
        mark: Any = event.start_mark
    elif isinstance(key, ScalarEvent):
        mark = key.end_mark
    else:
        return None
    return _Empty(key=keys[-1], is_item=not opened[-1].mapping, line=mark.line, column=mark.column)


class _Lines:
    """The lines of a file, asked for in their order."""

    def __init__(self, file: TextIOWrapper) -> None:
        self._file = file
        self._number = -1
        self._text = ""

    def rest(self, number: int, column: int) -> str:
        """Give what stands on a line (from 0) from a column on."""
        while self._number < number and (text := self._file.readline(LONGEST_LINE)):
            self._text = text
            self._number += 1
            while not text.endswith("\n") and (text := self._file.readline(LONGEST_LINE)):
                pass
        return self._text[column:] if self._number == number else ""
