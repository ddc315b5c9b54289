"""What has something in common, together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import TypeVar

_Thing = TypeVar("_Thing")


def groups(things: Iterable[_Thing], parts: Callable[[_Thing], AbstractSet[object]]) -> list[list[_Thing]]:
    """Put together what has parts in common, be it by way of others.

    >>> groups(["ab", "cd", "e", "bc"], set)
    [['e'], ['ab', 'cd', 'bc']]
    """
    found: dict[int, list[_Thing]] = {}
    having: dict[object, int] = {}
    joined: dict[int, int] = {}
    for number, thing in enumerate(things):
        sharing = sorted({_last(joined, having[part]) for part in parts(thing) if part in having})
        joined.update(dict.fromkeys(sharing, number))
        having.update(dict.fromkeys(parts(thing), number))
        together = found.pop(sharing[0]) if sharing else []
        found[number] = together
        for other in sharing[1:]:
            together += found.pop(other)
        together.append(thing)
    return list(found.values())


def _last(joined: dict[int, int], number: int) -> int:
    """Give the number of the group that one was joined to, perhaps by way of others: those are passed from now on."""
    last = number
    while last in joined:
        last = joined[last]
    while number != last:
        joined[number], number = last, joined[number]
    return last
