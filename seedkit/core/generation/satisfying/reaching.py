"""Turns an operand round until a column stands alone, to say what the column has to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from seedkit.core.generation.constants import constant_of
from seedkit.core.generation.expressions.arithmetic import calculated, negated
from seedkit.core.generation.expressions.comparing import MIRRORED
from seedkit.core.generation.expressions.tree import (
    Call,
    Cast,
    Collated,
    Column,
    Expression,
    Operation,
    columns_of,
    without_casts,
)
from seedkit.core.generation.expressions.values import EXACT, Interval, NotEvaluatedError, Unevaluated
from seedkit.core.generation.satisfying.compiling import Compiler
from seedkit.core.generation.satisfying.fields_of_times import with_field
from seedkit.core.generation.satisfying.kinds_of_documents import KINDS, of_kind
from seedkit.core.generation.satisfying.lengths import MEASURES, length_reach
from seedkit.core.generation.satisfying.trials import Trial, Truth

Reach: TypeAlias = Callable[[Trial, str, object], Iterator[Trial]]
"""Gives changes after which an operand compares so with a bound."""

_THROUGH = frozenset(("abs", "lower", "upper", "btrim", "date_trunc", "round", "floor", "ceil", "timezone"))
"""Functions whose value is near that of their last argument, if not the same."""


_BESIDE = {"<": -1, ">": 1, "<>": 1}
"""What is added to a bound so that a whole number compares so with it."""


def reach(node: Expression, solvers: Compiler) -> Reach:
    """Say how an operand is brought to a value; what is not understood is brought to none."""
    if isinstance(node, Column):
        return lambda trial, operator, bound: solvers.moves.near(trial, node.name, operator, bound)
    if isinstance(node, Cast | Collated):
        return reach(node.operand, solvers)
    if isinstance(node, Operation):
        return _of_operation(node, solvers)
    return _of_call(node, solvers) if isinstance(node, Call) and columns_of(node) else _nowhere


def _of_operation(node: Operation, solvers: Compiler) -> Reach:
    if isinstance(node.left, Column) and node.operator in ("->", "->>"):
        return _member(node.left.name, constant_of(node.right), solvers)
    if node.left is not None and node.operator == "%":
        return _modulo(node.left, node.right, solvers)
    if node.left is not None:
        inverses = _INVERSES.get(node.operator)
        return _nowhere if inverses is None else _arithmetic(inverses, node.left, node.right, solvers)
    inner = reach(node.right, solvers)
    return lambda trial, operator, bound: _turned(inner, trial, MIRRORED[operator], bound)


def _member(column: str, key: object, solvers: Compiler) -> Reach:
    """Bring a member of a document to a value."""

    def reached(trial: Trial, operator: str, bound: object) -> Iterator[Trial]:
        if operator == "=" and isinstance(key, str):
            yield from solvers.moves.member(trial, column, key, bound)

    return reached


def _of_call(node: Call, solvers: Compiler) -> Reach:
    if node.function in MEASURES:
        return length_reach(node.arguments[0], solvers)
    if node.function in ("greatest", "least"):
        return _every(node.arguments, solvers)
    if node.function in ("extract", "date_part"):
        return _of_field(node, solvers)
    if node.function in KINDS and isinstance(bare := without_casts(node.arguments[0]), Column):
        return lambda trial, operator, bound: of_kind(solvers.moves, trial, bare.name, operator, bound)
    if node.function == "coalesce":
        return reach(node.arguments[0], solvers)
    return reach(node.arguments[-1], solvers) if node.function in _THROUGH else _nowhere


def _of_field(node: Call, solvers: Compiler) -> Reach:
    """Bring a field of a time to a number: the seconds of an interval, the year of a day, which stays in its month."""
    field, time = constant_of(node.arguments[0]), node.arguments[1]
    inner, value = reach(time, solvers), solvers.truth(time)
    if field == "epoch":
        return _seconds(inner)

    def reached(trial: Trial, operator: str, bound: object) -> Iterator[Trial]:
        own = value(trial.values)
        if isinstance(own, date) and isinstance(bound, int | float | Decimal) and bound == int(bound):
            moved = with_field(own, str(field), int(bound) + _BESIDE.get(operator, 0))
            if moved is not None:
                yield from inner(trial, "=", moved)

    return reached


def _seconds(inner: Reach) -> Reach:
    """Bring an interval to so many seconds."""

    def reached(trial: Trial, operator: str, bound: object) -> Iterator[Trial]:
        if isinstance(bound, int | Decimal | float):
            yield from inner(trial, operator, Interval(microseconds=int(bound * 1_000_000)))

    return reached


def _nowhere(_trial: Trial, _operator: str, _bound: object) -> Iterator[Trial]:
    yield from ()


def _turned(inner: Reach, trial: Trial, operator: str, bound: object) -> Iterator[Trial]:
    try:
        yield from inner(trial, operator, negated(bound))
    except NotEvaluatedError:
        return


def _every(arguments: Sequence[Expression], solvers: Compiler) -> Reach:
    """Bring each argument of `greatest` or `least` below a bound, or above it."""
    parts = [reach(argument, solvers) for argument in arguments]

    def reached(trial: Trial, operator: str, bound: object) -> Iterator[Trial]:
        for part in parts:
            trial = next(part(trial, operator, bound), trial)
        yield trial

    return reached


def _arithmetic(inverses: tuple[Inverse, Inverse], left: Expression, right: Expression, solvers: Compiler) -> Reach:
    sides = [
        _solved(reach(left, solvers), solvers.truth(right), inverses[0]),
        _solved(reach(right, solvers), solvers.truth(left), inverses[1]),
    ]
    if not columns_of(left):
        sides.reverse()

    percent = 100 * len(columns_of(right)) // (len(columns_of(left) | columns_of(right)) or 1)
    shared = _shared(sides[0], reach(right, solvers), Decimal(percent).scaleb(-2)) if inverses == _SUM else _nowhere

    def reached(trial: Trial, compared: str, bound: object) -> Iterator[Trial]:
        for side in (*sides, shared):
            yield from side(trial, compared, bound)

    return reached


def _shared(left: Reach, right: Reach, share: Decimal) -> Reach:
    """Bring the right side of a sum to its share of a bound, and the left side to the rest."""

    def reached(trial: Trial, compared: str, bound: object) -> Iterator[Trial]:
        if isinstance(bound, int | Decimal):
            for tried in right(trial, "<=", EXACT.multiply(Decimal(bound), share)):
                yield from left(tried, compared, bound)

    return reached


def _modulo(left: Expression, right: Expression, solvers: Compiler) -> Reach:
    """Bring `x % n` to a remainder by moving x as little as that takes."""
    inner, value, divisor = reach(left, solvers), solvers.truth(left), solvers.truth(right)

    def reached(trial: Trial, compared: str, bound: object) -> Iterator[Trial]:
        own, other = value(trial.values), divisor(trial.values)
        if compared != "=" or not isinstance(own, int) or not isinstance(other, int) or not isinstance(bound, int):
            return
        for low in (own - own % other, own - own % other + other) if other > 0 else ():
            yield from inner(trial, "=", low + bound)

    return reached


Inverse: TypeAlias = Callable[[object, object], tuple[object, bool]]
"""Says what an operand has to be for a result, by the other operand; and whether the comparison turns round."""


def _solved(side: Reach, other: Truth, inverse: Inverse) -> Reach:
    """Bring one operand to what the result and the other operand make of it."""

    def reached(trial: Trial, compared: str, bound: object) -> Iterator[Trial]:
        known = other(trial.values)
        if known is None or isinstance(known, Unevaluated):
            return
        try:
            value, turns = inverse(bound, known)
        except (NotEvaluatedError, ArithmeticError):
            return
        yield from side(trial, MIRRORED[compared] if turns else compared, value)

    return reached


def _minus(result: object, other: object) -> tuple[object, bool]:
    return calculated("-", result, other), False


def _plus(result: object, other: object) -> tuple[object, bool]:
    return calculated("+", result, other), False


def _from(result: object, other: object) -> tuple[object, bool]:
    """Of `other - x = result`."""
    return calculated("-", other, result), True


def _divided(result: object, other: object) -> tuple[object, bool]:
    """Of `x * other = result`."""
    return EXACT.divide(_number(result), _number(other)), _number(other) < 0


def _multiplied(result: object, other: object) -> tuple[object, bool]:
    """Of `x / other = result`."""
    return EXACT.multiply(_number(result), _number(other)), _number(other) < 0


def _divisor(result: object, other: object) -> tuple[object, bool]:
    """Of `other / x = result`, of positive ones."""
    return EXACT.divide(_number(other), _number(result)), True


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise NotEvaluatedError(f"a number of {type(value).__name__}")
    return Decimal(str(value))


_SUM: tuple[Inverse, Inverse] = (_minus, _minus)
_INVERSES: dict[str, tuple[Inverse, Inverse]] = {
    "+": _SUM,
    "-": (_plus, _from),
    "*": (_divided, _divided),
    "/": (_multiplied, _divisor),
}
