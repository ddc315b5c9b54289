"""Picks one of several values by a number that was drawn for the place, so that the same place always gets the same."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import TypeGuard, TypeVar

from seedkit.core.fixtures import Tagged, Value
from seedkit.errors import FixtureError

_Option = TypeVar("_Option")
_BITS = 64


def is_of_a_table(options: Value) -> TypeGuard[dict[str, Value]]:
    """Whether what stands behind `!choice` means the keys of a table: {ref: users}."""
    return isinstance(options, dict) and len(options) == 1 and "ref" in options


def is_looked_up(tagged: Tagged) -> bool:
    """Whether a tag stands for what a row has: `!ref ada`, `!choice {ref: users}`."""
    return tagged.tag == "!ref" or (tagged.tag == "!choice" and is_of_a_table(tagged.value))


def chosen(options: Sequence[_Option], drawn: int) -> _Option:
    """Pick one of the options, each as likely as the others; `drawn` is a number of 64 bits.

    >>> chosen(["a", "b"], 0), chosen(["a", "b"], 2**64 - 1)
    ('a', 'b')
    """
    if not options:
        raise FixtureError("there is nothing to choose from", hint="Write !choice [a, b] or !choice {a: 90, b: 10}.")
    return options[drawn * len(options) >> _BITS]


def chosen_by_weight(weights: Mapping[str, float], drawn: int) -> str:
    """Pick one of the names, each as likely as its weight says.

    >>> chosen_by_weight({"a": 90, "b": 10}, 0), chosen_by_weight({"a": 90, "b": 10}, 2**64 - 1)
    ('a', 'b')
    """
    names, place = by_weight(weights)
    return names[place(drawn)]


def by_weight(weights: Mapping[str, float]) -> tuple[Sequence[str], Callable[[int], int]]:
    """List the names, and return what picks the place of one by a drawn number."""
    names, sums = list(weights), list(accumulate(weights.values()))
    if not names or min(weights.values()) < 0 or sums[-1] <= 0:
        raise FixtureError("weights are numbers from 0 up, and not all of them 0")
    return names, lambda drawn: min(bisect(sums, sums[-1] * (drawn / 2**_BITS)), len(names) - 1)
