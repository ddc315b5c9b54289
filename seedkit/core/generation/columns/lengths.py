"""How long a generator's texts may get: where that is less than there is room for, nothing has to be cut."""

from __future__ import annotations

from collections.abc import Iterable

from seedkit.core.generation.columns.blocks import Constant, Generator, Joined
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.numbers import Counter, Hex, Whole

_COUNTED = 10
"""Digits of a row's number."""


def longest(generator: Generator) -> int | None:
    """Say how many characters a generator's texts have at most; None for one that is not looked into."""
    if isinstance(generator, Joined):
        lengths = [longest(part) for part in generator.parts]
        return None if None in lengths else sum(length for length in lengths if length is not None)
    return max(map(len, _texts(generator)), default=None)


def _texts(generator: Generator) -> Iterable[str]:
    """Give texts of which one is as long as any."""
    match generator:
        case Constant(text):
            return (text,)
        case Choice(texts=texts):
            return texts
        case Counter():
            return ("0" * _COUNTED,)
        case Hex(digits=digits, prefix=prefix):
            return (prefix + "0" * digits,)
        case Whole(low=low, high=high):
            return str(low), str(high)
        case _:
            return ()
