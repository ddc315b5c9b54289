"""Dates and times in ISO 8601, read and written for the type that takes them: what made-up values count with."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

CLOCKS = ("time without time zone", "time with time zone")
MOMENTS = ("timestamp without time zone", "timestamp with time zone")
DATE = "date"


def instant_of(text: str) -> datetime | None:
    """Read a date, with a time or without, as a moment in UTC; None where it is none.

    >>> instant_of("2026-03-04T01:00:00+02:00").isoformat(), instant_of("soon")
    ('2026-03-03T23:00:00+00:00', None)
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def is_day(text: str) -> bool:
    """Whether a text is a date without a time.

    >>> is_day("2026-03-04"), is_day("2026-03-04T00:00:00")
    (True, False)
    """
    try:
        return bool(date.fromisoformat(text.strip()))
    except ValueError:
        return False


def clock_of(text: str) -> time | None:
    """Read a time of day; None where it is none."""
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        return None


def instant_text(instant: datetime, base_type: str) -> str:
    """Write a moment of UTC for a type: its date, its time of day, or both, with an offset where a type has one.

    >>> instant_text(datetime(2026, 3, 4, 5, tzinfo=UTC), "date"), instant_text(datetime(2026, 3, 4, 5), "text")
    ('2026-03-04', '2026-03-04T05:00:00+00:00')
    """
    plain = instant.replace(tzinfo=None)
    if base_type == DATE:
        return plain.date().isoformat()
    if base_type in CLOCKS:
        return plain.time().isoformat() + ("+00" if base_type == CLOCKS[1] else "")
    if base_type in MOMENTS:
        return plain.isoformat(sep=" ") + ("+00" if base_type == MOMENTS[1] else "")
    return plain.isoformat() + "+00:00"
