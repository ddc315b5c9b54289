"""Dates and times, in whole seconds, as far before the run's moment as they are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache, reduce
from operator import add

from msgspec import Struct

from seedkit.core.generation.columns.blocks import placed, spread
from seedkit.core.generation.columns.quantiles import spread_between
from seedkit.core.generation.streams import BLOCK, Stream, integers

_SLOTS = 4096
_A_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_LONGEST = 800
"""Days that a life may lead past its beginning."""


class Day(Struct, frozen=True, dict=True):
    """A date out of some days from `first` on."""

    first: date
    days: int
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a date for each row."""
        drawn = self.stream.numbers(rows, 2)
        return placed(self._texts, 65_536, drawn) or map(self._table.__getitem__, drawn)

    @property
    def last(self) -> date:
        """The last day."""
        return self.first + timedelta(days=self.days - 1)

    @property
    def _texts(self) -> tuple[str, ...]:
        return _days(self.first, self.days, "")

    @cached_property
    def _table(self) -> list[str]:
        return spread(self._texts, 65_536)


class DayOfRow(Struct, frozen=True):
    """Another date for each row, before `last` and further back with each, as long as there are dates."""

    last: date

    def values(self, rows: range) -> Iterable[str]:
        """Give a date for each row."""
        last = self.last.toordinal()
        return (date.fromordinal(max(1, last - row)).isoformat() for row in rows)


class Clock(Struct, frozen=True, dict=True):
    """A time of day, so many seconds of it `between`; `zone` stands behind it, as in `+00`."""

    stream: Stream
    zone: str = ""
    between: tuple[int, int] = (0, _A_DAY)

    def values(self, rows: range) -> Iterable[str]:
        """Give a time for each row."""
        return map(clock_table(self.zone, self.between).__getitem__, self.stream.numbers(rows, 2))


class Moment(Struct, frozen=True, dict=True):
    """A date and a time of day, on one of some days from `first` on."""

    first: date
    days: int
    stream: Stream
    zone: str = ""
    between: str = " "

    def values(self, rows: range) -> Iterable[str]:
        """Give a moment for each row."""
        number, first = divmod(rows.start, BLOCK)
        octets = self.stream.block(number, 4)  # the days of all rows come before their times
        drawn = integers(octets[2 * first : 2 * (first + len(rows))], 2)
        days = placed(self._texts, 65_536, drawn) or map(self._days.__getitem__, drawn)
        clocks = integers(octets[2 * (BLOCK + first) : 2 * (BLOCK + first + len(rows))], 2)
        return map(add, days, map(clock_table(self.zone).__getitem__, clocks))

    @property
    def _texts(self) -> tuple[str, ...]:
        return _days(self.first, self.days, self.between)

    @cached_property
    def _days(self) -> list[str]:
        return spread(self._texts, 65_536)


class Gap(Struct, frozen=True):
    """How many days pass before the next step of a life, and how many in a `young` one."""

    least: int
    most: int
    young: int
    stream: Stream


class Life(Struct, frozen=True, dict=True):
    """The day of a step in a row's life: a beginning on one of some days from `first` on, and the gaps since.

    Each row's beginning is drawn from the same stream for all of its columns, and so is each gap: what comes later is
    later, by a day at least. In a life that began on one of the last `young` days the gaps are short, lest they lead
    past today; `later` is one that may. In any older one the gaps are counted from the day `since` on, where there is
    one. With `bounds`, as many begin between each two of these days.
    """

    first: date
    days: int
    young: int
    stream: Stream
    gaps: tuple[Gap, ...] = ()
    later: Gap | None = None
    behind: str = ""
    """What stands behind the date, where a time follows."""
    bounds: tuple[int, ...] = ()
    since: int | None = None

    def values(self, rows: range) -> Iterable[str]:
        """Give a date for each row."""
        if not (self.gaps or self.later or self.bounds):
            drawn = self.stream.numbers(rows, 2)
            return placed(self._texts[: self.days], 65_536, drawn) or map(self._begun.__getitem__, drawn)
        days = self._begun_on(self.stream.numbers(rows, 2))
        if self.gaps:
            days = self._after_gaps(days, rows)
        if self.later is not None:
            days = map(add, days, _passed(self.later, rows))
        return map(self._texts.__getitem__, days)

    @property
    def last(self) -> date:
        """The last day that the step can be on."""
        old = self.days - self.young if self.since is None else self.since
        longest = max(old + sum(gap.most for gap in self.gaps), self.days + sum(gap.young for gap in self.gaps))
        return self.first + timedelta(days=longest + (self.later.most if self.later else 0))

    def _begun_on(self, drawn: Sequence[int]) -> Iterable[int]:
        """Give the days that lives begin on, counted from `first` on."""
        if self.bounds:
            return map(spread_between(self.bounds).__getitem__, drawn)
        return placed(range(self.days), 65_536, drawn) or map(self._beginnings.__getitem__, drawn)

    def _after_gaps(self, begun: Iterable[int], rows: range) -> list[int]:
        """Give the days after all gaps; one loop for both beginnings of these would take a seventh longer."""
        old, young, since = self.days - self.young, sum(gap.young for gap in self.gaps), self.since
        passed = reduce(lambda one, other: map(add, one, other), (_passed(gap, rows) for gap in self.gaps))
        days = zip(begun, passed, strict=True)
        if since is None:
            return [day + gap if day < old else day + young for day, gap in days]
        return [since + gap if day < old else day + young for day, gap in days]

    @cached_property
    def _beginnings(self) -> list[int]:
        return spread(tuple(range(self.days)), 65_536)

    @cached_property
    def _begun(self) -> list[str]:
        return spread(self._texts[: self.days], 65_536)

    @property
    def _texts(self) -> tuple[str, ...]:
        return _days(self.first, self.days + _LONGEST, self.behind)


class Epoch(Struct, frozen=True):
    """A time on a day that a life or a span of days gives, in seconds since 1970."""

    day: Life | Day
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a number for each row."""
        drawn = self.stream.numbers(rows, 4)
        return [str(_midnight(day) + second % _A_DAY) for day, second in zip(self.day.values(rows), drawn, strict=True)]

    @property
    def ends(self) -> tuple[int, int]:
        """The least and the greatest number."""
        return _midnight(self.day.first.isoformat()), _midnight(self.day.last.isoformat()) + _A_DAY - 1


@lru_cache(maxsize=4096)
def _midnight(day: str) -> int:
    return (date.fromisoformat(day).toordinal() - _EPOCH) * _A_DAY


def _passed(gap: Gap, rows: range) -> Iterable[int]:
    """Give the days that a gap takes, for each of some rows."""
    return map(_gaps(gap.least, gap.most).__getitem__, gap.stream.octets(rows))


@cache
def _gaps(least: int, most: int) -> Sequence[int]:
    """Give 256 gaps, short ones more often: the square of an even draw."""
    return [least + (place * place * (most - least + 1) >> 16) for place in range(256)]


@lru_cache(maxsize=16)
def _days(first: date, count: int, behind: str) -> tuple[str, ...]:
    """Write days one after the other, and a text behind each; columns of the same days share them."""
    return tuple((first + timedelta(days=place)).isoformat() + behind for place in range(min(count, 65_536)))


@cache
def clock_table(zone: str, between: tuple[int, int] = (0, _A_DAY)) -> list[str]:
    """Give 4,096 times of day between two seconds of it, each as likely as the next."""
    first, end = between
    seconds = [first + place * (end - first) // _SLOTS for place in range(_SLOTS)]
    return spread(
        tuple(f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}{zone}" for second in seconds), 65_536
    )
