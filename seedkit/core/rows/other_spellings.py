"""What recognises the rows of files that are no YAML: chosen by how they are written, imported where there are any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.row_language import RowReading
from seedkit.core.fixtures import Chunk, FixtureTable, Spelling
from seedkit.core.rows.column_recogniser import SpelledRows


class Recogniser(Protocol):
    """Recognises the rows of chunks of one file."""

    def recognise(self, text: str) -> Sequence[SpelledRows] | None:
        """Read a chunk's rows, or give None where that has to be done one by one."""

    def labels(self, text: str) -> Sequence[str]:
        """Give the labels of a chunk's rows, where they have any."""

    def lines_at(self, places: Sequence[int], chunk: Chunk) -> Sequence[int]:
        """Tell the lines in the file of some of a chunk's rows, counted from 0."""


def recogniser_of(fixture: FixtureTable, table: Table, reading: RowReading) -> Recogniser:
    """Choose what recognises a file's rows; where there are labels, they may be meant in them."""
    labelled = reading.knows_labels
    if fixture.spelling is Spelling.CSV:
        from seedkit.core.rows.csv_blocks import CsvBlocks

        return CsvBlocks(table, fixture.header, labelled=labelled)
    from seedkit.core.rows.json_blocks import JsonBlocks

    return JsonBlocks(table, fixture.spelling, labelled=labelled)
