"""Calculates as PostgreSQL does: whole numbers stay whole, numerics keep their digits, months have no length."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from operator import add, mul, sub, truediv
from typing import Any

from seedkit.core.generation.expressions.comparing import in_utc
from seedkit.core.generation.expressions.intervals import between, later, later_that_day, sum_of, times
from seedkit.core.generation.expressions.values import EXACT, Interval, NotEvaluatedError, Real, ServerRefusesError

_LEAST_DIGITS = 16
_MOST_SCALE = 1000


def calculated(operator: str, left: object, right: object) -> object:
    """Apply + - * / % & | # << >> to two values that are not NULL; raises NotEvaluatedError where only the server can.

    >>> calculated("/", -7, 2), calculated("%", -7, 2), calculated("-", date(2024, 3, 1), date(2024, 2, 1))
    (-3, -1, 29)
    """
    for value in (left, right):
        if isinstance(value, bool | Real | str):
            raise NotEvaluatedError(f"{type(left).__name__} {operator} {type(right).__name__}")
    if isinstance(left, int) and isinstance(right, int):
        return _whole(operator, left, right)
    if isinstance(left, float) and isinstance(right, float):
        return _floating(operator, left, right)
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return _numeric(operator, Decimal(left), Decimal(right))
    return _of_moments(operator, left, right)


def negated(value: object) -> object:
    """Turn the sign of a value round."""
    if isinstance(value, Interval):
        return times(value, -1)
    if isinstance(value, Decimal):
        return EXACT.minus(value)
    if isinstance(value, int | float) and not isinstance(value, bool | Real):
        return -value
    raise NotEvaluatedError(f"- {type(value).__name__}")


def absolute(value: object) -> object:
    """Give a number without its sign."""
    if isinstance(value, Decimal):
        return EXACT.abs(value)
    if isinstance(value, int | float) and not isinstance(value, bool | Real):
        return abs(value)
    raise NotEvaluatedError(f"@ {type(value).__name__}")


def _whole(operator: str, left: int, right: int) -> int:
    if operator in ("/", "%") and right == 0:
        raise ServerRefusesError("division by zero")
    if operator not in _WHOLE or (operator in ("<<", ">>") and not 0 <= right < 64):
        raise NotEvaluatedError(f"integer {operator} integer")
    result = _WHOLE[operator](left, right)
    if not -(2**63) <= result < 2**63:
        raise ServerRefusesError("bigint out of range")
    return result


def _quotient(left: int, right: int) -> int:
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


_WHOLE: dict[str, Callable[[int, int], int]] = {
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
    "/": _quotient,
    "%": lambda left, right: left - right * _quotient(left, right),
    "&": int.__and__,
    "|": int.__or__,
    "#": int.__xor__,
    ">>": int.__rshift__,
}


def _floating(operator: str, left: float, right: float) -> float:
    if operator not in ("+", "-", "*", "/") or (operator == "/" and right == 0):
        raise NotEvaluatedError(f"{left} {operator} {right}")
    operations: dict[str, Callable[[float, float], float]] = {
        "+": add,
        "-": sub,
        "*": mul,
        "/": truediv,
    }
    result = operations[operator](left, right)
    if result in (float("inf"), float("-inf")) or result != result:  # noqa: PLR0124 - NaN is not itself
        raise ServerRefusesError("double precision out of range")
    return result


def _numeric(operator: str, left: Decimal, right: Decimal) -> Decimal:
    if operator in ("/", "%") and right == 0:
        raise ServerRefusesError("division by zero")
    if operator == "/":
        return EXACT.divide(left, right).quantize(
            Decimal(1).scaleb(-_scale_of_quotient(left, right)), ROUND_HALF_UP, EXACT
        )
    operations: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
        "+": EXACT.add,
        "-": EXACT.subtract,
        "*": EXACT.multiply,
        "%": EXACT.remainder,
    }
    if operator not in operations:
        raise NotEvaluatedError(f"numeric {operator} numeric")
    return operations[operator](left, right)


def _scale_of_quotient(left: Decimal, right: Decimal) -> int:
    """Count the digits behind the point, as `select_div_scale` does (PostgreSQL, numeric.c): 16 significant at least.

    >>> _scale_of_quotient(Decimal(1), Decimal(3)), _scale_of_quotient(Decimal(20000), Decimal(3))
    (20, 16)
    """
    (weight, first), (other_weight, other_first) = _leading(left), _leading(right)
    quotient_weight = weight - other_weight - (1 if first <= other_first else 0)
    return min(max(_LEAST_DIGITS - quotient_weight * 4, _scale(left), _scale(right)), _MOST_SCALE)


def _leading(number: Decimal) -> tuple[int, int]:
    """Give the place of the first digit to the base of 10,000, in which PostgreSQL keeps numbers, and that digit."""
    if number == 0:
        return 0, 0
    weight = number.adjusted() // 4
    return weight, int(EXACT.abs(number).scaleb(-weight * 4, EXACT))


def _scale(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _of_moments(operator: str, left: object, right: object) -> object:
    if operator == "-" and isinstance(left, date) and isinstance(right, date):
        return _passed(left, right)
    if operator == "*":
        return _multiple(left, right)
    if operator == "+" and isinstance(right, date | time) and not isinstance(left, date | time):
        left, right = right, left  # interval + date, integer + date
    if operator in ("+", "-"):
        return _moved(left, negated(right) if operator == "-" and not isinstance(right, time) else right)
    raise NotEvaluatedError(f"{type(left).__name__} {operator} {type(right).__name__}")


def _passed(left: date, right: date) -> int | Interval:
    if type(left) is type(right) is date:
        return (left - right).days
    return between(in_utc(left), in_utc(right))


def _multiple(left: object, right: object) -> Interval:
    interval, factor = (left, right) if isinstance(left, Interval) else (right, left)
    if isinstance(interval, Interval) and isinstance(factor, int | float) and factor == int(factor):
        return times(interval, int(factor))
    raise NotEvaluatedError(f"{type(left).__name__} * {type(right).__name__}")


def _moved(begin: object, step: Any) -> object:  # noqa: ANN401 - whatever `match` finds it to be
    match begin, step:
        case Interval(), Interval():
            return sum_of(begin, step)
        case date(), Interval():
            return later(begin, step)
        case time(), Interval():
            return later_that_day(begin, step)
        case date(), int() if not isinstance(begin, datetime):
            return _days_later(begin, step)
        case _:
            raise NotEvaluatedError(f"{type(begin).__name__} + {type(step).__name__}")


def _days_later(begin: date, days: int) -> date:
    try:
        return begin + timedelta(days=days)
    except OverflowError as error:
        raise NotEvaluatedError("a date beyond Python's") from error
