"""Rows as COPY writes them → CSV with a header: NULL is a cell without anything, an empty text stands in quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from seedkit.core.values.copy_text import NULL, field_value
from seedkit.core.writing.dump_plan import TableDump
from seedkit.core.writing.dump_rows import CopiedRows
from seedkit.core.writing.wide_rows import WideField, WideRow

_MEANING = re.compile(r'[\\,"\r]')
"""Without these in a piece of COPY's text no cell needs quotes, but for an empty one."""
_EMPTY = re.compile(r"^\t|\t\t|\t$|^$(?=\n)", re.MULTILINE)
_QUOTED = re.compile(r'[",\r\n]')


def csv_text(dump: TableDump, chunks: Iterable[CopiedRows]) -> Iterator[str]:
    """Write a table's rows in pieces."""
    yield ",".join(_cell(column.name) for column in dump.columns) + "\n"
    for chunk in chunks:
        if isinstance(chunk, str):
            yield _lines(chunk)
        else:
            yield from _pieces(chunk)


def _lines(rows: str) -> str:
    if _MEANING.search(rows) or _EMPTY.search(rows):
        lines = rows.removesuffix("\n").split("\n")
        return "".join([f"{','.join(map(_spelled, line.split(chr(9))))}\n" for line in lines])
    return rows.replace("\t", ",")


def _spelled(field: str) -> str:
    return "" if field == NULL else _cell(field_value(field) or "")


def _cell(text: str) -> str:
    r"""Write a text that is not NULL.

    >>> [_cell(text) for text in ("Ada", "", "a, b", '5" pipe', "\\.")]
    ['Ada', '""', '"a, b"', '"5"" pipe"', '"\\."']
    """
    if text and not _QUOTED.search(text) and text != "\\." and text.isprintable():
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _pieces(row: WideRow) -> Iterator[str]:
    """Write one row, its wide fields in pieces."""
    separator = ""
    for field in row.fields():
        yield separator
        separator = ","
        if isinstance(field, WideField):
            yield '"'
            yield from (piece.replace('"', '""') for piece in field.pieces())
            yield '"'
        else:
            yield _spelled(field)
    yield "\n"
