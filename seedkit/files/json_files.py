"""JSON files of rows: a list of them, or an object a line. What else a JSON file may be is read as YAML is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from seedkit.core.fixtures import Chunk, FixtureChunks, FixtureOptions, FixtureTable, NoteError, Row, Spelling
from seedkit.core.rows.json_blocks import elements
from seedkit.core.values.json_reading import Foreign, decoded_strictly, fixture_value
from seedkit.errors import FixtureError, Origin, blamed_on
from seedkit.files.json_objects import JsonText, RawEntry, listed_objects, objects_by_line, raw_entries
from seedkit.files.packed_files import open_fixture, opened_fixture, unreadable
from seedkit.files.paths import shown_path, unpacked_name

LINES = ".jsonl"
CHUNK_CHARACTERS = 64 * 1024
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
    listed = _List(path, by_line)
    rows = partial(_rows, listed)
    return FixtureTable(
        table=unpacked_name(path).stem,
        origin=Origin(path=shown_path(path)),
        options=FixtureOptions(),
        rows=rows,
        chunks=FixtureChunks(chunks=partial(_chunks, listed), rows=partial(_rows_of, listed)),
        looked_through=rows,
        spelling=Spelling.JSON_LINES if by_line else Spelling.JSON,
    )


def _rows(found: _List, note: NoteError | None = None) -> Iterator[Row]:
    with opened_fixture(found.path) as file:
        read = objects_by_line if found.by_line else listed_objects
        for line, value in read(found.path, file, decoded_strictly):
            try:
                yield _row(found.path, line, value)
            except FixtureError as error:
                if note is None:
                    raise
                note(error)


def _rows_of(listed: _List, chunk: Chunk) -> list[Row] | None:
    found = elements(chunk.text, chunk.line, by_line=listed.by_line)
    return None if found is None else [_row(listed.path, line, value) for line, value in found]


def _row(path: Path, line: int, value: Foreign) -> Row:
    origin = Origin(path=shown_path(path), line=line)
    if not isinstance(value, dict):
        kind = "a list" if isinstance(value, list) else "a single value"
        raise FixtureError(f"a row is an object of columns, not {kind}", origin=origin, hint=_ROW_HINT)
    with blamed_on(origin):
        return Row(None, line, {key: fixture_value(part) for key, part in value.items()})


def _chunks(found: _List, since: Chunk | None) -> Iterator[Chunk | None]:
    """Give the parts of a file in which its rows can be read; None where its text is not as expected."""
    try:
        with open_fixture(found.path) as file:
            yield from (_chunks_of_lines if found.by_line else _chunks_of_list)(found.path, file, since)
    except (OSError, FixtureError):
        yield None


def _chunks_of_lines(_path: Path, file: BufferedReader, since: Chunk | None) -> Iterator[Chunk | None]:
    line, start = (since.line, since.start) if since else (1, 0)
    file.seek(start)
    while lines := file.readlines(CHUNK_CHARACTERS):
        piece = b"".join(lines)
        try:
            text = piece.decode("utf-8" if start else "utf-8-sig")
        except UnicodeDecodeError:
            yield None
            return
        yield Chunk(text, line, start)
        line += len(lines)
        start += len(piece)


def _chunks_of_list(path: Path, file: BufferedReader, since: Chunk | None) -> Iterator[Chunk | None]:
    """Cut behind entries; `start` counts the characters of those above."""
    entries, above = raw_entries(JsonText(path, file, decode=decoded_strictly)), 0
    while part := _part(entries):
        if since is None or above >= since.start:
            yield Chunk(_in_their_lines(part), part[0].line, above)
        above += sum(len(entry.text) for entry in part)


def _part(entries: Iterator[RawEntry]) -> list[RawEntry]:
    part: list[RawEntry] = []
    size = 0
    for entry in entries:
        part.append(entry)
        size += len(entry.text)
        if size >= CHUNK_CHARACTERS:
            break
    return part


def _in_their_lines(part: Sequence[RawEntry]) -> str:
    """Write entries one behind the other, each on its line."""
    texts, line = [], part[0].line
    for entry in part:
        texts.append("\n" * (entry.line - line) or " ")
        texts.append(entry.text)
        line = entry.line + entry.text.count("\n")
    return "".join(texts)
