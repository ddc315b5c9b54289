"""Dates with a time and times with a date: PostgreSQL alone would cut off in silence what the column does not hold."""

from __future__ import annotations

import re

from seedkit.core.fixtures import Moment
from seedkit.core.values.timestamps import time_drops_an_offset
from seedkit.errors import FixtureError

ZONED_TIME = "time with time zone"
TIMES = ("time without time zone", ZONED_TIME)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
# What plain values never meet is compiled when it is first used.
_CLOCK = r"(?<![-+\d:])(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(\s*[AaPp][Mm]\b)?"
"""A time of day; what has a sign in front is an offset."""
_COMPACT = r"(?:\dT|[\d\s]T|\d{4}-\d{2}-\d{2}\s+|\b\d{8}\s+)(\d{4}(?:\d{2})?(?:\.\d+)?)(?![\d:-])"
"""A time of day without colons, as `20240501T103000` has it."""
_ISO_DATE = r"\s*(\d{4}-\d{2}-\d{2})(?!\d)"
_DUMMY_DATES = ("2000-01-01", "1970-01-01", "1900-01-01", "1899-12-30", "1899-12-31", "0001-01-01")
"""What Rails, Unix, SQL Server, spreadsheets and Go write in front of a time of day that has no date."""


def date_text(text: str, place: str) -> str:
    """Refuse a date with a time but midnight, which may mean another day elsewhere; `place` is what holds it.

    >>> date_text("2024-05-01T00:00:00Z", 'column "day"')
    '2024-05-01T00:00:00Z'
    """
    if _DATE.match(text) or isinstance(text, Moment) or not has_time(text):
        return text
    found = re.match(_ISO_DATE, text)
    raise FixtureError(
        f'{place} is a date, and would drop the time of "{text}"',
        hint=f"Write {found[1] if found else 'the date alone'}, or give the column the type timestamp.",
    )


def has_time(text: str) -> bool:
    """Whether a date, or a literal with dates such as an array's own text, has a time other than midnight.

    >>> [has_time(text) for text in ("2024-05-01 10:30", "2024-05-01 00:00+02:00", "20240501T103000", "May 1 2024")]
    [True, False, True, False]
    """
    return any(map(_is_not_midnight, re.finditer(_CLOCK, text))) or any(
        float(found[1]) for found in re.finditer(_COMPACT, text, re.IGNORECASE)
    )


def _is_not_midnight(found: re.Match[str]) -> bool:
    hour, minute, second, half = found.groups()
    hours = int(hour) % 12 if (half or "").strip().lower() == "am" else int(hour)
    return bool(hours or int(minute) or float(second or 0))


def dropped_by_time(text: str, *, zoned: bool) -> str | None:
    """Name what a time of day would drop of a text, and how: its date, its offset unless it is `zoned`.

    >>> dropped_by_time("2024-05-01 10:30+02", zoned=False), dropped_by_time("2000-01-01 10:30", zoned=False)
    ('the date and the offset of "2024-05-01 10:30+02" are dropped', None)
    """
    if isinstance(text, Moment):
        return None
    date = re.match(_ISO_DATE, text)
    dropped = ["the date"] if date and date[1] not in _DUMMY_DATES else []
    dropped += ["the offset"] if not zoned and time_drops_an_offset(text) else []
    if not dropped:
        return None
    return f'{" and ".join(dropped)} of "{text}" {"is" if len(dropped) == 1 else "are"} dropped'
