"""Numbers and days that are spread as others are: between each two bounds lie as many of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise

from msgspec import Struct

from seedkit.core.generation.streams import Stream
from seedkit.core.values.spellings import pointed

_SIZE = 65_536


class NumberQuantiles(Struct, frozen=True):
    """Numbers with `scale` digits behind the point; `bounds` are in units of the last digit, none below the one before.

    Whole numbers have a scale of 0.
    """

    bounds: tuple[int, ...]
    scale: int
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a number for each row."""
        spans = list(pairwise(self.bounds))
        count, scale = len(spans), self.scale
        for drawn in self.stream.numbers(rows, 8):
            rest, place = divmod(drawn, count)
            low, high = spans[place]
            unit = low + rest % (high - low + 1)
            yield pointed(unit, scale) if scale > 0 else str(unit)


class DayQuantiles(Struct, frozen=True, dict=True):
    """Dates; `bounds` are days as Python counts them, and something may stand `behind`, where a time follows."""

    bounds: tuple[int, ...]
    stream: Stream
    behind: str = ""

    def values(self, rows: range) -> Iterable[str]:
        """Give a date for each row."""
        return map(self._table.__getitem__, self.stream.numbers(rows, 2))

    @cached_property
    def _table(self) -> list[str]:
        texts = {day: date.fromordinal(day).isoformat() + self.behind for day in set(spread_between(self.bounds))}
        return [texts[day] for day in spread_between(self.bounds)]


@lru_cache(maxsize=8)
def spread_between(bounds: tuple[int, ...]) -> list[int]:
    """Give 65,536 numbers, as many between each two of the bounds; nobody may change them.

    >>> [spread_between((0, 1, 9))[place] for place in (0, 20_000, 32_768, 65_535)]
    [0, 1, 1, 9]
    """
    count = len(bounds) - 1
    found = []
    for place in range(_SIZE):
        span, rest = divmod(place * count, _SIZE)
        low, high = bounds[span], bounds[span + 1]
        found.append(low + (rest * (high - low + 1)) // _SIZE)
    return found
