"""What a number tells of a birth: the age, the year, the month, the day of the month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache

from msgspec import Struct

from seedkit.core.generation.columns.moments import Day, Life

PARTS: Mapping[str, Callable[[date, date], int]] = {
    "age": lambda birth, today: today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day)),
    "birth_year": lambda birth, _today: birth.year,
    "birth_month": lambda birth, _today: birth.month,
    "birth_day": lambda birth, _today: birth.day,
}
"""What is told, of a birth and of today."""
_ENDS = {"birth_month": (1, 12), "birth_day": (1, 31)}


class Born(Struct, frozen=True):
    """A part of the days of births."""

    day: Life | Day
    today: date
    part: str

    def values(self, rows: range) -> Iterable[str]:
        """Give a number for each row."""
        return [_told(day, self.today, self.part) for day in self.day.values(rows)]

    @property
    def ends(self) -> tuple[int, int]:
        """The least and the greatest number."""
        told = [PARTS[self.part](day, self.today) for day in (self.day.first, self.day.last)]
        return _ENDS.get(self.part, (min(told), max(told)))


@lru_cache(maxsize=65_536)
def _told(day: str, today: date, part: str) -> str:
    """Tell a part of a birth.

    >>> [_told("1958-12-17", date(2026, 11, 30), part) for part in PARTS]
    ['67', '1958', '12', '17']
    """
    return str(PARTS[part](date.fromisoformat(day), today))
