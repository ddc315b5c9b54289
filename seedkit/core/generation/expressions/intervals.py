"""Reads intervals, and adds them to moments."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from seedkit.core.generation.expressions.values import DAY, Interval, NotEvaluatedError

_UNITS = {
    "year": (12, 0, 0),
    "mon": (1, 0, 0),
    "month": (1, 0, 0),
    "week": (0, 7, 0),
    "day": (0, 1, 0),
    "hour": (0, 0, 3_600_000_000),
    "min": (0, 0, 60_000_000),
    "minute": (0, 0, 60_000_000),
    "sec": (0, 0, 1_000_000),
    "second": (0, 0, 1_000_000),
}
_PART = re.compile(
    r"\s*(?:(?P<sign>[-+])?(?P<h>\d+):(?P<m>\d\d)(?::(?P<s>\d\d(?:\.\d{1,6})?))?"
    r"|(?P<n>[-+]?\d+) *(?P<unit>[a-z]+?)s?\b)\s*"
)


def interval_of(text: str) -> Interval:
    """Read an interval in PostgreSQL's style; raises NotEvaluatedError for other styles, and for parts of a unit.

    >>> interval_of("1 year 2 mons -3 days 04:05:06.5")
    Interval(months=14, days=-3, microseconds=14706500000)
    """
    total, place = Interval(), 0
    while place < len(text):
        part = _PART.match(text, place)
        if part is None:
            raise NotEvaluatedError(f"interval {text!r}")
        total, place = sum_of(total, _read(part)), part.end()
    return total


def _read(part: re.Match[str]) -> Interval:
    if part["h"] is not None:
        seconds = int(part["h"]) * 3600 + int(part["m"]) * 60 + Decimal(part["s"] or 0)
        return Interval(microseconds=int(seconds * 1_000_000) * (-1 if part["sign"] == "-" else 1))
    if part["unit"] not in _UNITS:
        raise NotEvaluatedError(f"interval {part.group()!r}")
    return times(Interval(*_UNITS[part["unit"]]), int(part["n"]))


def sum_of(left: Interval, right: Interval) -> Interval:
    """Add two intervals, part by part."""
    return Interval(left.months + right.months, left.days + right.days, left.microseconds + right.microseconds)


def times(interval: Interval, factor: int) -> Interval:
    """Multiply an interval by a whole number."""
    return Interval(interval.months * factor, interval.days * factor, interval.microseconds * factor)


def later(moment: date, interval: Interval) -> datetime:
    """Add an interval to a date or time: months first, cut to the month's last day, then days, then the rest.

    >>> later(date(2024, 1, 31), Interval(months=1, microseconds=1_000_000))
    datetime.datetime(2024, 2, 29, 0, 0, 1)
    """
    begin = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)
    months = begin.year * 12 + begin.month - 1 + interval.months
    year, month = divmod(months, 12)
    try:
        day = min(begin.day, monthrange(year, month + 1)[1])
        moved = begin.replace(year=year, month=month + 1, day=day)
        return moved + timedelta(days=interval.days, microseconds=interval.microseconds)
    except (ValueError, OverflowError) as error:
        raise NotEvaluatedError("a moment beyond Python's") from error


def between(later_one: datetime, earlier: datetime) -> Interval:
    """Subtract moments: whole days, and the rest, both of one sign."""
    passed = (later_one - earlier) // timedelta(microseconds=1)
    sign = -1 if passed < 0 else 1
    days, rest = divmod(abs(passed), DAY)
    return Interval(days=sign * days, microseconds=sign * rest)


def later_that_day(begin: time, interval: Interval) -> time:
    """Add an interval to a time of day, around midnight; days and months do not count."""
    passed = timedelta(hours=begin.hour, minutes=begin.minute, seconds=begin.second, microseconds=begin.microsecond)
    moment = (passed // timedelta(microseconds=1) + interval.microseconds) % DAY
    return (datetime.min + timedelta(microseconds=moment)).time()
