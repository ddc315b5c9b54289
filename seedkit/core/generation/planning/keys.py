"""Keys: counted ones, and those that are combinations of a few values, so that no row repeats another's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from seedkit.core.generation.columns.choices import Combination
from seedkit.core.generation.columns.parents import Key, OnlyChild
from seedkit.core.generation.permutations import Permutation
from seedkit.core.generation.schema import UniqueRule
from seedkit.core.generation.streams import Stream


@dataclass(frozen=True, slots=True)
class Digit:
    """A column of few values: how many there are, and the text of each by its place."""

    count: int
    key: Key


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many rows a table can hold, and by which key; None for any number."""

    rows: int | None = None
    key: str | None = None

    def least(self, other: Capacity) -> Capacity:
        """Give the one that leaves less.

        >>> Capacity(9, "mood_letter").least(Capacity()).rows
        9
        """
        if self.rows is None:
            return other
        return self if other.rows is None or self.rows <= other.rows else other


def combined(rule: UniqueRule, digits: Mapping[str, Digit], stream: Stream) -> dict[str, Combination | OnlyChild]:
    """Make the columns of a key of few values: the row's number in another order, a digit for each column."""
    names = rule.plain_columns or ()
    radices = tuple(digits[name].count for name in names)
    order = Permutation(stream, prod(radices))
    if len(names) == 1:
        return {names[0]: OnlyChild(digits[names[0]].key, order)}
    return {name: Combination(digits[name].key, radices, place, order) for place, name in enumerate(names)}


def capacity_of(rule: UniqueRule, digits: Mapping[str, Digit]) -> Capacity:
    """Say how many rows a key of few values leaves; any number where a column of it has many."""
    names: Sequence[str] = rule.plain_columns or ()
    if not names or rule.predicate is not None or not set(names) <= digits.keys():
        return Capacity()
    return Capacity(prod(digits[name].count for name in names), rule.name)
