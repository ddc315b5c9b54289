"""Numbers that are one of two ends, by their names: the least is in the lower half, the most in the upper one."""

from __future__ import annotations

from seedkit.core.generation.meanings import words_of

_LOWER = frozenset(("min", "minimum", "lower", "low", "lowest", "start", "begin", "from", "lft"))
_UPPER = frozenset(("max", "maximum", "upper", "high", "highest", "end", "stop", "to", "until", "rgt"))
"""Words that say so at the beginning of a name or at its end."""


def half_of(name: str, low: int, high: int) -> tuple[int, int]:
    """Leave the half of a range that a name means.

    >>> half_of("min_price", 1, 500), half_of("price_max", 1, 500), half_of("price", 1, 500)
    ((1, 250), (251, 500), (1, 500))
    """
    middle = (low + high) // 2
    if low == high or not is_an_end(name):
        return low, high
    return (low, middle) if _around(name) & _LOWER else (middle + 1, high)


def is_an_end(name: str) -> bool:
    """Whether a name says that a number is one of two ends."""
    return bool(_around(name) & (_LOWER | _UPPER))


def _around(name: str) -> set[str]:
    words = words_of(name)
    return {*words[:1], *words[-1:]}
