"""Casts to dates, times and intervals, in UTC as sessions that generate have it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from seedkit.core.generation.expressions.comparing import in_utc
from seedkit.core.generation.expressions.intervals import interval_of
from seedkit.core.generation.expressions.values import Interval, NotEvaluatedError, refused

_CLOCK = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?(?P<zone>[-+]\d\d(?::?\d\d)?|Z)?")


def to_date(value: object, type_: str, _: tuple[int, ...]) -> date:
    """Cast to date."""
    if isinstance(value, str):
        value = _moment(value, type_)
    if not isinstance(value, date):
        raise refused(value, type_)
    return value.date() if isinstance(value, datetime) else value


def to_timestamp(value: object, type_: str, precision: tuple[int, ...]) -> datetime:
    """Cast to timestamp without time zone."""
    moment = to_timestamptz(value, type_, precision)
    return moment.replace(tzinfo=None)


def to_timestamptz(value: object, type_: str, precision: tuple[int, ...]) -> datetime:
    """Cast to timestamp with time zone."""
    if isinstance(value, str):
        zoned = type_ == "timestamp with time zone"
        moment = _moment(value, type_)
        value = moment if zoned else moment.replace(tzinfo=None)
    if not isinstance(value, date):
        raise refused(value, type_)
    _refuse_precision(precision)
    return in_utc(value).astimezone(UTC)


def _refuse_precision(precision: tuple[int, ...]) -> None:
    if precision and precision[0] < 6:
        raise NotEvaluatedError("a rounded time")


def _moment(text: str, type_: str) -> datetime:
    """Read a moment in ISO 8601; 'now' and 'infinity' and other styles are the server's."""
    if _MOMENT.fullmatch(text.strip()) is None:
        raise NotEvaluatedError(f"{type_} {text}")
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as error:  # perhaps 24:00
        raise NotEvaluatedError(f"{type_} {text}") from error


def to_time(value: object, type_: str, precision: tuple[int, ...]) -> time:
    """Cast to time without time zone."""
    _refuse_precision(precision)
    if isinstance(value, datetime):
        return value.time()
    try:
        found = _clock(value, type_) if isinstance(value, str) else value
    except ValueError as error:  # 24:00
        raise NotEvaluatedError(f"{type_} {value}") from error
    if not isinstance(found, time) or found.tzinfo is not None:
        raise refused(value, type_)
    return found


def _clock(text: str, type_: str) -> time:
    """Read a time of day in ISO 8601; 'noon' and other styles are the server's."""
    if _CLOCK.fullmatch(text.strip()) is None:
        raise NotEvaluatedError(f"{type_} {text}")
    return time.fromisoformat(text.strip())


def to_interval(value: object, type_: str, precision: tuple[int, ...]) -> Interval:
    """Cast to interval."""
    _refuse_precision(precision)
    if isinstance(value, Interval):
        return value
    if isinstance(value, str):
        return interval_of(value)
    raise refused(value, type_)
