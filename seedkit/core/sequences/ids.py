"""Ids as whole numbers of Python, whatever type holds them: `max + 1` overflows PostgreSQL's bigint at its end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import cache

from msgspec import Struct

from seedkit.errors import UsageError

_TYPE_BITS = {"smallint": 15, "integer": 31, "bigint": 63, "numeric": 63}
_MOST_DIGITS = 640
"""Python refuses to print a number of more digits wherever it is told to refuse any."""
_RANGE = re.compile(r"(-?[0-9]{1,19})\s*\.\.\s*(-?[0-9]{1,19})")
_NUMERIC = re.compile(r"numeric\((\d+),(-?\d+)\)")


class IdRange(Struct, frozen=True, kw_only=True):
    """The ids that a sequence is answerable for; both ends belong to it."""

    lowest: int
    highest: int

    def narrowed(self, other: IdRange) -> IdRange:
        """Return what both ranges have in common."""
        return IdRange(lowest=max(self.lowest, other.lowest), highest=min(self.highest, other.highest))

    def __str__(self) -> str:
        return f"{self.lowest}..{self.highest}"


def given_range(ends: object) -> IdRange | None:
    """Take the ends of a range as a program gives them, if it does; raises UsageError for what are no two ids."""
    if ends is None:
        return None
    if not isinstance(ends, (tuple, list)) or [type(end) for end in ends] != [int, int]:
        raise UsageError(f"id_range must be two whole numbers, not {ends!r}", hint="Write id_range=(1, 1999999999).")
    return _range(*ends)


def _range(lowest: int, highest: int) -> IdRange:
    if lowest > highest:
        raise UsageError(f"the range {lowest}..{highest} is empty", hint="Write the lower end first: 1..1999999999.")
    return IdRange(lowest=lowest, highest=highest)


def typed_range(text: str | None) -> IdRange | None:
    """Read a range as it is typed, if one is; raises UsageError for what is none.

    >>> typed_range("1..1999999999")
    IdRange(lowest=1, highest=1999999999)
    """
    if text is None:
        return None
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        raise UsageError(f'"{text}" is no range of ids', hint="Write its lowest and its highest id: 1..1999999999.")
    return _range(int(found[1]), int(found[2]))


@cache
def whole_range(type_name: str) -> IdRange | None:
    """Say which values of a sequence a type can hold; None for a type whose highest value says nothing about one.

    >>> whole_range("smallint"), whole_range("numeric(3,0)"), whole_range("text")
    (IdRange(lowest=-32768, highest=32767), IdRange(lowest=-999, highest=999), None)
    """
    if numeric := _NUMERIC.fullmatch(type_name):
        highest = min(10 ** max(int(numeric[1]) - int(numeric[2]), 0), 2**63) - 1
        return IdRange(lowest=-highest, highest=highest)
    bits = _TYPE_BITS.get(type_name)
    return None if bits is None else IdRange(lowest=-(2**bits), highest=2**bits - 1)


def extreme_id(ids: Iterable[int | None], *, ascending: bool) -> int | None:
    """Pick the id that decides among the extremes of all fed columns.

    >>> extreme_id([None, 7, 3], ascending=True)
    7
    """
    present = (value for value in ids if value is not None)
    return max(present, default=None) if ascending else min(present, default=None)


def whole_id(text: str | None, *, ascending: bool) -> int | None:
    """Read an id as PostgreSQL prints it; a fraction counts as the whole id that a sequence would meet before it.

    Raises ValueError for NaN, the infinities, numbers of very many digits, and what is no number: these are no ids.

    >>> whole_id("41.5", ascending=True), whole_id("-41.5", ascending=False), whole_id(None, ascending=True)
    (41, -41, None)
    """
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f'"{text[:40]}" is no id') from None
    if not number.is_finite():
        raise ValueError(f"{text} is no id")
    if (digits := number.adjusted() + 1) > _MOST_DIGITS:
        raise ValueError(f"a number of {digits:,} digits is no id")
    return int(number.to_integral_value("ROUND_FLOOR" if ascending else "ROUND_CEILING"))
