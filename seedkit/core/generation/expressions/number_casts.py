"""Casts to numbers."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from math import isinf

from seedkit.core.generation.expressions.values import EXACT, NotEvaluatedError, Real, ServerRefusesError, refused

_WHOLE = re.compile(r"\s*[-+]?\d+\s*", re.ASCII)
_PLAIN_NUMBER = re.compile(r"\s*[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*", re.ASCII)
_WHOLE_SINCE_16 = re.compile(r"\s*[-+]?(0[xob][0-9a-f_]+|[0-9_]+)\s*", re.IGNORECASE | re.ASCII)
_OTHER_NUMBER = re.compile(
    r"\s*[-+]?(0[xob][0-9a-f_.p+-]+|[0-9_.]+(e[-+]?[0-9_]+)?|nan|inf(inity)?)\s*", re.IGNORECASE | re.ASCII
)
"""What may be a number to the server, or to one of 16 and later: `0x1F`, `1_000`, `NaN`."""
_BITS = {"smallint": 16, "integer": 32, "bigint": 64}


def to_integer(value: object, type_: str, _: tuple[int, ...]) -> int:
    """Cast to smallint, integer or bigint; numeric rounds halves away from zero, double precision to even numbers."""
    match value:
        case bool() if type_ != "integer":
            raise refused(value, type_)
        case str() if _WHOLE.fullmatch(value):
            number = int(value)
        case str() if _WHOLE_SINCE_16.fullmatch(value):
            raise NotEvaluatedError(f"{type_} {value}")
        case Decimal():
            number = int(value.to_integral_value(ROUND_HALF_UP))
        case float():
            number = int(Decimal(value).to_integral_value(ROUND_HALF_EVEN))
        case int():
            number = int(value)
        case _:
            raise refused(value, type_)
    if not -(2 ** (_BITS[type_] - 1)) <= number < 2 ** (_BITS[type_] - 1):
        raise ServerRefusesError(f"{type_} out of range")
    return number


def to_numeric(value: object, type_: str, limits: tuple[int, ...]) -> Decimal:
    """Cast to numeric, of a precision and scale or of none; of double precision 15 digits are kept."""
    if isinstance(value, bool | Real) or not isinstance(value, int | float | Decimal | str):
        raise refused(value, type_)
    try:
        number = Decimal(f"{value:.15g}" if isinstance(value, float) else _number_text(value, type_))
    except InvalidOperation as error:
        raise refused(value, type_) from error
    return in_numeric(number, *limits)


def _number_text(value: int | Decimal | str, type_: str) -> str:
    text = str(value)
    if _PLAIN_NUMBER.fullmatch(text) is not None:
        return text.strip()
    raise NotEvaluatedError(f"{type_} {text}") if _OTHER_NUMBER.fullmatch(text) else refused(value, type_)


def in_numeric(number: Decimal, precision: int | None = None, scale: int = 0) -> Decimal:
    """Round to a numeric(precision, scale), or leave a number as it is; raises NotEvaluatedError beyond the precision.

    >>> in_numeric(Decimal("2.345"), 4, 2), in_numeric(Decimal("1250"), 2, -2)
    (Decimal('2.35'), Decimal('1300'))
    """
    if precision is None:
        return number if number.as_tuple().exponent <= 0 else rounded(number, 0)  # type: ignore[operator]
    result = rounded(number, scale)
    if EXACT.abs(result) >= Decimal(1).scaleb(precision - scale):
        raise ServerRefusesError("numeric field overflow")
    return result


def rounded(number: Decimal, scale: int, mode: str = ROUND_HALF_UP) -> Decimal:
    """Round to so many digits behind the point; a scale below 0 leaves zeros before it.

    >>> rounded(Decimal("1250"), -2), rounded(Decimal(12345678901234567890123456789012), 1)
    (Decimal('1300'), Decimal('12345678901234567890123456789012.0'))
    """
    result = number.quantize(Decimal(1).scaleb(-scale), mode, EXACT)
    return result if scale >= 0 else result.quantize(Decimal(1), context=EXACT)


def to_float(value: object, type_: str, _: tuple[int, ...]) -> float:
    """Cast to double precision or real."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise refused(value, type_)
    number = float(_number_text(value, type_)) if isinstance(value, str) else float(value)
    if isinstance(value, str) and isinf(number):
        raise ServerRefusesError(f"{type_} out of range")
    try:
        return Real.nearest(number) if type_ == "real" else number
    except OverflowError as error:
        raise ServerRefusesError("real out of range") from error
