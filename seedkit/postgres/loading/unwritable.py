"""Says which value of a program's rows can't be written for its column: the driver's own words name neither."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import psycopg

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
        self._place = f'{_shown(value, error)} for column "{column.name}" of table {in_quotes(table.name)}'
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


def _shown(value: object, error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        return f"a text that {error.encoding} can not hold"
    return f"a value of the type {type(value).__qualname__}"


def _hint(column: Column, value: object, error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        letter = ascii(error.object[error.start])
        half = error.reason.startswith("surrogates")
        return f"{letter} is half of a character: take it out." if half else f"Take {letter} out, or seed in UTF-8."
    if column.value_type.is_document:
        return "A document holds mappings, lists, texts, numbers, booleans and None."
    if isinstance(value, Mapping):
        return f"The column is {column.type_name}: give a text (json.dumps of the mapping), or make the column jsonb."
    return f"The column is {column.type_name}: give a text, a number, or what else psycopg can write."
