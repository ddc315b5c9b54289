"""Makes the rows of a planned table, block by block.

Where no rule needs a look, a block is its columns side by side, and the same bytes come out either way. A row that
can't be mended, or that the server refuses, is made again under its own number, so that no other row changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from seedkit.core.generation.expressions.evaluation import Surroundings
from seedkit.core.generation.expressions.substitution import substituted
from seedkit.core.generation.expressions.tree import columns_of
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.row_values import Values, row_reader
from seedkit.core.generation.rows.bans import Ban, without
from seedkit.core.generation.rows.by_column import ColumnRows, MadeRows, block_spans, columns, joined
from seedkit.core.generation.rows.derived_columns import DerivedColumns
from seedkit.core.generation.rows.digests import Digests, digest_of
from seedkit.core.generation.rows.drawing import Planned, Redraws
from seedkit.core.generation.rows.mending import Mender
from seedkit.core.generation.rows.rules import expressions_of, key_of, looked_at, rule_of
from seedkit.core.generation.rows.shortfalls import Shortfall
from seedkit.core.generation.satisfying.moves import Moves, rooms_of
from seedkit.core.generation.satisfying.solvers import Solvers
from seedkit.core.generation.streams import BLOCK

_TURNS = 3
"""How often a row that can't be mended is made anew."""

_APART = 16
"""The attempts of a turn: more than ROUNDS, so that no two turns draw the same."""


@dataclass(slots=True)
class RowMaker:
    """Makes the rows of a planned table from one number on."""

    planned: Planned
    surroundings: Surroundings
    plan: PlannedTable = field(init=False)
    short: dict[str, Shortfall] = field(default_factory=dict)
    _redraws: Redraws = field(init=False)
    _mender: Mender = field(init=False)
    _derived: DerivedColumns = field(init=False)

    def __post_init__(self) -> None:
        self.plan = self.planned(0)
        self._redraws = Redraws(self.planned)
        self._derived = DerivedColumns(self.plan)
        self._mender = _mender(self.plan, self.surroundings, self._redraws)

    def __reduce__(self) -> tuple[type[RowMaker], tuple[Planned, Surroundings]]:
        """Be sent to another process by what it is made of; keys that were noted stay behind."""
        return RowMaker, (self.planned, self.surroundings)

    @property
    def to_send(self) -> ColumnRows | RowMaker | None:
        """What another process needs to make the same; None where a key is looked at, by which rows hang together."""
        if self.by_column:
            return self._columns
        return None if self._mender.keys else self

    @property
    def by_column(self) -> bool:
        """Whether no rule needs a look at a row."""
        return not self._mender.rules and not self._mender.keys

    def blocks(self, first: int, count: int) -> Iterator[MadeRows]:
        """Give the rows from number `first` (0-based) on, a block at a time."""
        if self.by_column:
            yield from self._columns.blocks(first, count)
            return
        for begin, end in block_spans(first, count):
            yield self._looked_at(begin, end)

    @property
    def _columns(self) -> ColumnRows:
        return ColumnRows(tuple(chosen.generator for chosen in self.plan.columns))

    def _looked_at(self, begin: int, end: int) -> MadeRows:
        made = list(map(list, columns(self._columns.generators, begin, end)))
        self._redraws.turn_to(begin // BLOCK)
        held = dict(self._held(range(begin, end), zip(*made, strict=True), self._mender.reader.rows(made)))
        return MadeRows(joined(held.values()), list(held))

    def _held(
        self, numbers: Sequence[int], rows: Iterable[Sequence[str]], read: Iterator[Values]
    ) -> Iterator[tuple[int, Sequence[str]]]:
        """Give the rows that hold all rules, mended where they did not."""
        holds = self._mender.holds
        for number, row, values in zip(numbers, rows, read, strict=True):
            if holds(values):
                yield number, row
            elif (mended := self._mended(number, row, values)) is not None:
                yield number, mended

    def _mended(self, number: int, row: Sequence[str], values: Values) -> Sequence[str] | None:
        for turn in range(_TURNS):
            texts = row if turn == 0 else self._anew(number, turn * _APART)
            read = values if turn == 0 else self._mender.reader.row(texts)
            changed = self._mender.mended(
                number, number % BLOCK, read, turn * _APART, self._derived.deriving(number, texts)
            )
            if changed is not None:
                return self._derived.changed(texts, changed)
        name = self._mender.broken_last
        self.short.setdefault(name, Shortfall(name)).rows += 1
        return None

    def _anew(self, number: int, attempt: int) -> Sequence[str]:
        """Make a row at another attempt: all of it but its keys."""
        row = [
            self._redraws.text(chosen.column, number % BLOCK, 0 if chosen.column in self.plan.fixed else attempt)
            for chosen in self.plan.columns
        ]
        return self._derived.made_again(number, row)

    def again(self, numbers: Iterable[int], turn: int, bans: Collection[Ban] = ()) -> MadeRows:
        """Make rows anew that the server has refused, from turn 1 on; those that can't be made are left out."""
        held: dict[int, Sequence[str]] = {}
        base = (_TURNS + turn) * _APART
        mender = self._mender if not bans else _mender(self.plan, self.surroundings, self._redraws, bans)
        mender.seen = self._mender.seen
        for number in numbers:
            self._redraws.turn_to(number // BLOCK)
            row = self._anew(number, base)
            derive = self._derived.deriving(number, row)
            changed = mender.mended(number, number % BLOCK, mender.reader.row(row), base, derive)
            if changed is not None:
                held[number] = self._derived.changed(row, changed)
        return MadeRows(joined(held.values()), list(held))

    def note(self, rows: Iterable[Sequence[str]]) -> None:
        """Note the keys of rows that are there, as COPY texts of the planned columns."""
        for row in rows:
            values = self._mender.reader.row(row)
            for key in self._mender.keys:
                if (digest := digest_of(key, values)) is not None:
                    self._mender.seen[key.name].add(digest)

    @property
    def keys_to_note(self) -> frozenset[str]:
        """The columns of keys that are looked at row by row; of rows that are there their values have to be known."""
        _, uniques = looked_at(self.plan)
        nodes = [substituted(node, self.plan.rules.generated) for rule in uniques for node in expressions_of(rule)]
        return frozenset[str]().union(*map(columns_of, nodes))


def _mender(plan: PlannedTable, surroundings: Surroundings, redraws: Redraws, bans: Collection[Ban] = ()) -> Mender:
    checks, uniques = looked_at(plan)
    checks += [without(ban) for ban in bans]
    nodes = [node for check in checks for node in expressions_of(check)]
    reader = row_reader(plan, nodes + [node for rule in uniques for node in expressions_of(rule)], surroundings)
    values = dict(zip(reader.names, reader.texts, strict=True))
    solvers = Solvers(Moves(rooms_of(plan), redraws.known_text, values), surroundings)
    return Mender(
        [rule_of(check, plan, surroundings, solvers) for check in checks],
        [key_of(rule, plan, surroundings, solvers) for rule in uniques],
        reader,
        redraws,
        {rule.name: Digests() for rule in uniques},
    )
