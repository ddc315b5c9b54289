"""Writes rows of Python values as COPY text by the column, where the driver would write them by its own dumpers.

A program may have registered others with the driver: then, as for types that are not known here, the driver does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from psycopg.adapt import PyFormat

from seedkit.core.values.python_texts import own_type, texts_of
from seedkit.postgres.connection import Connection

_ROWS = 500
"""Rows that are written at a time: the server reads these while the next ones are written."""
_WIDEST = 1024 * 1024
"""More text than this in one column of some rows is written by the row, for no text to be in memory several times."""
_DRIVERS = ("psycopg", "psycopg_binary", "psycopg_c")
_DUMPERS = {
    "str": "StrDumperUnknown",
    "int": "IntDumper",
    "bool": "BoolDumper",
    "float": "FloatDumper",
    "Decimal": "DecimalDumper",
    "date": "DateDumper",
    "datetime": "DatetimeDumper",
    "UUID": "UUIDDumper",
}


def some_rows(rows: Iterable[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    """Give rows, some at a time."""
    remaining = iter(rows)
    return iter(lambda: list(islice(remaining, _ROWS)), [])


def by_column(rows: Sequence[Sequence[object]], connection: Connection) -> str | None:
    """Write rows as COPY text, None where the driver has to."""
    fields: list[Sequence[str]] = []
    for values in zip(*rows, strict=True):
        kind = own_type(values)
        if kind is None or not _is_dumped_as_here(connection, kind) or (kind is str and _are_wide(values)):
            return None
        fields.append(texts_of(kind, values))
    text = "\n".join([*map("\t".join, zip(*fields, strict=True)), ""])
    return text if text and "\0" not in text else None  # which the driver refuses


def _is_dumped_as_here(connection: Connection, kind: type) -> bool:
    if kind is type(None):
        return True
    dumper = connection.adapters.get_dumper(kind, PyFormat.TEXT)
    return dumper.__name__ == _DUMPERS.get(kind.__name__) and dumper.__module__.partition(".")[0] in _DRIVERS


def _are_wide(values: Sequence[Any]) -> bool:
    return sum(map(len, filter(None, values))) > _WIDEST
