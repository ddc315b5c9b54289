"""Foreign keys that share columns are one choice: a parent of the first, and parents of the others that agree with it.

Those that must have a parent come first, the widest before the others; one that may be NULL is where none agrees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType

from msgspec import Struct

from seedkit.core.generation.columns.blocks import NULL, Generator
from seedkit.core.generation.streams import Stream, picked

NOTHING_HELD: Mapping[str, str] = MappingProxyType({})


class Member(Struct, frozen=True):
    """One of the foreign keys: its columns, its parents' values of them, and those that may be NULL for lack of one."""

    columns: tuple[str, ...]
    parents: Sequence[tuple[str, ...]]
    optional: frozenset[str]
    nulls: int = 0


class Joint:
    """Some foreign keys' common choice."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members
        self.columns = tuple(dict.fromkeys(name for member in members for name in member.columns))
        self._shared = [self._shared_by(place) for place in range(len(members))]
        self._index = [self._indexed(place) for place in range(len(members))]
        self._decisive = [self._decides(place) for place in range(len(members))]
        self.roots = [
            place
            for place, values in enumerate(members[0].parents)
            if self._completed(1, dict(zip(members[0].columns, values, strict=True)))
        ]
        self._roots: dict[tuple[str, ...], dict[tuple[str, ...], list[int]]] = {}

    def _shared_by(self, place: int) -> tuple[str, ...]:
        """Name the columns of a member that members before it have."""
        before = {name for member in self.members[:place] for name in member.columns}
        return tuple(name for name in self.members[place].columns if name in before)

    def _decides(self, place: int) -> bool:
        """Whether members behind one share columns with it alone: its choice may leave them none."""
        own = set(self.members[place].columns) - set(self._shared[place])
        return any(own & set(shared) for shared in self._shared[place + 1 :])

    def _indexed(self, place: int) -> dict[tuple[str, ...], list[int]]:
        member, shared = self.members[place], self._shared[place]
        places = [member.columns.index(name) for name in shared]
        index: dict[tuple[str, ...], list[int]] = {}
        for number, values in enumerate(member.parents if place else ()):
            index.setdefault(tuple(values[at] for at in places), []).append(number)
        return index

    def agreeing(self, place: int, values: Mapping[str, str]) -> Sequence[int]:
        """List the parents of a member that agree with what was chosen before."""
        return self._index[place].get(tuple(values[name] for name in self._shared[place]), ())

    def _with(self, place: int, values: Mapping[str, str], parent: int | None) -> dict[str, str]:
        """Add a parent's values, NULL where there is none."""
        member = self.members[place]
        if parent is not None:
            return {**values, **dict(zip(member.columns, member.parents[parent], strict=True))}
        others = dict(zip(member.columns, member.parents[0], strict=True)) if member.parents else {}
        return {**others, **dict.fromkeys(member.optional, NULL), **values}

    def _completed(self, place: int, values: Mapping[str, str]) -> bool:
        return next(self._completions(place, values), None) is not None

    def _completions(self, place: int, values: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
        """Give all ways to go on from what was chosen."""
        if place == len(self.members):
            yield values
            return
        agreeing = self.agreeing(place, values)
        if not agreeing and self.members[place].optional:
            yield from self._completions(place + 1, self._with(place, values, None))
        for parent in agreeing:
            yield from self._completions(place + 1, self._with(place, values, parent))

    def combinations(self, most: int) -> list[tuple[str, ...]] | None:
        """Give the values of all columns in each combination; None where there are more than that."""
        found = list(islice(self._all(), most + 1))
        return found if len(found) <= most else None

    def _all(self) -> Iterator[tuple[str, ...]]:
        for root in self.roots:
            for values in self._completions(1, self._with(0, {}, root)):
                yield tuple(values[name] for name in self.columns)

    def chosen(self, draws: Sequence[int], held: Mapping[str, str] = NOTHING_HELD) -> dict[str, str]:
        """Choose by a random number for each member, among what agrees with values that are `held`; else nothing."""
        roots = self._roots_with(held)
        if not roots:
            return {}
        values = self._with(0, {}, roots[_parent_of(draws[0], len(roots))])
        for place in range(1, len(self.members)):
            agreeing = self._left(place, values, held)
            drawn = draws[place]
            values = self._with(place, values, agreeing[picked(drawn, len(agreeing))] if agreeing else None)
        return values if all(values[name] == text for name, text in held.items()) else {}

    def _left(self, place: int, values: Mapping[str, str], held: Mapping[str, str]) -> Sequence[int]:
        """List the parents of a member that agree with what was chosen, and is held, and leave some to those behind."""
        found = self.agreeing(place, values)
        if held and not held.keys().isdisjoint(set(self.members[place].columns) - set(self._shared[place])):
            found = [parent for parent in found if self._holds(place, parent, held)]
        if not self._decisive[place]:
            return found
        return [parent for parent in found if self._completed(place + 1, self._with(place, values, parent))]

    def _roots_with(self, held: Mapping[str, str]) -> Sequence[int]:
        names = tuple(name for name in self.members[0].columns if name in held)
        if not names:
            return self.roots
        if names not in self._roots:
            self._roots[names] = {}
            for root in self.roots:
                row = dict(zip(self.members[0].columns, self.members[0].parents[root], strict=True))
                self._roots[names].setdefault(tuple(row[name] for name in names), []).append(root)
        return self._roots[names].get(tuple(held[name] for name in names), ())

    def _holds(self, place: int, parent: int, held: Mapping[str, str]) -> bool:
        member = self.members[place]
        pairs = zip(member.columns, member.parents[parent], strict=True)
        return all(held.get(name, text) == text for name, text in pairs)


def _parent_of(drawn: int, count: int) -> int:
    """Pick a parent as columns.parents does: every other row takes one of the first quarter."""
    return picked(drawn >> 1, max(1, count // 4) if drawn & 1 else count)


@dataclass
class JointChoice:
    """The common choice of each row; columns ask for the same rows one after the other, so the last ones are kept.

    A row that is chosen again keeps what is `held` of the values that it had `before`; all where nothing else agrees.
    What is said of a column is held likewise.
    """

    joint: Joint
    streams: tuple[Stream, ...]
    before: Mapping[str, Generator] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    _last: tuple[range, list[dict[str, str]]] | None = field(default=None, repr=False)

    def of(self, rows: range) -> list[dict[str, str]]:
        """Give the values of each row."""
        if self._last is None or self._last[0] != rows:
            self._last = rows, self._chosen(rows)
        return self._last[1]

    def _chosen(self, rows: range) -> list[dict[str, str]]:
        joint = self.joint
        draws = zip(*(stream.numbers(rows, 8) for stream in self.streams), strict=True)
        if not joint.roots and not self.held:
            return [dict.fromkeys(joint.columns, NULL)] * len(rows)
        found = self._again(rows, draws) if self.held else [joint.chosen(drawn) for drawn in draws]
        for member, stream in zip(joint.members, self.streams, strict=True):
            if member.nulls:
                _leave_out(member, found, stream.apart("null").octets(rows))
        return found

    def _again(self, rows: range, draws: Iterable[Sequence[int]]) -> list[dict[str, str]]:
        texts = zip(*(generator.values(rows) for generator in self.before.values()), strict=True)
        before = [dict(zip(self.before, row, strict=True)) for row in texts]
        return [
            self.joint.chosen(drawn, {name: row[name] for name in self.held}) or self._beside(row, drawn)
            for row, drawn in zip(before, draws, strict=True)
        ]

    def _beside(self, row: Mapping[str, str], drawn: Sequence[int]) -> dict[str, str]:
        """Give a row with which no parent agrees: what was not there before is NULL where it may be, else anyone's."""
        optional = {name for member in self.joint.members for name in member.optional}
        nobody = dict.fromkeys(self.joint.columns, NULL)
        return {**nobody, **self.joint.chosen(drawn), **dict.fromkeys(optional, NULL), **row}


def _leave_out(member: Member, rows: list[dict[str, str]], chances: bytes) -> None:
    for row, chance in zip(rows, chances, strict=True):
        if chance < member.nulls:
            row.update(dict.fromkeys(member.optional, NULL))


class JointColumn(Struct, frozen=True):
    """A column of a common choice."""

    choice: JointChoice
    column: str

    def values(self, rows: range) -> Iterable[str]:
        """Give the value of each row."""
        column = self.column
        return [row[column] for row in self.choice.of(rows)]
