"""Values as whole numbers of steps, for all types that have an order: what lies near a bound is found by counting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from msgspec import Struct

from seedkit.core.generation.expressions.comparing import in_utc
from seedkit.core.generation.expressions.intervals import interval_of
from seedkit.core.generation.expressions.values import DAY, EXACT, Interval, NotEvaluatedError
from seedkit.core.generation.planning.chosen import Facts
from seedkit.core.generation.planning.types.numbers import WHOLE, scale_of
from seedkit.core.values.spellings import pointed

_BITS = {"smallint": 15, "integer": 31, "bigint": 63}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BARE_EPOCH = datetime(1970, 1, 1)
_FIRST_DAY = _BARE_EPOCH.toordinal()
_SECOND = 1_000_000
_LAST_DAY = (date.max - _EPOCH.date()).days

Ends = tuple[int | None, int | None]
"""The lowest and the highest number of steps that CHECKs leave, None for no end."""


class Ladder(Struct, frozen=True, kw_only=True):
    """Counts a type's values: `steps` of one (None for what is none of them), the COPY text of so many.

    `low` and `high` are the type's ends; `reach` says how far from a bound values are usually drawn.
    """

    steps: Callable[[object], int | Decimal | None]
    read: Callable[[str], object]
    text: Callable[[int], str]
    low: int | None = None
    high: int | None = None
    reach: Callable[[int], int]

    def between(self, operator: str, bound: object, ends: Ends) -> tuple[int, int] | None:
        """Give the lowest and the highest number of steps that compare so with a bound, not far from it.

        `ends` are those that CHECKs leave; None where there is nothing between.
        """
        exact = self.steps(bound)
        return None if exact is None else self.beside(operator, exact, ends)

    def has_between(self, value: object, ends: Ends) -> bool:
        """Whether a value lies between two steps, and inside the ends; the type may have it nevertheless."""
        exact = self.steps(value)
        if exact is None or _is_whole(exact):
            return False
        low, high = _inner(self.low, ends[0], max), _inner(self.high, ends[1], min)
        return (low is None or exact >= low) and (high is None or exact <= high)

    def count(self, text: str) -> int | Decimal | None:
        """Give the steps of a COPY text; None for what is none of the type's values."""
        try:
            return self.steps(self.read(text))
        except (ValueError, ArithmeticError, NotEvaluatedError):
            return None

    def beside(self, operator: str, exact: int | Decimal, ends: Ends) -> tuple[int, int] | None:
        """Give the numbers of steps that compare so with a number of steps, which may be broken."""
        low, high = _inner(self.low, ends[0], max), _inner(self.high, ends[1], min)
        if operator in (">", ">="):
            begin = _up(exact) + (1 if operator == ">" and _is_whole(exact) else 0)
            begin = begin if low is None else max(begin, low)
            end = begin + self.reach(begin)
            return _span(begin, end if high is None else min(end, high))
        if operator in ("<", "<="):
            end = _down(exact) - (1 if operator == "<" and _is_whole(exact) else 0)
            end = end if high is None else min(end, high)
            begin = end - self.reach(end)
            begin = begin if end < 0 else max(begin, min(1, end))
            return _span(begin if low is None else max(begin, low), end)
        return self._exactly(exact, low, high) if operator == "=" else None

    def _exactly(self, exact: int | Decimal, low: int | None, high: int | None) -> tuple[int, int] | None:
        if not _is_whole(exact):
            return None
        place = int(exact)
        inside = (low is None or place >= low) and (high is None or place <= high)
        return (place, place) if inside else None


def _span(begin: int, end: int) -> tuple[int, int] | None:
    return (begin, end) if begin <= end else None


def _inner(one: int | None, other: int | None, inner: Callable[[int, int], int]) -> int | None:
    if one is None or other is None:
        return one if other is None else other
    return inner(one, other)


def _up(number: int | Decimal) -> int:
    return number if isinstance(number, int) else int(number.to_integral_value(ROUND_CEILING, EXACT))


def _down(number: int | Decimal) -> int:
    return number if isinstance(number, int) else int(number.to_integral_value(ROUND_FLOOR, EXACT))


def _is_whole(number: int | Decimal) -> bool:
    return isinstance(number, int) or _down(number) == number


def ladder_of(facts: Facts) -> Ladder | None:
    """Give the ladder of a column's type, None where its values are not counted."""
    kind = facts.kind
    if kind in WHOLE:
        return _numbers(0, -(2 ** _BITS[kind]), 2 ** _BITS[kind] - 1)
    if kind in ("numeric", "real", "double precision"):
        most = 10 ** facts.limits[0] - 1 if kind == "numeric" and facts.limits else None
        return _numbers(scale_of(facts), None if most is None else -most, most)
    return _TIMES.get(kind)


def ends_of(facts: Facts, ladder: Ladder) -> Ends:
    """Give the ends that the CHECKs of a column leave, in steps."""
    span = facts.narrowing.span
    low = None if span.low is None else ladder.steps(span.low)
    high = None if span.high is None else ladder.steps(span.high)
    return (
        None if low is None else _up(low) + (1 if not span.with_low and _is_whole(low) else 0),
        None if high is None else _down(high) - (1 if not span.with_high and _is_whole(high) else 0),
    )


def _numbers(scale: int, low: int | None, high: int | None) -> Ladder:
    def steps(value: object) -> int | Decimal | None:
        if scale == 0 and type(value) is int:
            return value
        if isinstance(value, bool) or not isinstance(value, int | Decimal | float):
            return None
        number = Decimal(str(value))
        return number.scaleb(scale, EXACT) if number.is_finite() else None

    def reach(begin: int) -> int:
        least: int = 10 * 10 ** max(scale, 0)
        return max(least, abs(begin) // 2)

    read: Callable[[str], object] = int if scale == 0 else Decimal
    return Ladder(steps=steps, read=read, text=lambda count: pointed(count, scale), low=low, high=high, reach=reach)


def _seconds(moment: datetime) -> int | Decimal:
    passed = moment - _EPOCH
    if not passed.microseconds:
        return passed.days * 86_400 + passed.seconds
    return EXACT.divide(Decimal(passed // timedelta(microseconds=1)), Decimal(_SECOND))


def _dates() -> Ladder:
    def steps(value: object) -> int | Decimal | None:
        if isinstance(value, datetime):
            return EXACT.divide(Decimal(_seconds(in_utc(value))), Decimal(86_400))
        return value.toordinal() - _FIRST_DAY if isinstance(value, date) else None

    return Ladder(
        steps=steps,
        read=date.fromisoformat,
        text=lambda days: str(date.fromordinal(_FIRST_DAY + days)),
        reach=lambda _begin: 30,
        low=-25_567,
        high=_LAST_DAY,
    )


def _moments(zone: str) -> Ladder:
    def text(seconds: int) -> str:
        return f"{_BARE_EPOCH + timedelta(0, seconds)}{zone}"

    return Ladder(
        steps=lambda value: _seconds(in_utc(value)) if isinstance(value, date) else None,
        read=datetime.fromisoformat,
        text=text,
        reach=lambda _begin: 30 * 86_400,
        low=-25_567 * 86_400,
        high=_LAST_DAY * 86_400 + 86_399,
    )


def _clocks() -> Ladder:
    def steps(value: object) -> Decimal | None:
        if not isinstance(value, time):
            return None
        whole = (value.hour * 60 + value.minute) * 60 + value.second
        return EXACT.add(Decimal(whole), EXACT.divide(Decimal(value.microsecond), Decimal(_SECOND)))

    return Ladder(
        steps=steps,
        read=time.fromisoformat,
        text=lambda seconds: str((datetime.min + timedelta(seconds=seconds)).time()),
        low=0,
        high=86_399,
        reach=lambda _begin: 4 * 3600,
    )


def _intervals() -> Ladder:
    return Ladder(
        steps=lambda value: (
            EXACT.divide(Decimal(value.length), Decimal(_SECOND)) if isinstance(value, Interval) else None
        ),
        read=interval_of,
        text=lambda seconds: f"{seconds} seconds",
        reach=lambda _begin: DAY // _SECOND,
    )


_TIMES = {
    "date": _dates(),
    "timestamp without time zone": _moments(""),
    "timestamp with time zone": _moments("+00"),
    "time without time zone": _clocks(),
    "interval": _intervals(),
}
