"""`!range`: one row of a fixture that stands for many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from seedkit.core.fixtures import FixtureTable, Row, Tagged
from seedkit.errors import FixtureError, Origin, TooManyRowsError, blamed_on

_RANGE = re.compile(r"\s*([+-]?\d[\d_]*)\s*\.\.\s*([+-]?\d[\d_]*)\s*\Z")
_LONGEST = 64
"""Characters of a `!range`: it takes time to read a number of a million digits."""


def expanded(fixture: FixtureTable, rows: Iterable[Row] | None = None) -> Iterator[Row]:
    """Give each row of a fixture, or of a part of it, and for a row with a `!range` one for each number of it.

    The rows of a labelled template are labelled `LABEL_NUMBER`.
    """
    rows = fixture.rows() if rows is None else rows
    if "!range" not in fixture.tags:
        yield from rows
        return
    for row in rows:
        ranges = [name for name, value in row.values.items() if isinstance(value, Tagged) and value.tag == "!range"]
        if ranges:
            with blamed_on(Origin(path=fixture.origin.path, line=row.line)):
                yield from _rows_of(row, ranges, fixture.range_rows)
        else:
            yield row


def _rows_of(row: Row, names: list[str], most: int) -> Iterator[Row]:
    if len(names) > 1:
        raise FixtureError(f"a row takes one !range, not {len(names)}", hint="Make the other columns a !format of it.")
    name = names[0]
    for number in _numbers(row.values[name], most):
        label = None if row.label is None else f"{row.label}_{number}"
        yield Row(label, row.line, {**row.values, name: str(number)})


def _numbers(value: object, most: int) -> range:
    text = value.value if isinstance(value, Tagged) and isinstance(value.value, str) else ""
    match = _RANGE.match(text)
    if match is None:
        raise FixtureError(f'!range takes two whole numbers, not "{text[:_LONGEST]}"', hint="Write !range 1..1000.")
    if len(text) > _LONGEST:
        raise FixtureError(f"!range is longer than {_LONGEST} characters", hint="Write !range 1..1000.")
    first, last = int(match[1]), int(match[2])
    if last < first:
        raise FixtureError(f"!range {text} goes downwards", hint=f"Write !range {last}..{first}.")
    if (rows := last - first + 1) > most:
        raise TooManyRowsError(rows, most)
    return range(first, last + 1)
