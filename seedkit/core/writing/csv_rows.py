"""Rows as COPY writes them → CSV with a header: NULL is a cell without anything, an empty text stands in quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from seedkit.core.catalog import Column
from seedkit.core.values.copy_text import NULL, field_value
from seedkit.core.writing.column_spellings import PLAIN_TYPES, one_by_one
from seedkit.core.writing.dump_plan import TableDump
from seedkit.core.writing.dump_rows import CopiedRows
from seedkit.core.writing.rows_by_column import AsItStands, ColumnSpelling, RowsByColumn, all_but
from seedkit.core.writing.wide_rows import WideField, WideRow

_PLAIN = bytes({*range(ord(" "), ord("~") + 1), *b"\t\n"} - {*b'",\\'})
_AS_IT_STANDS = AsItStands("")


def csv_text(dump: TableDump, chunks: Iterable[CopiedRows]) -> Iterator[str]:
    """Write a table's rows in pieces."""
    yield ",".join(_cell(column.name) for column in dump.columns) + "\n"
    labels = ["," if number else "" for number, _ in enumerate(dump.columns)]
    by_column = RowsByColumn(labels, [_spelling(column) for column in dump.columns], end="\n")
    for chunk in chunks:
        if isinstance(chunk, str):
            yield _all_plain(chunk) or by_column.text_of(chunk)
        else:
            yield from _pieces(chunk)


def _all_plain(rows: str) -> str | None:
    """Exchange tabs for commas, where that is all there is to do.

    What has been written with a backslash still has one when the NULLs are gone.
    """
    if "\t\t" in f"\t{rows}".replace("\n", "\t"):
        return None  # an empty text
    bare = rows.replace(NULL, "") if "\\" in rows else rows
    return bare.replace("\t", ",") if _needs_no_quotes(bare) else None


def _needs_no_quotes(text: str) -> bool:
    others = all_but(_PLAIN, text)
    return not others or (others.isprintable() and not any(mark in others for mark in '",\\'))


def _spelling(column: Column) -> ColumnSpelling:
    return _AS_IT_STANDS if column.base_type in {*PLAIN_TYPES, "boolean"} else _cells


def _cells(fields: Sequence[str]) -> Sequence[str]:
    if "" in fields or not _needs_no_quotes("".join(fields).replace(NULL, "")):
        return one_by_one(fields, _cell, null="")
    return _AS_IT_STANDS(fields)


def _spelled(field: str) -> str:
    return "" if field == NULL else _cell(field_value(field) or "")


def _cell(text: str) -> str:
    r"""Write a text that is not NULL.

    >>> [_cell(text) for text in ("Ada", "", "a, b", '5" pipe', "\\.")]
    ['Ada', '""', '"a, b"', '"5"" pipe"', '"\\."']
    """
    if text.isprintable() and "," not in text and '"' not in text and text not in ("", "\\."):
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
