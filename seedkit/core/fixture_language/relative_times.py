"""Reads spans of time such as `3d` or `1 week 2h`, and counts them from the run's one moment."""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta

from seedkit.errors import FixtureError

_SPAN = re.compile(r"\s*(?:\d+\s*[A-Za-z]+[\s,]*)+\Z")
_PART = re.compile(r"(\d+)\s*([A-Za-z]+)")
_SECONDS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3_600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "week", "weeks"), 604_800),
}
_MONTHS = {
    **dict.fromkeys(("mo", "mon", "month", "months"), 1),
    **dict.fromkeys(("y", "year", "years"), 12),
}
_LONGEST = 200
"""Characters of a span: it takes time to read a number of a million digits."""
_HINT = "Write a number and a unit: 30s, 5min, 2h, 3d, 1w, 6mo, 1y; also several: 1d 12h."


def moment(now: datetime, text: str, *, direction: int) -> datetime:
    """Count a span from `now`, back (-1) or ahead (1); raises FixtureError. Months keep the day where they have it.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 3, 31, tzinfo=UTC), "1mo 12h", direction=-1).isoformat()
    '2026-02-27T12:00:00+00:00'
    """
    if len(text) > _LONGEST or not _SPAN.match(text):
        raise FixtureError(f'"{text[:_LONGEST]}" is no span of time', hint=_HINT)
    months, seconds = 0, 0
    for number, unit in _PART.findall(text):
        if unit == "M":
            raise FixtureError(f'"{text}" may be minutes or months', hint=f"Write {number}min or {number}mo.")
        if unit.lower() not in _SECONDS and unit.lower() not in _MONTHS:
            raise FixtureError(f'"{text}" is no span of time: there is no unit "{unit}"', hint=_HINT)
        months += int(number) * _MONTHS.get(unit.lower(), 0)
        seconds += int(number) * _SECONDS.get(unit.lower(), 0)
    try:
        return _months_away(now, months * direction) + timedelta(seconds=seconds * direction)
    except (OverflowError, ValueError):
        raise FixtureError(f'"{text}" from {now.date()} leaves the years that Python can count') from None


def _months_away(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last_day))
