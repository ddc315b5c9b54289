r"""Chunks of CSV → COPY text, many rows at once: what separates cells is exchanged, and the server reads the values.

What stands in quotes is taken out first, by cutting the text at each quote: it leaves a sign behind, so that all that
is left are bare cells, commas and line feeds. A chunk that is not plainly so is read record by record (`csv_records`),
which tells what is wrong with it. The two give the same rows.

>>> copy_text('1,"a, ""b"" c",\n2,,"\\"\n', 3).split("\n")
['1\ta, "b" c\t\\N', '2\t\\N\t\\\\', '']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.references import stem_of
from seedkit.core.fixtures import Chunk
from seedkit.core.rows.column_recogniser import SpelledRows
from seedkit.core.rows.csv_records import records
from seedkit.core.rows.plain_literals import BARE_LITERALS
from seedkit.core.values.copy_text import NULL
from seedkit.core.values.dates import TIMES

_QUOTED = "\x01"
"""Stands for what was in quotes."""
_MISPLACED = re.compile("[^,\n\x01]\x01|\x01(?!\r\n)[^,\n\x01]")
_EMPTY_LINE = re.compile(r"^(?=\n)", re.MULTILINE)
_CHECKED = frozenset({"timestamp without time zone", "date", *TIMES})
"""Types of which PostgreSQL drops parts without a word, so that each value is looked at."""
_LABELLED = frozenset({"smallint", "integer", "bigint", "numeric", "uuid"})
"""Types in whose columns a text that is no value may be a label."""


class CsvBlocks:
    """Recognises the rows of one CSV file, given the names of its header; `labelled` says that labels may be meant."""

    def __init__(self, table: Table, header: Sequence[str], *, labelled: bool) -> None:
        columns = [table.find_column(name) for name in header]
        self._columns = [column for column in columns if column is not None and not column.generated]
        self._known = len(self._columns) == len(header) == len({column.name for column in self._columns})
        self._width = len(header)
        order = sorted(range(len(self._columns)), key=lambda place: self._columns[place].number)
        self.columns = tuple(self._columns[place].name for place in order)
        self._order = None if order == list(range(self._width)) else order
        tests = value_tests(table, self._columns, labelled=labelled)
        places = {column.name: place for place, column in enumerate(self._columns)}
        self._tests = [(places[name], test) for name, test in tests.items()]

    def recognise(self, text: str) -> list[SpelledRows] | None:
        """Read a chunk's rows, or give None where that has to be done one by one."""
        lines = copy_text(text, self._width) if self._known else None
        if not lines:
            return None
        if self._tests or self._order:
            cells = lines.removesuffix("\n").replace("\n", "\t").split("\t")
            if not all(map(_passes, self._tests, repeat(cells), repeat(self._width))):
                return None
            if self._order:
                lines = _arranged(cells, self._order)
        return [SpelledRows(self.columns, (), lines.encode(), range(lines.count("\n")))]

    def labels(self, text: str) -> Sequence[str]:  # noqa: ARG002 - as that of files that have labels
        """Give the labels of a chunk's rows: none."""
        return ()

    def lines_at(self, places: Sequence[int], chunk: Chunk) -> list[int]:
        """Tell the lines in the file of some of a chunk's rows."""
        found = [record.line for record in records(chunk.text, chunk.line, width=self._width)]
        return [found[place] for place in places]


def copy_text(text: str, width: int) -> str | None:
    """Write the rows of a chunk in COPY's text format, or give None where they are not plainly rows of that width."""
    if "\0" in text or _QUOTED in text:
        return None
    text = text if text.endswith("\n") else f"{text}\n"
    found = (_with_quotes if '"' in text else _bare)(text, width)
    if found is None:
        return None
    lines = found.split("\n")
    del lines[-1]
    return found if set(map(str.count, lines, repeat("\t"))) <= {width - 1} else None


def _bare(text: str, width: int) -> str | None:
    """Exchange the separators of a text without quotes."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            return None
    if width > 1 and ("\n\n" in text or text.startswith("\n")):
        text = "\n".join([*filter(None, text.split("\n")), ""])
    text = _with_nulls(_escaped(text))
    if width == 1:
        text = _EMPTY_LINE.sub(NULL.replace("\\", "\\\\"), text)
    return text.replace(",", "\t")


def _with_nulls(text: str) -> str:
    """Write NULL where nothing stands between separators."""
    if ",," in text:
        text = text.replace(",,", f",{NULL},").replace(",,", f",{NULL},")
    if ",\n" in text:
        text = text.replace(",\n", f",{NULL}\n")
    if "\n," in text:
        text = text.replace("\n,", f"\n{NULL},")
    return NULL + text if text.startswith(",") else text


def _with_quotes(text: str, width: int) -> str | None:
    parts = text.split('"')
    if len(parts) % 2 == 0:
        return None
    outside, inside = _QUOTED.join(parts[::2]), _QUOTED.join(parts[1::2])
    if _MISPLACED.search(outside) or (bare := _bare(outside, width)) is None:
        return None
    parts[::2] = bare.split(_QUOTED)
    inner = _escaped(inside)
    if "\n" in inner:
        inner = inner.replace("\n", "\\n")
    if "\r" in inner:
        inner = inner.replace("\r", "\\r")
    parts[1::2] = inner.split(_QUOTED)
    parts[2:-1:2] = [part or '"' for part in parts[2:-1:2]]
    return "".join(parts)


def _escaped(text: str) -> str:
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return text.replace("\t", "\\t") if "\t" in text else text


def _arranged(cells: Sequence[str], order: Sequence[int]) -> str:
    """Write rows with their cells in another order."""
    columns = [cells[place :: len(order)] for place in order]
    return "".join([f"{line}\n" for line in map("\t".join, zip(*columns, strict=True))])


def _passes(test: tuple[int, Callable[[str], object]], cells: Sequence[str], width: int) -> bool:
    place, is_plain = test
    return all(map(is_plain, _known(cells[place::width])))


def _known(cells: Iterable[str]) -> set[str]:
    """Give the different texts of cells that are not NULL."""
    return {*cells} - {NULL}


def value_tests(table: Table, columns: Sequence[Column], *, labelled: bool) -> dict[str, Callable[[str], object]]:
    """Give for each column that needs one the test that a text may go to the server as it is.

    PostgreSQL drops parts of some types' texts without a word, and where rows have labels a text may be one.
    """
    referring = {name for key in table.foreign_keys for name in key.columns}
    tests = {
        column.name: _test(column, labelled=labelled and (column.name in referring or stem_of(column.name) is not None))
        for column in columns
    }
    return {name: test for name, test in tests.items() if test is not None}


def _test(column: Column, *, labelled: bool) -> Callable[[str], object] | None:
    base = column.value_type.innermost.base_type
    checked = base in _CHECKED or (labelled and base in _LABELLED)
    if not checked:
        return None
    pattern = BARE_LITERALS.get(column.base_type)
    return re.compile(pattern).fullmatch if pattern else lambda _: False
