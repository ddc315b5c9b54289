"""Which bytes of a file are one table's: each can then be read without what stands above it. Reads no values.

A key at the top of a file, at the start of its line, ends whatever stands above it. So what follows, up to the next
such key, means the same as a document of its own, unless an alias in it names an anchor above: then it is no YAML.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from seedkit.files.packed_files import open_fixture
from seedkit.files.surveys import Entry, Survey
from seedkit.files.yaml.parts import Part, holds_other_breaks

_WINDOW_BYTES = 1 << 16


class TablePart(NamedTuple):
    """Where a table's key and its rows stand, and these alone, where they are in lines of their own."""

    whole: Part
    rows: Part | None
    indent: int


def table_parts(path: Path, found: Survey) -> dict[Entry, TablePart]:
    """Tell the parts of a file's tables; nothing where the file has line breaks or directives of another kind."""
    if not found.keys:
        return {}
    following = dict(zip(found.keys, (*found.keys[1:], None), strict=True))
    rows = {entry.rows_at[0] for entry in found.entries if entry.rows_at}
    offsets = _offsets(path, sorted({*(line - 1 for line in found.keys), *rows}))
    return {entry: _part(entry, following[entry.line], offsets) for entry in found.entries if offsets}


def _part(entry: Entry, next_key: int | None, offsets: dict[int, int]) -> TablePart:
    end = None if next_key is None else offsets[next_key - 1]
    whole = Part(offsets[entry.line - 1], end, entry.line - 1)
    if entry.rows_at is None or entry.rows_at[0] < entry.line:
        return TablePart(whole, None, 0)
    line, indent = entry.rows_at
    return TablePart(whole, Part(offsets[line], end, line), indent)


def _offsets(path: Path, lines: Sequence[int]) -> dict[int, int]:
    """Find where lines start, which are counted from 0 and in order."""
    offsets: dict[int, int] = {}
    passed, line, wanted, end = 0, 0, iter(lines), b"\n"
    sought = next(wanted, None)
    with open_fixture(path) as file:
        while window := file.read(_WINDOW_BYTES):
            window += file.read(1) if window.endswith(b"\r") else b""
            if holds_other_breaks(end + window):
                return {}
            breaks, place = window.count(b"\n"), 0
            first = line
            while sought is not None and sought <= first + breaks:
                for _ in range(sought - line):
                    place = window.index(b"\n", place) + 1
                line, offsets[sought] = sought, passed + place
                sought = next(wanted, None)
            passed, line, end = passed + len(window), first + breaks, window[-2:]
    return offsets
