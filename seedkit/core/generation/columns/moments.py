"""Dates and times, in whole seconds, as far before the run's moment as they are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from operator import add

from seedkit.core.generation.columns.blocks import spread
from seedkit.core.generation.streams import BLOCK, Stream, integers

_SLOTS = 4096
_LONGEST = 800
"""Days that a life may lead past its beginning."""


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


@dataclass(frozen=True, slots=True)
class DayOfRow:
    """Another date for each row, before `last` and further back with each, as long as there are dates."""

    last: date

    def block(self, number: int) -> Iterable[str]:
        """Give a date for each row."""
        newest = self.last.toordinal() - number * BLOCK
        return (date.fromordinal(max(1, newest - place)).isoformat() for place in range(BLOCK))


@dataclass(frozen=True)
class Clock:
    """A time of day; `zone` stands behind it, as in `+00`."""

    stream: Stream
    zone: str = ""

    def block(self, number: int) -> Iterable[str]:
        """Give a time for each row."""
        return map(clock_table(self.zone).__getitem__, self.stream.numbers(number, 2))


@dataclass(frozen=True)
class Moment:
    """A date and a time of day, on one of some days from `first` on."""

    first: date
    days: int
    stream: Stream
    zone: str = ""
    between: str = " "

    def block(self, number: int) -> Iterable[str]:
        """Give a moment for each row."""
        octets = self.stream.block(number, 4)
        days, clocks = integers(octets[: 2 * BLOCK], 2), integers(octets[2 * BLOCK :], 2)
        return map(add, map(self._days.__getitem__, days), map(clock_table(self.zone).__getitem__, clocks))

    @cached_property
    def _days(self) -> list[str]:
        return spread(tuple(day + self.between for day in _days(self.first, self.days)), 65_536)


@dataclass(frozen=True, slots=True)
class Gap:
    """How many days pass before the next step of a life."""

    least: int
    most: int
    stream: Stream


@dataclass(frozen=True)
class Life:
    """The day of a step in a row's life: a beginning on one of some days from `first` on, and the gaps since.

    Each row's beginning is drawn from the same stream for all of its columns, and so is each gap: what comes later is
    later, by a day at least. Where a life began so late that its gaps would lead past today, each is a day.
    """

    first: date
    days: int
    stream: Stream
    gaps: tuple[Gap, ...] = ()
    behind: str = ""
    """What stands behind the date, where a time follows."""

    def block(self, number: int) -> Iterable[str]:
        """Give a date for each row."""
        if not self.gaps:
            return map(self._begun.__getitem__, self.stream.numbers(number, 2))
        begun, texts = map(self._beginnings.__getitem__, self.stream.numbers(number, 2)), self._texts
        young, steps = self.days - sum(gap.most for gap in self.gaps), len(self.gaps)
        passed = self._passed(number)
        return [texts[day + gap if day < young else day + steps] for day, gap in zip(begun, passed, strict=True)]

    def _passed(self, number: int) -> Iterable[int]:
        """Add up the days that have passed since the beginning, for each row."""
        passed: Iterable[int] = iter(())
        for place, gap in enumerate(self.gaps):
            days = map(_gaps(gap.least, gap.most).__getitem__, gap.stream.block(number))
            passed = map(add, passed, days) if place else days
        return passed

    @cached_property
    def _beginnings(self) -> list[int]:
        return spread(tuple(range(self.days)), 65_536)

    @cached_property
    def _begun(self) -> list[str]:
        return spread(tuple(self._texts[: self.days]), 65_536)

    @cached_property
    def _texts(self) -> list[str]:
        return [day + self.behind for day in _days(self.first, self.days + _LONGEST)]


@cache
def _gaps(least: int, most: int) -> Sequence[int]:
    """Give 256 gaps, short ones more often: the square of an even draw."""
    return [least + (place * place * (most - least + 1) >> 16) for place in range(256)]


def _days(first: date, count: int) -> list[str]:
    return [(first + timedelta(days=place)).isoformat() for place in range(min(count, 65_536))]


@cache
def clock_table(zone: str) -> list[str]:
    """Give 4,096 times of day, each as likely as the next."""
    seconds = [place * 86_400 // _SLOTS for place in range(_SLOTS)]
    return spread(
        tuple(f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}{zone}" for second in seconds), 65_536
    )
