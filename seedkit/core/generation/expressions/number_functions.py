"""Functions of numbers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from math import ceil, floor, trunc
from typing import Any

from seedkit.core.generation.expressions.arithmetic import absolute
from seedkit.core.generation.expressions.number_casts import rounded
from seedkit.core.generation.expressions.text_functions import whole
from seedkit.core.generation.expressions.values import Real


def _rounded(mode: str, of_float: Callable[[float], float]) -> Callable[..., object]:
    def function(value: object, digits: object = 0) -> object:
        if type(value) is float and digits == 0:
            return float(of_float(value))
        if isinstance(value, bool | Real) or not isinstance(value, int | Decimal):
            raise TypeError("no numeric")
        return rounded(Decimal(value), whole(digits), mode)

    return function


def _sign(value: object) -> object:
    if isinstance(value, bool | Real) or not isinstance(value, int | float | Decimal):
        raise TypeError("no number")
    return type(value)((value > 0) - (value < 0))


NUMBER_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": absolute,
    "sign": _sign,
    "round": _rounded(ROUND_HALF_UP, round),
    "floor": _rounded(ROUND_FLOOR, floor),
    **dict.fromkeys(("ceil", "ceiling"), _rounded(ROUND_CEILING, ceil)),
    "trunc": _rounded(ROUND_DOWN, trunc),
}
