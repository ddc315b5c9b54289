"""Functions of numbers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from math import ceil, floor, trunc
from typing import Any

from seedkit.core.generation.expressions.text_functions import whole
from seedkit.core.generation.expressions.values import Real

_EXACT = Context(prec=2000)


def _rounded(mode: str, of_float: Callable[[float], float]) -> Callable[..., object]:
    def function(value: object, digits: object = 0) -> object:
        if type(value) is float and digits == 0:
            return float(of_float(value))
        if isinstance(value, bool | Real) or not isinstance(value, int | Decimal):
            raise TypeError("no numeric")
        scale = whole(digits)
        rounded = Decimal(value).quantize(Decimal(1).scaleb(-scale), mode, _EXACT)
        return rounded if scale >= 0 else rounded.quantize(Decimal(1), context=_EXACT)

    return function


def _number(value: object) -> int | float | Decimal:
    if isinstance(value, bool | Real) or not isinstance(value, int | float | Decimal):
        raise TypeError("no number")
    return value


def _sign(value: object) -> object:
    number = _number(value)
    return type(number)((number > 0) - (number < 0))


NUMBER_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": lambda value: abs(_number(value)),
    "sign": _sign,
    "round": _rounded(ROUND_HALF_UP, round),
    "floor": _rounded(ROUND_FLOOR, floor),
    **dict.fromkeys(("ceil", "ceiling"), _rounded(ROUND_CEILING, ceil)),
    "trunc": _rounded(ROUND_DOWN, trunc),
}
