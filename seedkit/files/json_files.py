"""JSON files of rows: a list of them, or an object a line. What else a JSON file may be is read as YAML is."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import partial
from itertools import starmap
from pathlib import Path
from typing import NamedTuple

from seedkit.core.fixtures import Chunk, FixtureChunks, FixtureOptions, FixtureTable, NoteError, Row, Spelling
from seedkit.core.rows.json_blocks import elements
from seedkit.core.values.json_reading import Foreign, decoded_strictly, fixture_value
from seedkit.errors import FixtureError, Origin, blamed_on
from seedkit.files.json_chunks import label_chunks, line_chunks, list_chunks
from seedkit.files.json_objects import ObjectList, listed_objects, object_of_lists, objects_by_line
from seedkit.files.json_text import JsonText
from seedkit.files.packed_files import open_fixture, opened_fixture, unreadable
from seedkit.files.paths import shown_path, unpacked_name

LINES = ".jsonl"
_ROW_HINT = 'Write {"id": 1, "name": "Ada"}.'


class _List(NamedTuple):
    """The rows of a file that is a list, or has an object a line."""

    path: Path
    by_line: bool


def listed_table(path: Path) -> FixtureTable | None:
    """Offer the rows of a file that is a list, or has an object a line; None where it is something else, or empty."""
    by_line = unpacked_name(path).suffix.lower() == LINES
    try:
        with open_fixture(path) as file:
            sign = JsonText(path, file).next_sign()
    except OSError as error:
        raise unreadable(path, error) from error
    if sign != "[" and not (by_line and sign):
        return None
    listed, cut = _List(path, by_line), line_chunks if by_line else list_chunks
    spelling = Spelling.JSON_LINES if by_line else Spelling.JSON
    rows = partial(_rows, listed)
    return FixtureTable(
        table=unpacked_name(path).stem,
        origin=Origin(path=shown_path(path)),
        options=FixtureOptions(),
        rows=rows,
        chunks=FixtureChunks(chunks=partial(cut, path), rows=partial(_rows_of, path, spelling)),
        looked_through=rows,
        spelling=spelling,
    )


def lists_in(path: Path) -> list[ObjectList]:
    """Find the lists of a file that is an object of lists, and nothing else; none in others, or where it is wrong."""
    with suppress(FixtureError), opened_fixture(path) as file:
        if file.peek(1)[:1] != BOM_UTF8[:1]:
            return object_of_lists(JsonText(path, file, decode=decoded_strictly)) or []
    return []


def object_chunks(path: Path, within: ObjectList) -> FixtureChunks:
    """Offer a list of an object in chunks."""
    return FixtureChunks(chunks=partial(list_chunks, path, within=within), rows=partial(_rows_of, path, Spelling.JSON))


def labelled_chunks(path: Path, ignored: Collection[str]) -> FixtureChunks:
    """Offer the labelled rows of a file that is an object of them in chunks; `ignored` labels have no row."""
    return FixtureChunks(
        chunks=partial(label_chunks, path), rows=partial(_rows_of, path, Spelling.JSON_LABELS, ignored=ignored)
    )


def _rows(found: _List, note: NoteError | None = None) -> Iterator[Row]:
    with opened_fixture(found.path) as file:
        read = objects_by_line if found.by_line else listed_objects
        rows = starmap(partial(_noted_row, found.path, note), read(found.path, file, decoded_strictly))
        yield from (row for row in rows if row)


def _rows_of(path: Path, spelling: Spelling, chunk: Chunk, ignored: Collection[str] = ()) -> list[Row] | None:
    found = elements(chunk.text, chunk.line, spelling)
    if found is None:
        return None
    return [_row(path, line, value, label) for label, line, value in found if label not in ignored]


def _noted_row(path: Path, note: NoteError | None, line: int, value: Foreign) -> Row | None:
    try:
        return _row(path, line, value)
    except FixtureError as error:
        if note is None:
            raise
        note(error)
        return None


def _row(path: Path, line: int, value: Foreign, label: str | None = None) -> Row:
    origin = Origin(path=shown_path(path), line=line)
    if not isinstance(value, dict):
        kind = "a list" if isinstance(value, list) else "a single value"
        raise FixtureError(f"a row is an object of columns, not {kind}", origin=origin, hint=_ROW_HINT)
    with blamed_on(origin):
        return Row(label, line, {key: fixture_value(part) for key, part in value.items()})
