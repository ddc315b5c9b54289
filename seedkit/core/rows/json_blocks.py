"""Chunks of JSON → COPY text, by the column: what is written alike is looked at together.

What is not plainly so is read row by row, which gives the same, and tells what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from seedkit.core.catalog import Column, Table
from seedkit.core.fixtures import OPTIONS_KEY, Chunk, Spelling
from seedkit.core.names import Columns
from seedkit.core.rows.column_recogniser import SpelledRows
from seedkit.core.rows.csv_blocks import value_tests
from seedkit.core.values.copy_text import field_text, field_texts
from seedkit.core.values.encoder_choice import NUMBER_TYPES, Encoder, encoder_for
from seedkit.core.values.json_reading import Foreign, Number, decoded_strictly, fixture_value, refuse_halves
from seedkit.errors import FixtureError

_SPACE: Any = re.compile(r"[ \t\r\n]*")
_COMMA: Any = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")
_COLON: Any = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_TEXTS = frozenset({str, Number, type(None)})
_SCALARS = frozenset({*_TEXTS, bool})
_OF_OTHERS = frozenset({"bytea"})
"""Types that read a text by whether it stands in quotes."""


class Element(NamedTuple):
    """A value of a file with the line on which it stands, and its label where such values have any."""

    label: str | None
    line: int
    value: Foreign


@lru_cache(maxsize=1)
def listed_values(text: str) -> Sequence[Foreign] | None:
    """Read what stands between the brackets of a JSON list; None where that is no list.

    The last one is kept: whoever cuts a file into such texts asks first, then whoever reads the rows.
    """
    values = _whole(f"[{text}]")
    return values if isinstance(values, list) else None


@lru_cache(maxsize=1)
def labelled_values(text: str) -> Mapping[str, Foreign] | None:
    """Read what stands between the braces of a JSON object; None where that is no object. The last one is kept."""
    values = _whole(f"{{{text}}}")
    return values if isinstance(values, dict) else None


def _whole(text: str) -> Foreign:
    """Read a text that is a list or an object; None where it is none."""
    try:
        value, end = decoded_strictly(text, 0)
        if "\\u" in text:
            refuse_halves(value)
    except (ValueError, FixtureError):
        return None
    return value if end == len(text) else None


def _values_by_line(text: str) -> list[tuple[int, Foreign]] | None:
    """Read a JSON value a line, each with the number of its line from 0; None where lines are not such values."""
    found: list[tuple[int, Foreign]] = []
    try:
        for number, line in enumerate(text.split("\n")):
            if written := line.strip(" \t\r"):
                value, end = decoded_strictly(written, 0)
                found.append((number, value))
                if end < len(written):
                    return None
        if "\\u" in text:
            refuse_halves([value for _, value in found])
    except (ValueError, FixtureError):
        return None
    return found


def elements(text: str, line: int, spelling: Spelling) -> list[Element] | None:
    """Read the entries of a list or of an object without what is around it, or a value a line; None where that fails.

    `line` is the one on which the text begins.
    """
    if spelling is Spelling.JSON_LINES:
        found = _values_by_line(text)
        return None if found is None else [Element(None, line + number, value) for number, value in found]
    lines = _lines_of_values(text, line, labelled=spelling is Spelling.JSON_LABELS)
    if spelling is Spelling.JSON_LABELS:
        rows = labelled_values(text)
        return None if rows is None else [Element(*each) for each in zip(rows, lines, rows.values(), strict=True)]
    values = listed_values(text)
    return None if values is None else [Element(None, *each) for each in zip(lines, values, strict=True)]


def _lines_of_values(text: str, line: int, *, labelled: bool) -> Iterator[int]:
    place: int = _SPACE.match(text).end()
    line += text.count("\n", 0, place)
    while place < len(text):
        yield line
        after: int = _COMMA.match(text, end_of_value(text, place, labelled=labelled)).end()
        line += text.count("\n", place, after)
        place = after


def end_of_value(text: str, place: int, *, labelled: bool) -> int:
    """Tell where a value ends that begins at a place of a text, maybe with its label; raises ValueError."""
    if labelled:
        label, end = decoded_strictly(text, place)
        colon = _COLON.match(text, end)
        if not isinstance(label, str) or isinstance(label, Number) or colon is None:
            raise ValueError(f"no label at {place}")
        place = colon.end()
    _, end = decoded_strictly(text, place)
    return end


class JsonBlocks:
    """Recognises the rows of one JSON file; `labelled` says that labels of others may be meant in them."""

    def __init__(self, table: Table, spelling: Spelling, *, labelled: bool) -> None:
        self._spelling = spelling
        self._columns = {column.name: column for column in table.columns if not column.generated}
        self._tests = value_tests(table, list(self._columns.values()), labelled=labelled)
        self._encoders: dict[str, Encoder] = {}

    def recognise(self, text: str) -> list[SpelledRows] | None:
        """Read a chunk's rows, those with the same keys together, or give None where that has to be done one by one."""
        found = self._rows(text)
        by_keys: dict[tuple[str, ...], list[tuple[int, dict[str, Foreign]]]] = {}
        for place, row in enumerate(found):
            if not isinstance(row, dict):
                return None
            by_keys.setdefault(tuple(row), []).append((place, row))
        parts = [self._alike(keys, rows) for keys, rows in by_keys.items()]
        known = [part for part in parts if part is not None]
        return known if found and len(known) == len(parts) else None

    def _rows(self, text: str) -> Sequence[Foreign]:
        if self._spelling is Spelling.JSON_LINES:
            return [row for _, row in _values_by_line(text) or ()]
        if self._spelling is Spelling.JSON:
            return listed_values(text) or ()
        rows = labelled_values(text) or {}
        return () if OPTIONS_KEY in rows else list(rows.values())

    def labels(self, text: str) -> Sequence[str]:
        """Give the labels of a chunk's rows."""
        return list(labelled_values(text) or ())

    def lines_at(self, places: Sequence[int], chunk: Chunk) -> list[int]:
        """Tell the lines in the file of some of a chunk's rows."""
        found = elements(chunk.text, chunk.line, self._spelling) or []
        return [found[place].line for place in places]

    def _alike(self, keys: Columns, rows: Sequence[tuple[int, dict[str, Foreign]]]) -> SpelledRows | None:
        if not keys or not self._columns.keys() >= set(keys):
            return None
        columns = sorted((self._columns[key] for key in keys), key=lambda column: column.number)
        texts = [self._texts(column, [row[column.name] for _, row in rows]) for column in columns]
        known = [each for each in texts if each is not None]
        if len(known) < len(texts):
            return None
        lines = "".join([f"{line}\n" for line in map("\t".join, zip(*known, strict=True))])
        names = tuple(column.name for column in columns)
        return None if "\0" in lines else SpelledRows(names, (), lines.encode(), [place for place, _ in rows])

    def _texts(self, column: Column, values: Sequence[Foreign]) -> Sequence[str] | None:
        """Give COPY's text of the values of a column, or None where they have to be looked at one by one."""
        kinds = set(map(type, values))
        if str in kinds and column.base_type in NUMBER_TYPES:
            return None
        if column.value_type.is_document or not kinds <= _SCALARS or column.base_type in _OF_OTHERS:
            return self._encoded(column, values)
        if not kinds <= _TEXTS:
            values = [str(value).lower() if isinstance(value, bool) else value for value in values]
        texts: Sequence[Any] = values
        test = self._tests.get(column.name)
        if test is not None and not all(map(test, {*texts} - {None})):
            return None
        return field_texts(texts)

    def _encoded(self, column: Column, values: Sequence[Foreign]) -> Sequence[str] | None:
        if column.name in self._tests:
            return None
        encode = self._encoders.setdefault(column.name, encoder_for(column))
        try:
            return [field_text(encode(fixture_value(value))) for value in values]
        except FixtureError:  # is raised again where rows are read one by one, with its line
            return None
