"""Picks one of several values by a number that was drawn for the place, so that the same place always gets the same."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from typing import TypeVar

from seedkit.errors import FixtureError

_Option = TypeVar("_Option")
_BITS = 64
_MASK: int = 2**_BITS - 1
_ODD = 0x9E3779B97F4A7C15
_OTHER_ODD = 0xD6E8FEB86659FD93


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
    names, sums = list(weights), list(accumulate(weights.values()))
    if not names or min(weights.values()) < 0 or sums[-1] <= 0:
        raise FixtureError("weights are numbers from 0 up, and not all of them 0")
    return names[min(bisect(sums, sums[-1] * (drawn / 2**_BITS)), len(names) - 1)]


def winner(candidates: Sequence[str], drawn: int) -> str:
    """Pick the candidate whose hash together with the drawn number is the highest.

    A further candidate takes only what it wins; nobody else's choice changes (rendezvous hashing; Thaler and
    Ravishankar, 1998).

    >>> before = [winner(["1", "2"], drawn << 55) for drawn in range(200)]
    >>> after = [winner(["1", "2", "3"], drawn << 55) for drawn in range(200)]
    >>> {new for old, new in zip(before, after) if new != old}
    {'3'}
    """
    if not candidates:
        raise FixtureError("there is nothing to choose from")
    return max(candidates, key=_score_with(drawn))


def _score_with(drawn: int) -> Callable[[str], int]:
    def score(candidate: str) -> int:
        mixed = (_hash(candidate) ^ drawn) * _ODD & _MASK
        return ((mixed ^ mixed >> 32) * _OTHER_ODD) & _MASK

    return score


@lru_cache(maxsize=100_000)
def _hash(candidate: str) -> int:
    return int.from_bytes(blake2b(candidate.encode(), digest_size=8).digest())
