"""How long after another column's value a value is: `1h..5d`, or a number, or one of a few."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

from seedkit.core.catalog import Column
from seedkit.core.fixture_language.bounds import NUMBERS, Bounds, bounds_for
from seedkit.core.fixture_language.relative_times import moment
from seedkit.core.values.iso_times import CLOCKS, DATE, MOMENTS, instant_of, instant_text
from seedkit.errors import FixtureError

HINT = "Write !after [placed_at, 1h..5d], or !after [low, 1..10] for numbers."


def bounds_after(column: Column, other: Column, text: str, span: str) -> Bounds:
    """Say what lies so far after the text of another column, as the column's type has it; raises FixtureError.

    A span is `LEAST..MOST`, or one for both.
    """
    least, _, most = span.partition("..")
    if other.base_type in NUMBERS and column.base_type in NUMBERS:
        return bounds_for(column, *(_sum(text, by) for by in (least, most or least)))
    if other.base_type not in (DATE, *MOMENTS) or column.base_type in (*NUMBERS, *CLOCKS):
        raise FixtureError(f'!after can not count from "{other.name}" to "{column.name}"', hint=HINT)
    start = instant_of(text)
    if start is None:
        raise FixtureError(f'!after can not read the date "{text[:60]}" of "{other.name}"', hint=HINT)
    first, last = (_moment(start, by) for by in (least, most or least))
    base_type = column.base_type if column.base_type in (DATE, *MOMENTS) else "timestamp with time zone"
    if last < first:
        raise FixtureError(f"!after [{other.name}, {span}] goes downwards", hint=HINT)
    return bounds_for(column, instant_text(first, base_type), instant_text(last, base_type))


def _moment(start: datetime, span: str) -> datetime:
    try:
        return moment(start, span, direction=1)
    except FixtureError as error:
        error.hint = error.hint and HINT
        raise


def _sum(text: str, by: str) -> str:
    """Add two numbers; what is none is found where they are read."""
    try:
        return f"{Decimal(text) + Decimal(by):f}"
    except InvalidOperation:
        raise FixtureError(f'!after can not add "{by[:60]}" to "{text[:60]}"', hint=HINT) from None
