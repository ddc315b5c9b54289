"""Moves days and moments so that a field of theirs, as EXTRACT gives it, is a number: as little as that takes."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta


def with_field(moment: date, field: str, number: int) -> date | None:
    """Move a day or a moment; None where it has no such field, or there is no such day.

    >>> with_field(date(2024, 2, 29), "year", 2023), with_field(date(2024, 2, 29), "month", 13)
    (datetime.date(2023, 2, 28), None)
    >>> with_field(date(2026, 11, 30), "isodow", 5), with_field(date(2026, 11, 30), "hour", 5)
    (datetime.date(2026, 12, 4), None)
    """
    moved = _MOVED.get(field)
    with suppress(ValueError, TypeError, OverflowError):
        return moved(moment, number) if moved is not None else None
    return None


def _in_month(moment: date, year: int, month: int) -> date:
    """Take the same day of another month, or its last."""
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


def _in_quarter(moment: date, quarter: int) -> date:
    return _in_month(moment, moment.year, quarter * 3 - 2 + (moment.month - 1) % 3)


def _clocked(moment: date) -> datetime:
    if not isinstance(moment, datetime):
        raise TypeError("a day has no hours")
    return moment


_MOVED: dict[str, Callable[[date, int], date]] = {
    "year": lambda moment, number: _in_month(moment, number, moment.month),
    "isoyear": lambda moment, number: _in_month(moment, moment.year + number - moment.isocalendar().year, moment.month),
    "quarter": _in_quarter,
    "month": lambda moment, number: _in_month(moment, moment.year, number),
    "week": lambda moment, number: moment + timedelta(weeks=number - moment.isocalendar().week),
    "day": lambda moment, number: moment.replace(day=number),
    "doy": lambda moment, number: moment + timedelta(number - moment.timetuple().tm_yday),
    "isodow": lambda moment, number: moment + timedelta(number - moment.isoweekday()),
    "dow": lambda moment, number: moment + timedelta(number - moment.isoweekday() % 7),
    "hour": lambda moment, number: _clocked(moment).replace(hour=number),
    "minute": lambda moment, number: _clocked(moment).replace(minute=number),
    "second": lambda moment, number: _clocked(moment).replace(second=number),
}
