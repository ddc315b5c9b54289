"""What a key is combined of: a column of some values, a foreign key's parents, or foreign keys that choose together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import Protocol

from msgspec import Struct

from seedkit.core.generation.columns.parents import Key, texts_of
from seedkit.core.generation.keys.lines import Values
from seedkit.core.values.copy_text import field_value


class Digit(Protocol):
    """What has some columns' values by a place; a `window` of places is used before the others."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it gives values to."""
        ...

    @property
    def count(self) -> int:
        """How many places there are."""
        ...

    @property
    def window(self) -> int:
        """How many are used first."""
        ...

    def text(self, place: int, column: str, row: int) -> str:
        """Give a column's value, as COPY text, in a row."""
        ...

    def texts(self, places: Sequence[int], column: str, begin: int) -> Iterable[str]:
        """Give a column's values in some rows, from row `begin` on."""
        ...

    def place(self, values: Mapping[str, str]) -> int | None:
        """Say which place a row that is there has."""
        ...


class OneColumn(Struct, frozen=True):
    """A column and its values."""

    column: str
    values: Values

    @property
    def columns(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    @property
    def count(self) -> int:
        """How many values there are."""
        return self.values.count

    @property
    def window(self) -> int:
        """How many are used first."""
        return min(self.values.window, self.values.count)

    def text(self, place: int, column: str, row: int) -> str:
        """Give a value."""
        del column, row
        return self.values.text(place)

    def texts(self, places: Sequence[int], column: str, begin: int) -> Iterable[str]:
        """Give values."""
        del column, begin
        return map(self.values.text, places)

    def place(self, values: Mapping[str, str]) -> int | None:
        """Say which value a row has."""
        return self.values.place(values[self.column])


class OneParent(Struct, frozen=True):
    """The columns of a foreign key, and its parents."""

    columns: tuple[str, ...]
    keys: Mapping[str, Key]
    count: int
    find: Callable[[Sequence[str]], int | None] | None = None

    @property
    def window(self) -> int:
        """How many parents are used first: all."""
        return self.count

    def text(self, place: int, column: str, row: int) -> str:
        """Give a column of a parent's key."""
        del row
        return self.keys[column](place)

    def texts(self, places: Sequence[int], column: str, begin: int) -> Iterable[str]:
        """Give a column of parents' keys."""
        del begin
        return texts_of(self.keys[column], places)

    def place(self, values: Mapping[str, str]) -> int | None:
        """Say which parent a row has."""
        return self.find([values[name] for name in self.columns]) if self.find is not None else None


class TypedParents(Struct, frozen=True):
    """A column that names a table, and one with a key of it: the parents of one after the other."""

    columns: tuple[str, str]
    parents: tuple[tuple[str, OneParent], ...]

    @property
    def count(self) -> int:
        """How many parents there are."""
        return sum(parent.count for _, parent in self.parents)

    @property
    def window(self) -> int:
        """How many are used first: all."""
        return self.count

    def text(self, place: int, column: str, row: int) -> str:
        """Give what names the table of a parent, or its key."""
        for name, parent in self.parents:
            if place < parent.count:
                return name if column == self.columns[0] else parent.text(place, parent.columns[0], row)
            place -= parent.count
        raise IndexError(place)

    def texts(self, places: Sequence[int], column: str, begin: int) -> Iterable[str]:
        """Give what names tables, or keys."""
        return (self.text(place, column, begin) for place in places)

    def place(self, values: Mapping[str, str]) -> int | None:
        """Say which parent a row has."""
        before = 0
        for name, parent in self.parents:
            if field_value(name) == values[self.columns[0]]:
                found = parent.place({parent.columns[0]: values[self.columns[1]]})
                return None if found is None else before + found
            before += parent.count
        return None


class Grouped(Struct, frozen=True, dict=True):
    """Combinations of columns' values, grouped by what a key has of them; a row says which one of a group it takes."""

    columns: tuple[str, ...]
    combinations: Sequence[tuple[str, ...]]
    by: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self._groups)

    window = count

    def text(self, place: int, column: str, row: int) -> str:
        """Give a column's value in a row that has a group."""
        group = self._groups[place]
        drawn = int.from_bytes(blake2b(row.to_bytes(8, "little"), digest_size=8).digest(), "little")
        return self.combinations[group[drawn % len(group)]][self.columns.index(column)]

    def texts(self, places: Sequence[int], column: str, begin: int) -> Iterable[str]:
        """Give a column's values in rows that have some groups."""
        return (self.text(place, column, row) for row, place in enumerate(places, begin))

    def place(self, values: Mapping[str, str]) -> int | None:
        """Say which group a row has."""
        return self._places.get(tuple(values[name] for name in self.by))

    @cached_property
    def _groups(self) -> list[list[int]]:
        groups: dict[tuple[str, ...], list[int]] = {}
        picked = [self.columns.index(name) for name in self.by]
        for number, combination in enumerate(self.combinations):
            groups.setdefault(tuple(combination[place] for place in picked), []).append(number)
        return list(groups.values())

    @cached_property
    def _places(self) -> dict[tuple[str | None, ...], int]:
        picked = [self.columns.index(name) for name in self.by]
        return {
            tuple(field_value(self.combinations[group[0]][place]) for place in picked): number
            for number, group in enumerate(self._groups)
        }
