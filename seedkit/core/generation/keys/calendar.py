"""How dates and moments are counted by what every year has, so that a cycle of years holds the same days."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from seedkit.core.generation.keys.spellings import EPOCH, Clocks, Moments

_MONTHS, _DAYS = 12, 31


class CalendarDays(Struct, frozen=True):
    """Dates that every year has, counted as if it had twelve months of 31 days each.

    >>> CalendarDays().write(31), CalendarDays().read("2024-12-31")
    ('0001-02-01', 752927)
    """

    def write(self, number: int) -> str:
        """Write a number as a date; ValueError for a day that not every year has."""
        months, day = divmod(number, _DAYS)
        year, month = divmod(months, _MONTHS)
        return date(1, month + 1, day + 1).replace(year=year + 1).isoformat()

    def read(self, text: str) -> int | None:
        """Read the number of a date."""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
        return ((day.year - 1) * _MONTHS + day.month - 1) * _DAYS + day.day - 1


class CalendarMoments(Struct, frozen=True):
    """Moments, by the seconds of days that are counted so.

    >>> CalendarMoments("+00").read("0001-02-01 00:00:01+00"), CalendarMoments().write(2678401)
    (2678401, '0001-02-01 00:00:01')
    """

    zone: str = ""

    def write(self, number: int) -> str:
        """Write a number as a moment; ValueError for a day that not every year has."""
        day, second = divmod(number, 86_400)
        return f"{CalendarDays().write(day)} {Clocks(self.zone).write(second)}"

    def read(self, text: str) -> int | None:
        """Read the number of the moment that is not later."""
        second = Moments().read(text)
        if second is None:
            return None
        moment = EPOCH + timedelta(seconds=second)
        day = CalendarDays().read(moment.date().isoformat()) or 0
        return day * 86_400 + second % 86_400
