"""Spans of time, of the fields that an interval has and the length that CHECKs leave."""

from __future__ import annotations

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.expressions.values import Interval
from seedkit.core.generation.planning.chosen import Facts
from seedkit.core.generation.planning.types.asked import Asked

_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE
_CLOCKS = tuple(Interval(0, 0, minutes * _MINUTE) for minutes in range(5, 241, 5))
_DAYS = tuple(Interval(0, days, 0) for days in (1, 2, 3, 5, 7, 10, 14, 21, 30))
_MONTHS = tuple(Interval(months, 0, 0) for months in (1, 2, 3, 6, 12, 18, 24, 36))
_STEPS = (0, 1, 2, 5, 10, 30, 60, 120, 240, 1440)


def interval(asked: Asked) -> Generator:
    """Give intervals: minutes and hours, or what the type's fields and the CHECKs ask for."""
    facts = asked.facts
    fitting = [one for one in _usual(facts) if _inside(facts, one)]
    return Choice(tuple(map(_text, fitting or _beside(facts))), asked.stream)


def _usual(facts: Facts) -> tuple[Interval, ...]:
    fields = facts.shape.type.partition("interval")[2]
    if "year" in fields or "month" in fields:
        return tuple(one for one in _MONTHS if "month" in fields or one.months % 12 == 0)
    if fields.strip().startswith("day"):
        return _DAYS
    if "hour" in fields and "minute" not in fields and "second" not in fields:
        return tuple(Interval(0, 0, hours * _HOUR) for hours in range(1, 25))
    return (*_CLOCKS, *_DAYS, *_MONTHS) if facts.narrowing.span.low is not None else _CLOCKS


def _inside(facts: Facts, one: Interval) -> bool:
    span = facts.narrowing.span
    low, high = _length(span.low), _length(span.high)
    above = low is None or one.length > low or (span.with_low and one.length == low)
    below = high is None or one.length < high or (span.with_high and one.length == high)
    return above and below


def _beside(facts: Facts) -> tuple[Interval, ...]:
    """Give intervals that begin where the CHECKs' lower end is, or end at the upper one."""
    span = facts.narrowing.span
    low, high = _length(span.low), _length(span.high)
    lengths = [low + step * _MINUTE for step in _STEPS] if low is not None else []
    lengths += [high - step * _MINUTE for step in _STEPS] if high is not None else []
    found = [Interval(0, 0, length) for length in lengths]
    return tuple(one for one in found if _inside(facts, one)) or tuple(found)


def _length(end: object) -> int | None:
    return end.length if isinstance(end, Interval) else None


def _text(one: Interval) -> str:
    """Write an interval as PostgreSQL does by default.

    >>> _text(Interval(1, 2, 3_600_000_000)), _text(Interval(0, 0, -90_000_000)), _text(Interval())
    ('1 mon 2 days 01:00:00', '-00:01:30', '00:00:00')
    """
    parts = [f"{one.months} mon"] * (one.months != 0) + [f"{one.days} days"] * (one.days != 0)
    if one.microseconds or not parts:
        seconds, micros = divmod(abs(one.microseconds), 1_000_000)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" + (f".{micros:06}" if micros else "")
        parts.append(("-" if one.microseconds < 0 else "") + clock)
    return " ".join(parts)
