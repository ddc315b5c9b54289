"""How the rows of a dump are written: as YAML, as CSV with a header, as JSON with an object a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seedkit.core.writing.dump_plan import TableDump
from seedkit.core.writing.dump_rows import CopiedRows, fixture_text
from seedkit.core.writing.format_names import DumpFormat


def dump_text(dump: TableDump, chunks: Iterable[CopiedRows], format_: DumpFormat, *, under_name: bool) -> Iterator[str]:
    """Write a table's rows in pieces; `under_name` as one table of several, below its name: as YAML alone."""
    if format_ is DumpFormat.CSV:
        from seedkit.core.writing.csv_rows import csv_text

        return csv_text(dump, chunks)
    if format_ is DumpFormat.JSON_LINES:
        from seedkit.core.writing.json_rows import json_lines

        return json_lines(dump, chunks)
    return fixture_text(dump, chunks, under_name=under_name)
