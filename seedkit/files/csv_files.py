"""CSV files of rows: the header, and what follows in chunks that end where a row ends. Bounded in memory."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from seedkit.core.fixtures import Chunk, FixtureChunks, FixtureOptions, FixtureTable, NoteError, Row, Spelling
from seedkit.core.rows.csv_records import CsvError, Record, completed, records
from seedkit.errors import FixtureError, Origin
from seedkit.files.bounded_file import LONGEST_VALUE_BYTES, taken_together
from seedkit.files.packed_files import open_fixture, opened_fixture, refuse_wide_characters, unreadable
from seedkit.files.paths import shown_path, unpacked_name

CHUNK_BYTES = 64 * 1024
_MOST_AT_ONCE_BYTES = 1 << 20
"""The memory of many small pieces goes back to the process, not to the machine."""
_LONGEST_HEADER = 1 << 20
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


class _Header(NamedTuple):
    """The names of the first record, and the place of the next one: how many bytes and lines stand above."""

    names: tuple[str, ...]
    end: int
    lines: int


def csv_table(path: Path) -> FixtureTable | None:
    """Read a file's header, and offer its rows for the table that the file is called after; None where it is empty."""
    with opened_fixture(path) as file:
        header = _header(path, file)
    if header is None:
        return None
    rows = partial(_rows, path, header)
    return FixtureTable(
        table=unpacked_name(path).stem,
        origin=Origin(path=shown_path(path)),
        options=FixtureOptions(),
        rows=rows,
        chunks=FixtureChunks(chunks=partial(_cut, path, header), rows=partial(_rows_of, path, header)),
        looked_through=rows,
        may_name=header.names.__contains__,
        spelling=Spelling.CSV,
        header=header.names,
    )


def _header(path: Path, file: BufferedReader) -> _Header | None:
    try:
        row = _first_row(file)
        is_all_blank = not row.removeprefix(BOM_UTF8).strip() and not file.read(CHUNK_BYTES).strip()
    except OSError as error:
        raise unreadable(path, error) from error
    refuse_wide_characters(path, row)
    if is_all_blank:
        return None
    names = _names(path, _decoded(path, row.removeprefix(BOM_UTF8), 1))
    return _Header(names, len(row), row.count(b"\n"))


def _first_row(file: BufferedReader) -> bytes:
    """Read up to behind a line feed above which each quote has its other one, or as far as a header may go."""
    lines, quotes, size = [b""], 0, 0
    while (line := file.readline(_LONGEST_HEADER)) and size < _LONGEST_HEADER:
        lines.append(line)
        quotes, size = quotes + line.count(b'"'), size + len(line)
        if not quotes % 2 and line.endswith(b"\n"):
            break
    return b"".join(lines)


def _names(path: Path, text: str) -> tuple[str, ...]:
    try:
        cells = next(records(text, 1, width=0), Record(1, (None,))).cells
    except CsvError as error:
        raise _explained(path, error) from None
    names = tuple(str(cell or "") for cell in cells)
    for number, name in enumerate(names, start=1):
        if not name.strip():
            raise _error(path, 1, f"column {number} of the header has no name", hint=_HEADER_HINT)
        if name in names[: number - 1]:
            raise _error(path, 1, f'the header names the column "{name}" twice', hint="Keep one of them.")
    for separator, word in _OTHER_SEPARATORS.items():
        if len(names) == 1 and separator in names[0]:
            hint = f"Save it with commas, or turn the {word} into them: {_conversion(separator, path)}"
            raise _error(path, 1, f"the cells are separated by {word}, not by commas", hint=hint)
    return names


def _conversion(separator: str, path: Path) -> str:
    shown = "\\t" if separator == "\t" else separator
    return (
        f"python -c \"import csv, sys; csv.writer(sys.stdout).writerows(csv.reader(sys.stdin, delimiter='{shown}'))\""
        f" < {unpacked_name(path).name}"
    )


def _rows(path: Path, header: _Header, note: NoteError | None = None) -> Iterator[Row]:
    """Read all rows; what is wrong with single ones is noted, where somebody takes note."""
    for chunk in _cut(path, header, None):
        yield from _read(path, header, chunk, note)


def _rows_of(path: Path, header: _Header, chunk: Chunk) -> list[Row]:
    return list(_read(path, header, chunk, None))


def _read(path: Path, header: _Header, chunk: Chunk, note: NoteError | None) -> Iterator[Row]:
    def noted(error: CsvError) -> None:
        if note is None:
            raise _explained(path, error) from None
        note(_explained(path, error))

    try:
        found = records(chunk.text, chunk.line, width=len(header.names))
        for line, cells in completed(found, header.names, noted):
            yield Row(None, line, dict(zip(header.names, cells, strict=True)))
    except CsvError as error:
        raise _explained(path, error) from None


def _cut(path: Path, header: _Header, since: Chunk | None) -> Iterator[Chunk]:
    """Cut where rows end: behind a line feed above which each quote has its other one."""
    start, line = (since.start, since.line) if since else (header.end, header.lines + 1)
    try:
        with open_fixture(path) as file:
            file.seek(start)
            yield from _chunks(path, file, line, start)
    except OSError as error:
        raise unreadable(path, error) from error


def _chunks(path: Path, file: BufferedReader, line: int, start: int) -> Iterator[Chunk]:
    rest, quotes = [b""], 0
    while block := file.read(max(CHUNK_BYTES, min(sum(map(len, rest)), _MOST_AT_ONCE_BYTES))):
        end = _end_of_rows(block, quotes)
        rest.append(block[:end] if end else block)
        if end:
            size, lines = sum(map(len, rest)), sum(part.count(b"\n") for part in rest)
            yield Chunk(_decoded(path, taken_together(rest), line), line, start)
            rest, quotes = [block[end:]], block.count(b'"', end)
            line, start = line + lines, start + size
            continue
        quotes += block.count(b'"')
        if sum(map(len, rest)) > LONGEST_VALUE_BYTES:
            message = f"a row is longer than {LONGEST_VALUE_BYTES >> 20} MB, or a quote in it is never closed"
            raise _error(path, line, message)
    if any(rest):
        yield Chunk(_decoded(path, taken_together(rest), line), line, start)


def _end_of_rows(block: bytes, quotes_above: int) -> int:
    """Tell where the last row ends in a block, 0 where none does."""
    end = block.rfind(b"\n") + 1
    quotes = quotes_above + block.count(b'"', 0, end)
    while end and quotes % 2:
        before = block.rfind(b"\n", 0, end - 1) + 1
        quotes -= block.count(b'"', before, end)
        end = before
    return end


def _decoded(path: Path, piece: bytes, line: int) -> str:
    try:
        return piece.decode()
    except UnicodeDecodeError as error:
        raise _no_unicode(path, line, error) from error


def _no_unicode(path: Path, line: int, error: UnicodeDecodeError) -> FixtureError:
    return _error(
        path,
        line + error.object.count(b"\n", 0, error.start),
        f"the file is not UTF-8: byte 0x{error.object[error.start]:02X} ({error.reason})",
        hint=f'Spreadsheets save it so as "CSV UTF-8"; else: iconv -f WINDOWS-1252 -t UTF-8 {path.name}',
    )


def _explained(path: Path, error: CsvError) -> FixtureError:
    return _error(path, error.line, error.message, hint=error.hint, detail=error.detail)


def _error(path: Path, line: int, message: str, *, hint: str | None = None, detail: str | None = None) -> FixtureError:
    return FixtureError(message, origin=Origin(path=shown_path(path), line=line), hint=hint, detail=detail)


_HEADER_HINT = "The first line of a CSV file names the columns: id,name,email."
