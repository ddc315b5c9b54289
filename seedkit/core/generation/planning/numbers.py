"""Numbers of a column, within its type and its CHECKs."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.numbers import Counter, Fixed, Whole
from seedkit.core.generation.planning.chosen import Facts
from seedkit.core.generation.streams import Stream

_BITS = {"smallint": 16, "integer": 32, "bigint": 64}
WHOLE = frozenset(_BITS)
FRACTIONAL = frozenset(("numeric", "real", "double precision"))
_USUAL: dict[str, tuple[int, int]] = {
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    "price": (1, 500),
    "salary": (24_000, 120_000),
    "quantity": (1, 20),
    "percentage": (0, 100),
    "rating": (1, 5),
    "age": (18, 90),
    "year": (1990, 2026),
    "quarter": (1, 4),
    "month": (1, 12),
    "day": (1, 28),
    "hour": (0, 23),
    "position": (1, 100),
    "size": (1, 10_000),
    "port": (1024, 65_535),
    "http_status": (200, 208),
    "enumerated": (0, 5),
}
_ANY = (1, 1000)


def number_generator(facts: Facts, meaning: str | None, stream: Stream) -> tuple[Generator, str]:
    """Give the generator of a number, and its spelling; under a unique key the rows are counted."""
    scale = scale_of(facts)
    low, high = bounds(facts, meaning, scale)
    if facts.unique and scale <= 0:
        return Counter(max(low, 1)), f"!range {max(low, 1)}.."
    if facts.kind in WHOLE:
        return Whole(low, high, stream), f"!between [{low}, {high}]"
    unit = Decimal(1).scaleb(-scale)
    return Fixed(low, high, scale, stream), f"!between [{low * unit}, {high * unit}]"


def scale_of(facts: Facts) -> int:
    """Count the digits behind the point that values are given: the type's, else two; none for whole numbers."""
    if facts.kind in WHOLE:
        return 0
    if facts.kind == "numeric" and facts.limits:
        return facts.limits[1] if len(facts.limits) > 1 else 0
    return 2


def bounds(facts: Facts, meaning: str | None, scale: int) -> tuple[int, int]:
    """Give the least and the greatest value in units of the last digit: of the name, inside of CHECKs and type.

    Where a CHECK leaves only what lies outside of the usual, the usual gives way.
    """
    factor = 10**scale if scale > 0 else 1
    usual_low, usual_high = (end * factor for end in _USUAL.get(meaning or "", _ANY))
    asked_low, asked_high = _asked(facts, scale)
    least, most = _type_ends(facts)
    low = max(usual_low, least, asked_low if asked_low is not None else least)
    high = min(usual_high, most, asked_high if asked_high is not None else most)
    if low <= high:
        return low, high
    width = usual_high - usual_low
    if asked_low is not None:
        return asked_low, min(asked_low + width, most, asked_high if asked_high is not None else most)
    top = min(most, asked_high if asked_high is not None else most)
    return max(top - width, least), top


def ends(facts: Facts, scale: int) -> tuple[int, int]:
    """Give the least and the greatest value that type and CHECKs leave, in units of the last digit."""
    low, high = _asked(facts, scale)
    factor = 10 ** max(0, scale_of(facts) - scale)
    least, most = (int(end / factor) for end in map(Decimal, _type_ends(facts)))
    return max(least, least if low is None else low), min(most, most if high is None else high)


def _asked(facts: Facts, scale: int) -> tuple[int | None, int | None]:
    """Give the ends that CHECKs leave, in units of the last digit."""
    span, unit = facts.narrowing.span, Decimal(1).scaleb(-scale)
    low, high = None, None
    if isinstance(span.low, int | Decimal | float):
        units = Decimal(span.low) / unit
        low = int(units.to_integral_value(ROUND_CEILING)) + (0 if span.with_low or units % 1 else 1)
    if isinstance(span.high, int | Decimal | float):
        units = Decimal(span.high) / unit
        high = int(units.to_integral_value(ROUND_FLOOR)) - (0 if span.with_high or units % 1 else 1)
    return low, high


def _type_ends(facts: Facts) -> tuple[int, int]:
    if facts.kind in WHOLE:
        most = 2 ** (_BITS[facts.kind] - 1)
        return -most, most - 1
    digits = facts.limits[0] if facts.kind == "numeric" and facts.limits else 15
    most = 10**digits - 1
    return -most, most
