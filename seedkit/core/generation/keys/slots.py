"""Ranges that never overlap: a slot for each row, one after the other in time, or back from now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from msgspec import Struct

_EPOCH = datetime(1, 1, 1)


class Slots(Struct, frozen=True):
    """One row after the other, from `begin` on, each `step` behind or before the last; `part` is one end alone.

    Days are counted as `date.toordinal` does, moments in seconds since 0001-01-01. There are `count`; the last one is
    given again to rows beyond.

    >>> next(iter(Slots("daterange", date(2025, 10, 26).toordinal(), -3, 1, 9).values(range(1))))
    '[2025-10-26,2025-10-27)'
    """

    kind: str
    begin: int
    step: int
    length: int
    count: int
    part: int | None = None

    def values(self, rows: range) -> Iterable[str]:
        """Give each row's slot."""
        write, begin, length = WRITTEN[self.kind], self.begin, self.length
        for row in rows:
            first = begin + self.step * min(row, self.count - 1)
            if self.part is None:
                yield f"[{write(first)},{write(first + length)})"
            else:
                yield write(first + length * self.part)


def _day(number: int) -> str:
    return date.fromordinal(number).isoformat()


def _moment(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).isoformat(" ")


def _zoned_moment(seconds: int) -> str:
    return f"{_moment(seconds)}+00"


WRITTEN: dict[str, Callable[[int], str]] = {
    "daterange": _day,
    "date": _day,
    "tsrange": _moment,
    "timestamp without time zone": _moment,
    "tstzrange": _zoned_moment,
    "timestamp with time zone": _zoned_moment,
    **dict.fromkeys(("int4range", "int8range", "numrange", "integer", "bigint", "numeric"), str),
}
"""How the ends of slots are written, by the types whose values can be slots, or ends of them."""


def counted(value: date | int) -> int:
    """Count a value as slots are.

    >>> counted(date(1, 1, 2)), counted(datetime(1, 1, 2)), counted(7)
    (2, 86400, 7)
    """
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _EPOCH) // timedelta(seconds=1)
    return value.toordinal() if isinstance(value, date) else int(value)
