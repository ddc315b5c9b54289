"""Says which value of a program's rows can't be written for its column: the driver's own words name neither."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg.types.json import Json, Jsonb

from seedkit.core.catalog import Column, Table
from seedkit.core.names import in_quotes
from seedkit.core.rows.blocks import ValueBlock
from seedkit.errors import LoadError

_REFUSALS = (psycopg.ProgrammingError, UnicodeEncodeError, TypeError)


class UnwritableValueError(LoadError):
    """A `value` that the driver has no text for, in the nth row of its block; others know its number among all rows."""

    def __init__(self, table: Table, column: Column, value: object, error: Exception) -> None:
        self.value = value
        self.nth = 0
        shown = _shown(value, error, column)
        self._place = f'{shown} for column "{column.name}" of table {in_quotes(table.name)}'
        super().__init__(f"a row has {self._place}", hint=_hint(column, value, error))

    def stands_in(self, number: int) -> None:
        """Take the number of its row, from 1."""
        self.message = f"row {number:,} has {self._place}"


@contextmanager
def unwritable_told(block: ValueBlock, table: Table, write: Callable[[Column, object], object]) -> Iterator[None]:
    """Have an error of the driver say which value of a block it is about: `write` raises it once more."""
    try:
        yield
    except _REFUSALS as error:
        columns = [table.column(name) for name in block.shape.columns]
        cells = (
            (nth, *cell)
            for nth, values in enumerate(block.values, start=1)
            for cell in zip(columns, values, strict=True)
        )
        for nth, column, value in cells:
            if (refusal := _refusal(write, column, value)) is not None:
                told = UnwritableValueError(table, column, value, refusal)
                told.nth = nth
                raise told from error
        raise


def _refusal(write: Callable[[Column, object], object], column: Column, value: object) -> Exception | None:
    try:
        write(column, value)
    except _REFUSALS as error:
        return error
    return None


def _shown(value: object, error: Exception, column: Column) -> str:
    if isinstance(error, UnicodeEncodeError):
        return f"a text that {error.encoding} can not hold"
    if column.value_type.is_document and (found := _strange_in(value, column.name, 0)):
        return found
    return f"a value of the type {type(value).__qualname__}"


def _strange_in(value: object, path: str, depth: int) -> str | None:
    """Say which value in a document json has no way to write, and where: the outermost is the document itself."""
    if isinstance(value, (Json, Jsonb)):
        return _strange_in(value.obj, path, depth)
    if depth > _DEEPEST or value is None or isinstance(value, (str, int, float)):
        return None
    if isinstance(value, dict):
        for key in value:
            if not (key is None or isinstance(key, (str, int, float))):
                return f"a key of the type {type(key).__qualname__} in {path}"
        inner = ((f"{path}.{key}", item) for key, item in value.items())
    elif isinstance(value, (list, tuple)):
        inner = ((f"{path}[{place}]", item) for place, item in enumerate(value))
    else:
        return f"a value of the type {type(value).__qualname__}" + (f" at {path}" if depth else "")
    return next(filter(None, (_strange_in(item, place, depth + 1) for place, item in inner)), None)


_DEEPEST = 200
"""Past this a document may hold itself, of which json says so."""


def _hint(column: Column, value: object, error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        letter = ascii(error.object[error.start])
        half = error.reason.startswith("surrogates")
        return f"{letter} is half of a character: take it out." if half else f"Take {letter} out, or seed in UTF-8."
    if column.value_type.is_document:
        return (
            "A document holds mappings, lists, texts, numbers, booleans and None: write others as one of these,"
            " str(value) or float(value)."
        )
    if isinstance(value, Mapping):
        return f"The column is {column.type_name}: give a text (json.dumps of the mapping), or make the column jsonb."
    return f"The column is {column.type_name}: give a text, a number, or what else psycopg can write."
