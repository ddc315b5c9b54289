"""Dates and times of a column: created lies before changed, ended and deleted, and all of them before today."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.moments import Clock, Day, Moment
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.streams import Stream

DATES = frozenset(("date", "timestamp without time zone", "timestamp with time zone"))
CLOCKS = frozenset(("time without time zone", "time with time zone"))
_DAYS_AGO = {
    "created": (730, 400),
    "updated": (400, 200),
    "ended": (200, 60),
    "deleted": (60, 1),
    "future": (-1, -180),
    "birth": (68 * 365, 18 * 365),
}
_ANY = (730, 1)


def time_generator(facts: Facts, meaning: str | None, run: Run, stream: Stream) -> tuple[Generator, str]:
    """Give the generator of a date or a time, and its spelling."""
    if facts.kind in CLOCKS:
        zone = "+00" if facts.kind == "time with time zone" else ""
        return Clock(stream, zone), "!like time"
    first, days = _within(facts, *_usual(meaning, run.today))
    last = first + timedelta(days=days - 1)
    spelling = f"!between [{first}, {last}]"
    if facts.kind == "date":
        return Day(first, days, stream), spelling
    return Moment(first, days, stream, "+00" if facts.kind == "timestamp with time zone" else ""), spelling


def _usual(meaning: str | None, today: date) -> tuple[date, int]:
    """Give the first day of a meaning, and how many there are."""
    earliest, latest = _DAYS_AGO.get(meaning or "", _ANY)
    return today - timedelta(days=earliest), earliest - latest


def _within(facts: Facts, first: date, days: int) -> tuple[date, int]:
    """Move into what CHECKs leave: begin at their lower end, or end at their upper one."""
    span = facts.narrowing.span
    low, high = _day(span.low), _day(span.high)
    if low is not None and (first <= low or (high is not None and first >= high)):
        first = low + timedelta(days=1)
    if high is not None and first + timedelta(days=days) > high:
        if low is None or high - timedelta(days=days) > low:
            return high - timedelta(days=days), days
        return first, max(1, (high - first).days)
    return first, days


def _day(end: object) -> date | None:
    if isinstance(end, datetime):
        return end.date()
    return end if isinstance(end, date) else None
