"""Dates and times, in whole seconds, as far before the run's moment as they are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from operator import add

from seedkit.core.generation.columns.blocks import spread
from seedkit.core.generation.streams import BLOCK, Stream, integers

_SLOTS = 4096


@dataclass(frozen=True)
class Day:
    """A date out of some days from `first` on."""

    first: date
    days: int
    stream: Stream

    def block(self, number: int) -> Iterable[str]:
        """Give a date for each row."""
        return map(self._table.__getitem__, self.stream.numbers(number, 2))

    @cached_property
    def _table(self) -> list[str]:
        return spread(tuple(_days(self.first, self.days)), 65_536)


@dataclass(frozen=True)
class Clock:
    """A time of day; `zone` stands behind it, as in `+00`."""

    stream: Stream
    zone: str = ""

    def block(self, number: int) -> Iterable[str]:
        """Give a time for each row."""
        return map(_clock_table(self.zone).__getitem__, self.stream.numbers(number, 2))


@dataclass(frozen=True)
class Moment:
    """A date and a time of day, on one of some days from `first` on."""

    first: date
    days: int
    stream: Stream
    zone: str = ""

    def block(self, number: int) -> Iterable[str]:
        """Give a moment for each row."""
        octets = self.stream.block(number, 4)
        days, clocks = integers(octets[: 2 * BLOCK], 2), integers(octets[2 * BLOCK :], 2)
        return map(add, map(self._days.__getitem__, days), map(_clock_table(self.zone).__getitem__, clocks))

    @cached_property
    def _days(self) -> list[str]:
        return spread(tuple(day + " " for day in _days(self.first, self.days)), 65_536)


def _days(first: date, count: int) -> list[str]:
    return [(first + timedelta(days=place)).isoformat() for place in range(min(count, 65_536))]


@cache
def _clock_table(zone: str) -> list[str]:
    """Give 4,096 times of day, each as likely as the next."""
    seconds = [place * 86_400 // _SLOTS for place in range(_SLOTS)]
    return spread(
        tuple(f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}{zone}" for second in seconds), 65_536
    )
