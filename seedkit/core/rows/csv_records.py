"""The records of a CSV file, one by one, as COPY reads them: which cells are NULL, where each stands, what is wrong.

A cell without quotes and without text is NULL, one in quotes never is. A quote inside is written twice. Lines end with
a line feed, with or without a carriage return; inside quotes they belong to the cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from seedkit.core.fixtures import Cell

_CELL = re.compile(r'"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"|(?P<bare>[^",\n\r]*+)')
_ENDS = re.compile(r",|\r?\n|\r?\Z")
_LONGEST_SHOWN = 40


class Record(NamedTuple):
    """A record; `line` is the one on which it begins."""

    line: int
    cells: tuple[Cell | None, ...]


class CsvError(Exception):
    """What is wrong with a file, and on which line."""

    def __init__(self, line: int, message: str, hint: str | None = None, detail: str | None = None) -> None:
        super().__init__(message)
        self.line, self.message, self.hint, self.detail = line, message, hint, detail


def records(text: str, line: int, *, width: int) -> Iterator[Record]:
    """Read the records of a text that begins with one, on a line of the file; raises CsvError.

    A line without anything is a record only where records have one cell, which is NULL then: as COPY has it.
    """
    place = 0
    while place < len(text):
        first, begun, cells, end = line, place, [], ","
        while end == ",":
            read = _CELL.match(text, place)
            if read is None or (read["quoted"] is None and text.startswith('"', place)):
                raise CsvError(first + text.count("\n", begun, place), _UNCLOSED, _UNCLOSED_HINT)
            cell, place = _cell(read), read.end()
            found = _ENDS.match(text, place)
            if found is None:
                raise _misplaced(text, begun, place, first)
            end, place = found[0], found.end()
            cells.append(cell)
        line += text.count("\n", begun, place)
        if width == 1 or cells != [None]:
            yield Record(first, tuple(cells))


def completed(found: Iterator[Record], names: Sequence[str], note: Callable[[CsvError], None]) -> Iterator[Record]:
    """Pass on records that have a cell for each name; of the others `note` is told."""
    for record in found:
        if len(record.cells) == len(names):
            yield record
        else:
            note(_misfit(record, names))


def _cell(read: re.Match[str]) -> Cell | None:
    quoted, bare = read["quoted"], read["bare"]
    if quoted is not None:
        return Cell(quoted.replace('""', '"'))
    return Cell(bare) if bare else None


def _misplaced(text: str, begun: int, place: int, line: int) -> CsvError:
    """Say what stands where a cell should end."""
    line += text.count("\n", begun, place)
    rest = text[place : place + _LONGEST_SHOWN].split("\n", maxsplit=1)[0].rstrip("\r")
    if text[place] == "\r":
        return CsvError(line, "a carriage return stands outside of quotes", _LINE_ENDS)
    if text[place - 1 : place] == '"':
        opened = _line_opened(text, begun, place, line)
        more = "" if opened == line else f", which opens on line {opened}"
        return CsvError(line, f"text follows the closing quote of a cell{more}: {rest}", _QUOTES_HINT)
    return CsvError(line, f"a quote stands inside a cell that does not begin with one: {rest}", _QUOTES_HINT)


def _line_opened(text: str, begun: int, place: int, line: int) -> int:
    """Tell the line on which the cell begins that ends at a place, going through the record again."""
    start = begun
    while (found := _CELL.match(text, start)) and found.end() < place:
        end = _ENDS.match(text, found.end())
        start = end.end() if end else place
    return line - text.count("\n", start, place)


def _misfit(record: Record, names: Sequence[str]) -> CsvError:
    count, width = len(record.cells), len(names)
    cells = "1 cell" if count == 1 else f"{count} cells"
    if count < width:
        missing = ", ".join(f'"{name}"' for name in names[count:])
        detail = f"nothing is there for {missing}"
        return CsvError(record.line, f"the row has {cells}, and the header {width}", _FEW_HINT, detail)
    return CsvError(record.line, f"the row has {cells}, and the header {width}", _MANY_HINT)


_UNCLOSED = "the quote that opens here is never closed"
_UNCLOSED_HINT = "Close it, or write a quote inside a cell twice, and the cell in quotes."
_LINE_ENDS = "Lines end with a line feed: tr '\\r' '\\n' < old.csv > new.csv turns the ends of old Macs into them."
_QUOTES_HINT = 'Put the whole cell in quotes, and write each quote inside it twice: "5"" pipe".'
_FEW_HINT = "Write a comma for each cell that is left out: an empty one is NULL."
_MANY_HINT = "Put a cell that has commas in quotes."
