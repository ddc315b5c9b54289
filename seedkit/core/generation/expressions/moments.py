"""Parts of dates and times, in UTC as sessions that generate have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from seedkit.core.generation.expressions.comparing import in_utc
from seedkit.core.generation.expressions.values import Interval, NotEvaluatedError

_UTC = ("UTC", "utc", "Z", "GMT")
_MICROSECOND = Decimal("0.000001")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MIDNIGHT: dict[str, Any] = {"hour": 0, "minute": 0, "second": 0, "microsecond": 0}
_STARTS: dict[str, dict[str, Any]] = {
    "year": {"month": 1, "day": 1, **_MIDNIGHT},
    "quarter": {"day": 1, **_MIDNIGHT},
    "month": {"day": 1, **_MIDNIGHT},
    "week": _MIDNIGHT,
    "day": _MIDNIGHT,
    "hour": {"minute": 0, "second": 0, "microsecond": 0},
    "minute": {"second": 0, "microsecond": 0},
    "second": {"microsecond": 0},
}


def date_trunc(unit: object, moment: object, zone: object = "UTC") -> datetime:
    """Cut a moment to its year, quarter, month, week, day, hour, minute or second; other units are the server's.

    >>> date_trunc("month", datetime(2024, 2, 29, 12, 30)), date_trunc("week", datetime(2024, 2, 29, 12, 30))
    (datetime.datetime(2024, 2, 1, 0, 0), datetime.datetime(2024, 2, 26, 0, 0))
    """
    name = str(unit).lower()
    if not isinstance(moment, date) or name not in _STARTS or zone not in _UTC:
        raise NotEvaluatedError(f"date_trunc to {unit} in {zone}")
    whole = (moment if isinstance(moment, datetime) else in_utc(moment)).replace(**_STARTS[name])
    if name == "week":
        return whole - timedelta(days=whole.weekday())
    return whole.replace(month=(whole.month - 1) // 3 * 3 + 1) if name == "quarter" else whole


def extract(field: object, value: object) -> Decimal:
    """Give a part of a moment, a time of day or an interval.

    >>> extract("year", date(2024, 2, 29)), extract("epoch", Interval(days=1))
    (Decimal('2024'), Decimal('86400.000000'))
    """
    name = str(field).lower()
    match value:
        case date():
            parts = _of_moment(value)
        case time():
            parts = _of_clock(value)
        case Interval():
            parts = _of_interval(value)
        case _:
            parts = {}
    if name not in parts:
        raise NotEvaluatedError(f"extract {name} from {type(value).__name__}")
    return Decimal(parts[name]())


_Parts = dict[str, Callable[[], int | Decimal]]


def _of_moment(moment: date) -> _Parts:
    whole = in_utc(moment)
    days = (whole - _EPOCH).days * 86_400
    parts: _Parts = {
        "year": lambda: whole.year,
        "month": lambda: whole.month,
        "day": lambda: whole.day,
        "quarter": lambda: (whole.month + 2) // 3,
        "week": lambda: whole.isocalendar().week,
        "isoyear": lambda: whole.isocalendar().year,
        "dow": lambda: whole.isoweekday() % 7,
        "isodow": lambda: whole.isoweekday(),  # noqa: PLW0108
        "doy": lambda: whole.timetuple().tm_yday,
    }
    clock = _of_clock(whole.time()) if isinstance(moment, datetime) else {}
    return parts | clock | {"epoch": lambda: _seconds(days, whole.time()) if clock else days}


def _of_clock(clock: time) -> _Parts:
    return {
        "hour": lambda: clock.hour,
        "minute": lambda: clock.minute,
        "second": lambda: clock.second + clock.microsecond * _MICROSECOND,
        "epoch": lambda: _seconds(0, clock),
    }


def _seconds(begin: int, clock: time) -> Decimal:
    return begin + clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond * _MICROSECOND


def _of_interval(interval: Interval) -> _Parts:
    """Give what is in an interval's parts; a year has 365.25 days in its epoch (PostgreSQL, timestamp.c)."""
    years, months = _divided(interval.months, 12)
    return {
        "year": lambda: years,
        "month": lambda: months,
        "day": lambda: interval.days,
        "hour": lambda: _divided(interval.microseconds, 3_600_000_000)[0],
        "minute": lambda: _divided(_divided(interval.microseconds, 3_600_000_000)[1], 60_000_000)[0],
        "second": lambda: _divided(interval.microseconds, 60_000_000)[1] * _MICROSECOND,
        "epoch": lambda: (
            years * 31_557_600 + (months * 30 + interval.days) * 86_400 + interval.microseconds * _MICROSECOND
        ),
    }


def _divided(number: int, by: int) -> tuple[int, int]:
    """Divide towards zero, as C does.

    >>> _divided(-14, 12)
    (-1, -2)
    """
    sign = -1 if number < 0 else 1
    quotient, rest = divmod(abs(number), by)
    return sign * quotient, sign * rest


def timezone(zone: object, moment: object) -> datetime:
    """Read a time without a zone as one in UTC, or the other way round; other zones change with the server's tables."""
    if zone not in _UTC or not isinstance(moment, datetime):
        raise NotEvaluatedError(f"the time zone {zone}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.replace(tzinfo=None)
