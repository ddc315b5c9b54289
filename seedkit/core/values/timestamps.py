"""Times with an offset for `timestamp` columns: PostgreSQL alone would drop the offset in silence."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta

from seedkit.errors import FixtureError

_WITHOUT_ZONE = re.compile(r"\d{4,6}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?\Z")
# What a plain timestamp never meets is compiled when it is first used: 2.6 ms of every start.
_WITH_ZONE = r"""(?ix)\s*
    (?P<date>\d{8}|\d{4,6}-\d{1,2}-\d{1,2}|\d{4,6}/\d{1,2}/\d{1,2})
    (?: (?:\s*T|\s+) (?P<hour>\d{1,2}) :?(?P<minute>\d{2}) (?: :?(?P<second>\d{2}) (?P<fraction>\.\d+)? )? )?
    \s*
    (?: Z|ZULU|UTC?|UCT|GMT
    | (?P<sign>[+-]) (?P<hours>\d{1,2}) (?: :?(?P<minutes>\d{2}) (?: :?(?P<seconds>\d{2}) )? )?
    )
    (?P<era>\s*(?:AD|BC))?
    \s*\Z"""
_DATE = r"\d{4,6}-\d{1,2}-\d{1,2}"
_DATED = r"\s*\d|.*\d:\d\d"
_OFFSET = r"(?i)(?::\d{2}|\b\d{4,6}|T\d{2,6})[^+-]*[+-]\d|\A\s*[+-]\d"
_MONTHS = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
_LATE_MONTHS = "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
_DAYS = "(?:sun|mon|tues?|wed(?:nes)?|weds|thu(?:r|rs)?|fri|sat(?:ur)?)(?:day)?"
_NO_ZONE = f"t|j|am|pm|ad|bc|allballs|{_MONTHS}|{_LATE_MONTHS}|{_DAYS}"
_ZONE_NAME = rf"(?i)(?<![a-z])(?!(?:{_NO_ZONE})(?![a-z/_]))[a-z]"
_OFFSET_INSIDE = rf"(?i):\d{{2}}(?:\.\d+)?\s*(?:[+-]\d|(?!(?:{_NO_ZONE})(?![a-z/_]))[a-z])"
_OF_ZERO = r"(?i)(?:\bZ|\dZ|ZULU|UTC?|UCT|GMT|[+-]0{1,2}(?::?00){0,2})\s*\Z"
_GREGORIAN_CYCLE = 400
"""After so many years the calendar repeats itself, which carries any year into those that Python knows."""


def timestamp_text(text: str) -> str:
    """Move a time with an offset to UTC.

    The name of a zone would be dropped too; only UTC's names say an instant for sure, the others are refused.

    >>> timestamp_text("2026-01-02T03:04:05+02:00"), timestamp_text("2026-01-02")
    ('2026-01-02 01:04:05', '2026-01-02')
    >>> timestamp_text("0001-01-01 00:00+02"), timestamp_text("infinity")
    ('0001-12-31 22:00:00 BC', 'infinity')
    """
    if _WITHOUT_ZONE.match(text):
        return text
    found = re.match(_WITH_ZONE, text)
    if found:
        with suppress(ValueError):  # the 30th of February
            return _in_utc(found)
    if found or _names_zone(text):
        raise FixtureError(
            f'"{text}" has an offset that a timestamp without time zone would drop',
            hint="Write it as 2026-01-02T03:04:05+02:00, or without the offset.",
        )
    return text


def time_drops_an_offset(text: str) -> bool:
    """Whether PostgreSQL would drop the offset of a time of day; one of zero is no loss.

    >>> [time_drops_an_offset(text) for text in ("12:00+02", "12:00:00 CET", "12:00Z", "12:00:00.5", "04:05 PM")]
    [True, True, False, False, False]
    """
    return _names_zone(text) and not re.search(_OF_ZERO, text)


def drops_an_offset(text: str) -> bool:
    """Whether a literal of times, such as an array's or a range's own text, has one with an offset.

    >>> drops_an_offset("[2026-01-02 03:04+02,)"), drops_an_offset('{"0044-03-15 00:00:00 BC"}')
    (True, False)
    """
    return bool(re.search(_OFFSET_INSIDE, text))


def _names_zone(text: str) -> bool:
    rest = re.sub(_DATE, " ", text)
    return bool(re.search(_OFFSET, rest) or (re.match(_DATED, text) and re.search(_ZONE_NAME, rest)))


def _in_utc(found: re.Match[str]) -> str:
    year, month, day = _date(found)
    shifted = 5 * _GREGORIAN_CYCLE + year % _GREGORIAN_CYCLE
    moment = datetime(shifted, month, day) + _time(found) - _offset(found)
    return _shown(moment, moment.year - shifted + year)


def _date(found: re.Match[str]) -> tuple[int, int, int]:
    """Read a date; the year 1 BC is the year 0, as astronomers count."""
    text = found["date"]
    parts = re.split("[-/]", text) if not text.isdigit() else [text[:4], text[4:6], text[6:]]
    year, month, day = (int(part) for part in parts)
    if year == 0:
        raise ValueError
    return (1 - year if (found["era"] or "").strip().upper() == "BC" else year), month, day


def _time(found: re.Match[str]) -> timedelta:
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError
    fraction = round(float(found["fraction"] or 0) * 1_000_000)
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)


def _offset(found: re.Match[str]) -> timedelta:
    hours, minutes, seconds = (int(found[part] or 0) for part in ("hours", "minutes", "seconds"))
    if hours > 15 or minutes > 59 or seconds > 59:
        raise ValueError
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -offset if found["sign"] == "-" else offset


def _shown(moment: datetime, year: int) -> str:
    rest = moment.isoformat(sep=" ").partition("-")[2]
    return f"{year:04}-{rest}" if year > 0 else f"{1 - year:04}-{rest} BC"
