"""Makes rows anew in the place of those that can't be mended, or that the server has refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from seedkit.core.generation.expressions.evaluation import Surroundings
from seedkit.core.generation.expressions.tree import And, Cast, Column, Constant, Expression, Operation
from seedkit.core.generation.planning.orders import Order, orders_of
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.row_values import row_reader
from seedkit.core.generation.rows.asked import looked_at
from seedkit.core.generation.rows.bans import Ban, without
from seedkit.core.generation.rows.derived_columns import DerivedColumns
from seedkit.core.generation.rows.digests import Digests
from seedkit.core.generation.rows.drawing import Redraws
from seedkit.core.generation.rows.mending import Mender
from seedkit.core.generation.rows.proofs import always_holds
from seedkit.core.generation.rows.rules import key_of, rules_of
from seedkit.core.generation.rows.shortfalls import Shortfall
from seedkit.core.generation.satisfying.moves import Moves, rooms_of
from seedkit.core.generation.satisfying.solvers import Solvers
from seedkit.core.generation.schema import Check
from seedkit.core.generation.streams import BLOCK

_TURNS = 3
"""How often a row that can't be mended is made anew."""

_HOPELESS = 16
"""So many rows of a block can't be mended, and none can, before no further one of it is tried."""

_PATIENCE = 256
"""So many of a block's rows can be lost, and four more for each that was mended, before no further one is tried."""

_APART = 16
"""The attempts of a turn: more than ROUNDS, so that no two turns draw the same."""


@dataclass(slots=True)
class Repairs:
    """Mends the rows of a table, and counts those that can't be: a row is a function of its number and the turn."""

    plan: PlannedTable
    surroundings: Surroundings
    redraws: Redraws
    short: dict[str, Shortfall] = field(default_factory=dict)
    mender: Mender = field(init=False)
    _derived: DerivedColumns = field(init=False)
    _mended: int = 0
    _lost: int = 0

    def __post_init__(self) -> None:
        self._derived = DerivedColumns(self.plan)
        self.mender = _mender(self.plan, self.surroundings, self.redraws)

    def turn_to(self, block: int, rows: int) -> None:
        """Go on with the first rows of a block: what was lost before says nothing of it, whoever makes it."""
        self.redraws.turn_to(block, rows)
        self._mended, self._lost = 0, 0

    def mended(self, number: int, row: Sequence[str]) -> Sequence[str] | None:
        """Give a row that holds all rules, near to one that does not, or made anew; None where there is none."""
        for turn in range(0 if self._is_hopeless else _TURNS):
            texts = row if turn == 0 else self._anew(number, turn * _APART)
            derive, read = self._derived.deriving(number, texts), self.mender.reader.row(texts)
            changed = self.mender.mended(number, read, turn * _APART, derive)
            if changed is not None:
                self._mended += 1
                return self._derived.changed(texts, changed)
        name = self.mender.broken_last
        self.short.setdefault(name, Shortfall(name)).rows += 1
        self._lost += 1
        return None

    @property
    def _is_hopeless(self) -> bool:
        """Whether hardly a row of the block can be mended, as far as can be seen: else there is no end to trying."""
        return self._lost >= (_PATIENCE + 4 * self._mended if self._mended else _HOPELESS)

    def _anew(self, number: int, attempt: int) -> Sequence[str]:
        """Make a row at another attempt: all of it but its keys."""
        row = [
            self.redraws.text(chosen.column, number % BLOCK, 0 if chosen.column in self.plan.fixed else attempt)
            for chosen in self.plan.columns
        ]
        return self._derived.made_again(number, row)

    def again(self, numbers: Iterable[int], turn: int, bans: Collection[Ban]) -> dict[int, Sequence[str]]:
        """Make rows anew that the server has refused, from turn 1 on; those that can't be made are left out."""
        held: dict[int, Sequence[str]] = {}
        base = (_TURNS + turn) * _APART
        mender = self.mender if not bans else _mender(self.plan, self.surroundings, self.redraws, bans)
        mender.seen = self.mender.seen
        for number in numbers:
            self.redraws.turn_to(number // BLOCK, self.redraws.rows if number // BLOCK == self.redraws.block else BLOCK)
            row = self._anew(number, base)
            derive = self._derived.deriving(number, row)
            changed = mender.mended(number, mender.reader.row(row), base, derive)
            if changed is not None:
                held[number] = self._derived.changed(row, changed)
        return held


def _mender(plan: PlannedTable, surroundings: Surroundings, redraws: Redraws, bans: Collection[Ban] = ()) -> Mender:
    checks, uniques = looked_at(plan)
    checks = sorted([*checks, *map(without, bans)], key=lambda check: check.name)
    orders = [_in_order(order, plan.run.today) for order in orders_of(plan)]
    nodes = [check.expression for check in (*checks, *orders)]
    nodes += [rule.predicate for rule in uniques if rule.predicate is not None]
    reader = row_reader(plan, nodes, [key for rule in uniques for key in rule.keys], surroundings)
    solvers = Solvers(Moves(rooms_of(plan), redraws.known_text, reader.texts), surroundings)
    rules = rules_of(checks, plan, surroundings, solvers)
    return Mender(
        rules,
        [rule for rule, check in zip(rules, checks, strict=True) if not always_holds(check, plan, surroundings)],
        [key_of(rule, plan, surroundings, solvers) for rule in uniques],
        reader,
        redraws,
        rules_of(orders, plan, surroundings, solvers),
        {rule.name: Digests() for rule in uniques},
    )


def _in_order(order: Order, today: date) -> Check:
    """Write an order as a CHECK would be."""
    holds: Expression = Operation("<=", Column(order.earlier), Column(order.later))
    if order.past:
        holds = And((holds, Operation("<=", Column(order.later), Cast(Constant(str(today)), "date"))))
    return Check("times in order", holds, "")
