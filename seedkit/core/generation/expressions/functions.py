"""The functions of PostgreSQL that constraints use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from seedkit.core.generation.expressions.arithmetic import calculated
from seedkit.core.generation.expressions.array_functions import ARRAY_FUNCTIONS, array_position
from seedkit.core.generation.expressions.comparing import compared
from seedkit.core.generation.expressions.moments import date_trunc, extract, timezone
from seedkit.core.generation.expressions.number_functions import NUMBER_FUNCTIONS
from seedkit.core.generation.expressions.operators import operator_named
from seedkit.core.generation.expressions.text_functions import TEXT_FUNCTIONS, TEXT_FUNCTIONS_OF_NULLS, whole
from seedkit.core.generation.expressions.values import NotEvaluatedError


def applied(name: str, arguments: Sequence[object]) -> object:
    """Call a function; raises NotEvaluatedError where it is not known, or not for such values.

    >>> applied("char_length", ["Ada"]), applied("lower", [None])
    (3, None)
    """
    if name in _OF_NULLS:
        return _OF_NULLS[name](arguments)
    if None in arguments:
        return None
    function = _FUNCTIONS.get(name)
    if function is None:
        raise NotEvaluatedError(f"the function {name}")
    try:
        return function(*arguments)
    except (TypeError, ValueError, OverflowError, ArithmeticError) as error:
        kinds = ", ".join(type(argument).__name__ for argument in arguments)
        raise NotEvaluatedError(f"{name}({kinds}): {error}") from error


def _nulls(arguments: Sequence[object]) -> int:
    return sum(argument is None for argument in arguments)


def _extreme(operator: str) -> Callable[[Sequence[object]], object]:
    def function(arguments: Sequence[object]) -> object:
        found = None
        for argument in arguments:
            if argument is not None and (found is None or compared(operator, argument, found)):
                found = argument
        return found

    return function


def _nullif(arguments: Sequence[object]) -> object:
    left, right = arguments
    return None if left is not None and right is not None and compared("=", left, right) else left


_OF_NULLS: dict[str, Callable[[Sequence[object]], object]] = {
    **TEXT_FUNCTIONS_OF_NULLS,
    "num_nulls": _nulls,
    "num_nonnulls": lambda arguments: len(arguments) - _nulls(arguments),
    "greatest": _extreme(">"),
    "least": _extreme("<"),
    "nullif": _nullif,
    "array_position": array_position,
}
"""Those that have a value although an argument is NULL."""

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **TEXT_FUNCTIONS,
    **NUMBER_FUNCTIONS,
    **ARRAY_FUNCTIONS,
    "mod": lambda left, right: calculated("%", left, right),
    "jsonb_exists": operator_named("?"),
    "regexp_like": operator_named("~"),
    "date_trunc": date_trunc,
    "extract": extract,
    "date_part": lambda field, moment: float(extract(field, moment)),
    "timezone": timezone,
    "make_date": lambda year, month, day: date(whole(year), whole(month), whole(day)),
}
