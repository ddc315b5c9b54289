"""How long ranges may be: the lengths that CHECKs of both ends leave, tried one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from seedkit.core.generation.constants import constant_of
from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.tree import Cast, Constant, Expression, columns_of, nodes_of
from seedkit.core.generation.expressions.values import Interval
from seedkit.core.generation.keys.spellings import Days, Fractions, Moments, Spelling
from seedkit.core.generation.planning.chosen import Facts
from seedkit.core.generation.planning.types.ends_of_ranges import LOWER, UPPER, checks_of_ends

_MOST = 256
_QUARTER, _DAY, _SECOND = 900, 86_400, 1_000_000
_COUNTED = range(1, 401)
_SPELLINGS: dict[str, tuple[Spelling, int, str]] = {
    "date": (Days(), 1, "2024-01-01"),
    **dict.fromkeys(("integer", "bigint"), (Fractions(), 1, "1")),
    "numeric": (Fractions(2), 100, "1.00"),
    "timestamp without time zone": (Moments(), 1, "2024-01-01 08:00:00"),
    "timestamp with time zone": (Moments(zone="+00"), 1, "2024-01-01 08:00:00+00"),
}
"""How ends of ranges are spelled, how many units of that are one, and where the lengths are tried."""


class Lengths(Struct, frozen=True):
    """Lengths of ranges, in units of what spells their ends."""

    spelling: Spelling
    lengths: tuple[int, ...]


def lengths_of(facts: Facts, kind: str) -> Lengths | None:
    """Say how long a column's ranges, whose ends are of a kind, may be; None where CHECKs leave any length, or none."""
    checks = _checks(facts)
    if kind not in _SPELLINGS or not checks:
        return None
    spelling, unit, first = _SPELLINGS[kind]
    begin = spelling.read(first) or 0
    rules = [evaluator(check, Surroundings(types={LOWER: kind, UPPER: kind})) for check in checks]
    found, tried = [], sorted({int(length * unit) for length in _tried(kind, checks) if length * unit >= 1})
    for length in tried:
        row = {LOWER: cast(first, kind), UPPER: cast(spelling.write(begin + length), kind)}
        if all(rule(row) is True for rule in rules):
            found.append(length)
    step = -(-len(found) // _MOST)
    return Lengths(spelling, tuple(found[::step])) if 0 < len(found) < len(tried) else None


def _checks(facts: Facts) -> list[Expression]:
    """Give the CHECKs that compare both ends, which they call `lower` and `upper`."""
    spoken = checks_of_ends(facts, {LOWER: LOWER, UPPER: UPPER})
    return [check for check in spoken if columns_of(check) == {LOWER, UPPER}]


def _tried(kind: str, checks: list[Expression]) -> list[int | Decimal]:
    """List lengths: the usual ones, and those that CHECKs write."""
    written = [length for check in checks for length in _written(check)]
    if kind.startswith("timestamp"):
        return [*range(_QUARTER, _DAY, _QUARTER), *range(_DAY, 60 * _DAY, _DAY), *written]
    return [*_COUNTED, *written]


def _written(check: Expression) -> Iterator[int | Decimal]:
    """Give the numbers, and the intervals in seconds, that a CHECK writes."""
    for node in nodes_of(check):
        match node:
            case Constant(int() | Decimal() as number):
                yield number
            case Cast(Constant(), "interval") if isinstance(span := constant_of(node), Interval):
                yield span.length // _SECOND
            case _:
                continue
