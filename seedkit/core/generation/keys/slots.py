"""Ranges that never overlap: a slot for each row, with room between them, each further back than the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from seedkit.core.generation.streams import BLOCK
from seedkit.late_dataclasses import dataclass

SLOTS = 200_000
"""So many rows have a slot in the time that PostgreSQL knows."""

_BEGIN, _STEP = 400, 3


@dataclass(frozen=True, slots=True)
class Slots:
    """One row after the other: days before `today`, or numbers; `part` is the beginning or the end alone.

    >>> from datetime import date
    >>> next(iter(Slots("daterange", date(2026, 11, 30)).block(0)))
    '[2025-10-26,2025-10-27)'
    """

    kind: str
    today: date
    part: int | None = None

    def block(self, number: int) -> Iterable[str]:
        """Give each row's slot."""
        spell = _SPELLINGS[self.kind]
        for row in range(number * BLOCK, (number + 1) * BLOCK):
            ends = spell(row, self.today)
            yield f"[{ends[0]},{ends[1]})" if self.part is None else ends[self.part]


def _day(row: int, today: date) -> date:
    return today - timedelta(days=_BEGIN + _STEP * min(row, SLOTS))


def _days(row: int, today: date) -> tuple[str, str]:
    first = _day(row, today)
    return first.isoformat(), (first + timedelta(days=1)).isoformat()


def _times(row: int, today: date) -> tuple[str, str]:
    first = _day(row, today).isoformat()
    return f"{first} 09:00:00", f"{first} 17:00:00"


def _zoned_times(row: int, today: date) -> tuple[str, str]:
    first, last = _times(row, today)
    return first + "+00", last + "+00"


def _numbers(row: int, today: date) -> tuple[str, str]:
    del today
    return str(row * 10), str(row * 10 + 5)


_SPELLINGS: dict[str, Callable[[int, date], tuple[str, str]]] = {
    "daterange": _days,
    "date": _days,
    "tsrange": _times,
    "timestamp without time zone": _times,
    "tstzrange": _zoned_times,
    "timestamp with time zone": _zoned_times,
    **dict.fromkeys(("int4range", "int8range", "numrange", "integer", "bigint", "numeric"), _numbers),
}

KINDS = frozenset(_SPELLINGS)
"""The types whose values can be slots, or ends of them."""
