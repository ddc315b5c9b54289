"""What lies between two bounds, these included: numbers, dates, times, as many as a column's type has."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import TypeAlias

from msgspec import Struct

from seedkit.core.catalog import Column
from seedkit.core.values.iso_times import CLOCKS, DATE, MOMENTS, clock_of, instant_of, instant_text, is_day
from seedkit.core.values.spellings import number_text, pointed
from seedkit.errors import FixtureError

WHOLE_NUMBERS = ("smallint", "integer", "bigint", "oid")
NUMBERS = (*WHOLE_NUMBERS, "numeric", "real", "double precision", "money")
HINT = "Write !between [1, 10], !between [2026-01-01, 2026-12-31] or !between [!ago 2y, !ago 1d]."
_PARTS = ("json", "jsonb", "hstore")
_MOST_DIGITS = 1_000
_SCALE = re.compile(r"\(\d+,(-?\d+)\)|\(\d+\)")
_DAY, _DAY_SECONDS = timedelta(days=1), 86_400
_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)


class NumberBounds(Struct, frozen=True):
    """Numbers from `low` to `high` in units of the last of `scale` digits behind the point."""

    low: int
    high: int
    scale: int

    @property
    def count(self) -> int:
        """How many there are."""
        return self.high - self.low + 1

    def text(self, place: int) -> str:
        """Write the number at a place, from 0."""
        return pointed(self.low + place, self.scale)


class TimeBounds(Struct, frozen=True):
    """Moments from the first on, a second or else a day apart, as a type has them; `by_days` that bounds are dates."""

    first: datetime
    count: int
    step: timedelta
    base_type: str
    by_days: bool = False

    def text(self, place: int) -> str:
        """Write the moment at a place, from 0."""
        return instant_text(self.first + self.step * place, self.base_type)


Bounds: TypeAlias = NumberBounds | TimeBounds


def bounds_for(column: Column, low: str, high: str) -> Bounds:
    """Read two bounds as the column's type has them, in a document or a text as they look; raises FixtureError."""
    base_type = column.value_type.innermost.base_type
    if base_type in NUMBERS:
        return _numbers(column, base_type, low, high)
    if base_type in (DATE, *MOMENTS, *CLOCKS):
        return _times(base_type, low, high)
    if column.category != "S" and column.value_type.base_type not in _PARTS:
        raise FixtureError(f'!between does not fit column "{column.name}" of type {column.type_name}', hint=HINT)
    return _times("text", low, high) if instant_of(low) and instant_of(high) else _numbers(column, "", low, high)


def _numbers(column: Column, base_type: str, low: str, high: str) -> NumberBounds:
    least, most = _number(low), _number(high)
    scale = 0 if base_type in WHOLE_NUMBERS else _scale(column, least, most)
    unit = Decimal(1).scaleb(-scale)
    broken = [text for text, number in ((low, least), (high, most)) if number != number.to_integral_value()]
    if base_type in WHOLE_NUMBERS and broken:
        raise FixtureError(f'column "{column.name}" takes whole numbers, not {broken[0]}', hint=HINT)
    first = int((least / unit).to_integral_value(ROUND_CEILING))
    last = int((most / unit).to_integral_value(ROUND_FLOOR))
    if last < first:
        raise _downwards(low, high)
    return NumberBounds(first, last, scale)


def _scale(column: Column, *bounds: Decimal) -> int:
    """Count the digits behind the point: the type's, else as many as are written."""
    declared = _SCALE.search(column.type_name) if column.value_type.innermost.base_type == "numeric" else None
    if declared is not None:
        return int(declared[1] or 0)
    return max(0, *(-int(bound.as_tuple().exponent) for bound in bounds))


def _number(text: str) -> Decimal:
    with suppress(InvalidOperation):
        number = Decimal(number_text(text))
        if number.is_finite() and len(text) <= _MOST_DIGITS and abs(number.adjusted()) <= _MOST_DIGITS:
            return number
    raise FixtureError(f'!between can not count from "{text[:60]}"', hint=HINT)


def _times(base_type: str, low: str, high: str) -> TimeBounds:
    if base_type in CLOCKS:
        first, last = _on_a_day(low), _on_a_day(high)
    else:
        first, last = _instant(low), _instant(high)
    step = _DAY if base_type == DATE else timedelta(seconds=1)
    if base_type == DATE:
        first, last = (found.replace(hour=0, minute=0, second=0, microsecond=0) for found in (first, last))
    by_days = is_day(low) and is_day(high) and base_type != DATE
    if is_day(high) and base_type != DATE:
        last += timedelta(days=1, seconds=-1)
    if last < first:
        raise _downwards(low, high)
    return TimeBounds(first, (last - first) // step + 1, step, base_type, by_days)


def _instant(text: str) -> datetime:
    found = instant_of(text)
    if found is None:
        raise FixtureError(f'!between can not read the date "{text[:60]}"', hint=HINT)
    return found


def _on_a_day(text: str) -> datetime:
    clock = clock_of(text)
    found = instant_of(text) if clock is None else datetime.combine(_MIDNIGHT, clock.replace(tzinfo=UTC))
    if found is None:
        raise FixtureError(f'!between can not read the time "{text[:60]}"', hint="Write !between [08:00, 17:30].")
    return _MIDNIGHT + timedelta(seconds=(found - found.replace(hour=0, minute=0, second=0)).seconds)


def _downwards(low: str, high: str) -> FixtureError:
    return FixtureError(f"!between [{low}, {high}] goes downwards", hint=f"Write !between [{high}, {low}].")
