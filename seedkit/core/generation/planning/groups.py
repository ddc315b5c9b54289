"""What has something in common, together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import TypeVar

_Thing = TypeVar("_Thing")


def groups(things: Iterable[_Thing], parts: Callable[[_Thing], AbstractSet[object]]) -> list[list[_Thing]]:
    """Put together what has parts in common, be it by way of others.

    >>> groups(["ab", "cd", "e", "bc"], set)
    [['e'], ['ab', 'cd', 'bc']]
    """
    found: list[list[_Thing]] = []
    for thing in things:
        sharing = [group for group in found if any(parts(thing) & parts(other) for other in group)]
        found = [group for group in found if group not in sharing]
        found.append([*chain(*sharing), thing])
    return found
