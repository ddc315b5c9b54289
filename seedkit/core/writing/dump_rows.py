"""Rows as PostgreSQL's text → the lines of a fixture: a list of rows, each a block of `column: value`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from seedkit.core.catalog import Column
from seedkit.core.writing.dump_plan import TableDump
from seedkit.core.writing.dump_spellings import Spelling, spelling_for
from seedkit.core.writing.yaml_text import word_scalar

CHUNK_CHARACTERS = 64 * 1024


class SpellingChoice(Protocol):
    """Chooses how the values of a column are spelt."""

    def __call__(self, column: Column, *, indent: str, refers: bool = False) -> Spelling:
        """Choose, as `spelling_for` does for what the server shows."""


def fixture_text(
    dump: TableDump,
    rows: Iterable[Sequence[str | None]],
    *,
    under_name: bool,
    spelling: SpellingChoice = spelling_for,
) -> Iterator[str]:
    """Write a table's rows in pieces; `under_name` as one table of several, below its name.

    What reads well is also what is read fastest: each row starts with `- ` in one column, and has the same keys.
    """
    indent = "  " if under_name else ""
    written = 0
    gathered: list[str] = []
    for line in _row_lines(dump, rows, indent, spelling):
        if not written and under_name:
            gathered.append(f"{word_scalar(dump.name)}:\n")
        gathered.append(line)
        written += len(line)
        if written >= CHUNK_CHARACTERS:
            yield "".join(gathered)
            gathered, written = [], 1
    if not written:
        gathered.append(f"{word_scalar(dump.name)}: []\n" if under_name else "[]\n")
    yield "".join(gathered)


def _row_lines(
    dump: TableDump, rows: Iterable[Sequence[str | None]], indent: str, spelling: SpellingChoice
) -> Iterator[str]:
    referring = {name for key in dump.table.foreign_keys for name in key.columns}
    fields = [
        (
            f"{indent}{'  ' if number else '- '}{word_scalar(column.name)}: ",
            spelling(column, indent=f"{indent}    ", refers=column.name in referring),
        )
        for number, column in enumerate(dump.columns)
    ]
    for row in rows:
        line = "".join(
            [
                f"{label}{'null' if text is None else spell(text)}\n"
                for (label, spell), text in zip(fields, row, strict=True)
            ]
        )
        yield line or f"{indent}- {{}}\n"
