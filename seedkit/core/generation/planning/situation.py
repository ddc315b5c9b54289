"""What a table is when it is planned: the rows that it has, and those that its foreign keys may refer to."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.generation.columns.parents import Key
from seedkit.core.generation.columns.per_parent import PerParent
from seedkit.core.generation.planning.numbering import Numbering
from seedkit.core.generation.planning.refined import Refined
from seedkit.core.generation.schema import TableRules

Taken = Callable[[tuple[str, ...]], Iterable[Sequence[str | None]]]
"""Gives the values of some columns in the rows that are there, as texts."""


def none_taken(_columns: tuple[str, ...]) -> Iterable[Sequence[str | None]]:
    """Say that no row is there."""
    return ()


class Parents(Struct, frozen=True):
    """The rows that a foreign key may refer to: how many, and what each referenced column has, by the row's place.

    `place` finds a parent by the values of the referenced columns, as texts; where it is missing no row refers to one
    yet. `table` is theirs, `note` what the report should say of them.
    """

    count: int
    keys: Mapping[str, Key]
    place: Callable[[Sequence[str]], int | None] | None = None
    table: str = ""
    note: str | None = None

    def only(self, places: Iterable[int]) -> Parents:
        """Give some of them, at their places among these."""
        left = array("q", places)
        keys = {name: partial(_at, key, left) for name, key in self.keys.items()}
        return replace(self, count=len(left), keys=keys, place=self.place and partial(_place_of, self.place, left))

    def without(self, referring: Iterable[Sequence[str | None]]) -> Parents:
        """Leave those out that some rows refer to, by their values in the columns of the key."""
        rows = ([value for value in row if value is not None] for row in referring)
        taken = {self.place(row) for row in rows if len(row) == len(self.keys)} if self.place else set[int | None]()
        return self.only(place for place in range(self.count) if place not in taken)


def _at(key: Key, places: Sequence[int], place: int) -> str:
    return key(places[place])


def _place_of(find: Callable[[Sequence[str]], int | None], places: Sequence[int], values: Sequence[str]) -> int | None:
    found = find(values)
    place = len(places) if found is None else bisect_left(places, found)
    return place if place < len(places) and places[place] == found else None


class Situation(Struct, frozen=True, kw_only=True):
    """What a table is when it is planned.

    `counted` are the columns that have the rows' own numbers, as a sequence or nothing else gives them values, and how;
    `parents` the rows behind each foreign key, by its name; a key without an entry has none. So many rows are `there`;
    `first` is the number of the first new one, of which so many are `asked` for, and `taken` reads what those that are
    there have in columns of keys.
    `promised` are the columns that others refer to before the rows are there: nothing may change them. `refined` says
    what people have said of columns; `per`, by the names of foreign keys, how many rows each parent gets.
    """

    counted: Mapping[str, Numbering]
    parents: Mapping[str, Parents]
    there: int = 0
    first: int = 0
    asked: int = 0
    taken: Taken = none_taken
    promised: frozenset[str] = frozenset()
    refined: Mapping[str, Refined] = field(default_factory=dict)
    per: Mapping[str, PerParent] = field(default_factory=dict)

    @property
    def fixed(self) -> frozenset[str]:
        """The columns whose values are known to others before the rows are there."""
        return self.promised.union(self.counted)


def notes_on(rules: TableRules, situation: Situation) -> Iterator[str]:
    """Give what the report should say of a table's parents, and of the rows that new ones were to be like."""
    yield from (parents.note for parents in situation.parents.values() if parents.note)
    if situation.there and rules.existing is not None and rules.existing.note:
        yield rules.existing.note
