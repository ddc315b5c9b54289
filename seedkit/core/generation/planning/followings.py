"""What a column has to be by itself where a CHECK computes it of another one: a year, the first of a month.

A key of such a column would else go through numbers that no day has.
"""

from __future__ import annotations

from collections.abc import Iterator

from seedkit.core.generation.constants import constant_of
from seedkit.core.generation.expressions.tree import (
    And,
    Call,
    Cast,
    Column,
    Constant,
    Expression,
    Operation,
    columns_of,
    without_casts,
)
from seedkit.core.generation.schema import TableRules

_FIELDS = {
    "quarter": (1, 4),
    "month": (1, 12),
    "week": (1, 52),
    "day": (1, 28),
    "doy": (1, 365),
    "isodow": (1, 7),
    "dow": (0, 6),
    "hour": (0, 23),
    "minute": (0, 59),
    "second": (0, 59),
}
"""The fields of times, and what they may be in each year and month."""
_FIRST_YEAR = 1970
"""Years are none before this one: a key of them would begin with the year 1."""


def followings(rules: TableRules, column: str) -> Iterator[Expression]:
    """Give what follows of a column alone from CHECKs that compare it with something of others."""
    checks = (check for check in rules.checks if check.partition is None and column in check.columns)
    for part in (part for check in checks for part in check.parts):
        match part.expression:
            case Operation("=", left, right) if left is not None and columns_of(left) != columns_of(right):
                for own, other in ((left, right), (right, left)):
                    if without_casts(own) == Column(column):
                        yield from _following(Column(column), without_casts(other))
            case _:
                continue


def _following(own: Column, other: Expression) -> Iterator[Expression]:
    match other:
        case Call("extract" | "date_part", (field, _)):
            yield from _of_field(own, str(constant_of(field)))
        case Call("date_trunc", (unit, *_)):
            time = Cast(own, "timestamp without time zone")
            yield Operation("=", Call("date_trunc", (unit, time)), time)
        case _:
            return


def _of_field(own: Column, field: str) -> Iterator[Expression]:
    if field in ("year", "isoyear"):
        yield Operation(">=", own, Constant(_FIRST_YEAR))
    elif (ends := _FIELDS.get(field)) is not None:
        yield And((Operation(">=", own, Constant(ends[0])), Operation("<=", own, Constant(ends[1]))))
