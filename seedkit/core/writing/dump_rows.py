"""Rows as COPY writes them → the lines of a fixture: a list of rows, each a block of `column: value`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeAlias

from seedkit.core.catalog import Column
from seedkit.core.writing.column_spellings import column_spelling
from seedkit.core.writing.dump_plan import TableDump
from seedkit.core.writing.rows_by_column import ColumnSpelling, RowsByColumn
from seedkit.core.writing.wide_rows import WideRow, wide_spelling
from seedkit.core.writing.yaml_text import word_scalar

CopiedRows: TypeAlias = "str | WideRow"
"""Rows of a table in COPY's text format, or one that is too wide to be held as text."""


class SpellingChoice(Protocol):
    """Chooses how the fields of a column are spelt."""

    def __call__(self, column: Column, *, indent: str, refers: bool) -> ColumnSpelling:
        """Choose, as `column_spelling` does for what the server has written."""


def number_of(rows: CopiedRows) -> int:
    """Count rows."""
    return rows.count("\n") if isinstance(rows, str) else 1


def fixture_text(
    dump: TableDump, chunks: Iterable[CopiedRows], *, under_name: bool, spelling: SpellingChoice = column_spelling
) -> Iterator[str]:
    """Write a table's rows in pieces; `under_name` as one table of several, below its name.

    What reads well is also what is read fastest: each row starts with `- ` in one column, and has the same keys.
    """
    indent = "  " if under_name else ""
    head = f"{word_scalar(dump.name)}:" if under_name else ""
    columns = _Columns(dump, indent, spelling)
    empty = True
    for chunk in chunks:
        if head and empty:
            yield f"{head}\n"
        empty = False
        if isinstance(chunk, str):
            yield columns.lines_of(chunk)
        else:
            yield from columns.pieces_of(chunk)
    if empty:
        yield f"{head} []\n" if head else "[]\n"


class _Columns:
    """What stands before the values of each column, and how these are spelt."""

    def __init__(self, dump: TableDump, indent: str, spelling: SpellingChoice) -> None:
        referring = {name for key in dump.table.foreign_keys for name in key.columns}
        self._indent = indent
        self._labels = [
            f"{indent}{'  ' if number else '- '}{word_scalar(column.name)}: "
            for number, column in enumerate(dump.columns)
        ]
        block = f"{indent}    "
        self._spellings = [spelling(column, indent=block, refers=column.name in referring) for column in dump.columns]
        self._wide = [wide_spelling(column, indent=block, refers=column.name in referring) for column in dump.columns]
        lines = [f"\n{label}" if number else label for number, label in enumerate(self._labels)]
        self._rows = RowsByColumn(lines, self._spellings, end="\n") if lines else None

    def lines_of(self, rows: str) -> str:
        """Write rows that COPY has written; one without any column says as much."""
        return self._rows.text_of(rows) if self._rows else f"{self._indent}- {{}}\n" * rows.count("\n")

    def pieces_of(self, row: WideRow) -> Iterator[str]:
        """Write one row, its wide fields in pieces."""
        for label, spelt, wide, field in zip(self._labels, self._spellings, self._wide, row.fields(), strict=True):
            yield label
            if isinstance(field, str):
                yield from spelt([field])
            else:
                yield from wide(field)
            yield "\n"
