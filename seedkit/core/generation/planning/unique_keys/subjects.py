"""What a unique index compares, as far as it is a column's own value: itself, in small letters, by the day."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from seedkit.core.generation.expressions.tree import Call, Cast, Collated, Column, Constant, Expression
from seedkit.core.generation.schema import UniqueRule

_DAY = 86_400
_STEPS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": _DAY,
    "week": 7 * _DAY,
    "month": 31 * _DAY,
    "quarter": 92 * _DAY,
    "year": 366 * _DAY,
}
"""Seconds after which the next of a kind has begun for certain."""


class Subject(Struct, frozen=True):
    """A column that differs from row to row where its values do, so many seconds apart if it is a time.

    Where `folds`, values differ whatever their case; where it `fills`, NULL is a value like others.
    """

    column: str
    step: int = 1
    folds: bool = False
    fills: bool = False


def subjects_of(rule: UniqueRule) -> tuple[Subject | None, ...]:
    """Say what each key of an index compares; None for what is more than a column."""
    found = (subject_of(key) for key in rule.keys)
    if not rule.nulls_not_distinct:
        return tuple(found)
    return tuple(subject and Subject(subject.column, subject.step, subject.folds, fills=True) for subject in found)


def subject_of(node: Expression) -> Subject | None:
    """Say what an expression compares.

    >>> from seedkit.core.generation.expressions.parser import parsed
    >>> subject_of(parsed("lower((email)::text)")), subject_of(parsed("(price * 2)"))
    (Subject(column='email', step=1, folds=True, fills=False), None)
    """
    match node:
        case Column(name):
            return Subject(name)
        case Collated(operand, _):
            return subject_of(operand)
        case Cast(operand, "date"):
            return _stepping(operand, _DAY)
        case Cast(operand, type_) if type_.partition("(")[0] in ("text", "character varying", "citext"):
            return subject_of(operand)
        case Call(function, arguments):
            reader = _CALLS.get(function)
            return None if reader is None else reader(arguments)
        case _:
            return None


def _stepping(operand: Expression, step: int) -> Subject | None:
    inner = subject_of(operand)
    return inner and Subject(inner.column, max(step, inner.step), inner.folds, inner.fills)


def _folded(arguments: tuple[Expression, ...]) -> Subject | None:
    inner = subject_of(arguments[0])
    return inner and Subject(inner.column, inner.step, folds=True, fills=inner.fills)


def _filled(arguments: tuple[Expression, ...]) -> Subject | None:
    inner = subject_of(arguments[0])
    return inner and Subject(inner.column, inner.step, inner.folds, fills=True)


def _truncated(arguments: tuple[Expression, ...]) -> Subject | None:
    unit = arguments[0]
    while isinstance(unit, Cast):
        unit = unit.operand
    step = _STEPS.get(str(unit.value)) if isinstance(unit, Constant) else None
    return None if step is None else _stepping(arguments[1], step)


_CALLS: dict[str, Callable[[tuple[Expression, ...]], Subject | None]] = {
    "lower": _folded,
    "upper": _folded,
    "coalesce": _filled,
    "date_trunc": _truncated,
    "timezone": lambda arguments: subject_of(arguments[-1]),
}
