"""Makes the rows of a planned table, block by block.

Where no rule needs a look, a block is its columns side by side, and the same bytes come out either way. A row that
can't be mended, or that the server refuses, is made again under its own number, so that no other row changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from seedkit.core.generation.columns.blocks import NULL, Constant
from seedkit.core.generation.expressions.evaluation import Surroundings
from seedkit.core.generation.expressions.substitution import substituted
from seedkit.core.generation.expressions.tree import columns_of
from seedkit.core.generation.planning.orders import is_of_a_life, orders_of
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.row_values import Values
from seedkit.core.generation.rows.asked import doubtful
from seedkit.core.generation.rows.by_column import ColumnRows, MadeRows, block_spans, columns, joined, without
from seedkit.core.generation.rows.derived_columns import linked
from seedkit.core.generation.rows.digests import digest_of
from seedkit.core.generation.rows.drawing import Planned, Redraws
from seedkit.core.generation.rows.shortfalls import Shortfall
from seedkit.core.generation.streams import BLOCK

if TYPE_CHECKING:
    from seedkit.core.generation.rows.bans import Ban
    from seedkit.core.generation.rows.mending import Mender
    from seedkit.core.generation.rows.repairs import Repairs
    from seedkit.core.generation.satisfying.moves import Room


@dataclass
class RowMaker:
    """Makes the rows of a planned table from one number on.

    `by_column` says that no rule needs a look at a row. What mends rows is made, and imported, when it is needed.
    """

    planned: Planned
    surroundings: Surroundings
    plan: PlannedTable = field(init=False)
    by_column: bool = field(init=False)
    short: dict[str, Shortfall] = field(default_factory=dict, init=False)
    _rooms: Mapping[str, Room] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.plan = self._planned(0)
        self.by_column = not any(doubtful(self.plan, self.surroundings))

    def _planned(self, attempt: int) -> PlannedTable:
        plan = self.planned(attempt)
        orders = [] if attempt else orders_of(plan)  # what is drawn again is put in order by what mends the row
        lives = [is_of_a_life(plan.chosen(name).generator) for each in orders for name in (each.earlier, each.later)]
        if not all(lives) or any(len(part.columns) > 1 for check in plan.checks for part in check.parts):
            from seedkit.core.generation.satisfying.moves import rooms_of
            from seedkit.core.generation.satisfying.tying import tied

            self._rooms = self._rooms or rooms_of(plan)
            plan = tied(plan, self.surroundings, self._rooms, orders)
        return linked(plan)

    @cached_property
    def _repairs(self) -> Repairs:
        from seedkit.core.generation.rows.repairs import Repairs

        return Repairs(self.plan, self.surroundings, Redraws(self._planned, {0: self.plan}), self.short)

    def __reduce__(self) -> tuple[type[RowMaker], tuple[Planned, Surroundings]]:
        """Be sent to another process by what it is made of; keys that were noted stay behind."""
        return RowMaker, (self.planned, self.surroundings)

    @property
    def _mender(self) -> Mender:
        return self._repairs.mender

    @property
    def to_send(self) -> ColumnRows | RowMaker | None:
        """What another process needs to make the same; None where a key is looked at, by which rows hang together."""
        if self.by_column:
            return self._sent_columns
        return None if self._mender.keys else self

    def blocks(self, first: int, count: int) -> Iterator[MadeRows]:
        """Give the rows from number `first` (0-based) on, a block at a time."""
        if self.by_column:
            yield from self._sent_columns.blocks(first, count)
            return
        for begin, end in block_spans(first, count):
            yield self._looked_at(begin, end)

    @property
    def _columns(self) -> ColumnRows:
        return ColumnRows(tuple(chosen.generator for chosen in self.plan.columns))

    @property
    def _sent_columns(self) -> ColumnRows:
        null, left = Constant(NULL), self.plan.left
        return ColumnRows(tuple(null if one.column in left else one.generator for one in self.plan.columns))

    def _sent(self, rows: Iterable[Sequence[str]]) -> Iterable[Sequence[str]]:
        """Give rows without what is left to triggers."""
        places = [place for place, chosen in enumerate(self.plan.columns) if chosen.column in self.plan.left]
        return (without(row, places) for row in rows) if places else rows

    def _looked_at(self, begin: int, end: int) -> MadeRows:
        made = list(map(list, columns(self._columns.generators, begin, end)))
        self._repairs.turn_to(begin // BLOCK, end - begin // BLOCK * BLOCK)
        held = dict(self._held(range(begin, end), zip(*made, strict=True), self._mender.quick.rows(made)))
        return MadeRows(joined(self._sent(held.values())), list(held))

    def _held(
        self, numbers: Sequence[int], rows: Iterable[Sequence[str]], read: Iterator[Values]
    ) -> Iterator[tuple[int, Sequence[str]]]:
        """Give the rows that hold all rules, mended where they did not."""
        holds = self._mender.holds
        for number, row, values in zip(numbers, rows, read, strict=True):
            if holds(values):
                yield number, row
            elif (mended := self._repairs.mended(number, row)) is not None:
                yield number, mended

    def again(self, numbers: Iterable[int], turn: int, bans: Collection[Ban] = ()) -> MadeRows:
        """Make rows anew that the server has refused, from turn 1 on; those that can't be made are left out.

        At every other turn they bring what is else left to triggers, which may have found nothing.
        """
        held = self._repairs.again(numbers, turn, bans)
        return MadeRows(joined(held.values() if turn % 2 else self._sent(held.values())), list(held))

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
        keys = [node for rule in self.plan.uniques for node in rule.expressions]
        nodes = [substituted(node, self.plan.rules.generated) for node in keys]
        return frozenset[str]().union(*map(columns_of, nodes))
