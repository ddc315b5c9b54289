"""Ties columns to each other by construction, where a CHECK of two says how: few rows are left to be mended then.

Tied are comparisons of two columns (`ends_on >= starts_on`: the greater one is moved), what is NULL by a state
(`(status = 'done') = (done_at is not null)`, `status <> 'paid' or paid_at is not null`), and which of several columns
has a value (`num_nonnulls(a, b) = 1`). A column is tied once, and moved only as a repair might move it; what does not
fit is left to the repairs. Nothing hangs on the order of columns or CHECKs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.generation.columns.blocks import Constant, Generator, Sometimes, without_nulls
from seedkit.core.generation.expressions.comparing import MIRRORED, ORDERS
from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.rewriting import without_not
from seedkit.core.generation.expressions.tree import NULL as NULL_CONSTANT
from seedkit.core.generation.expressions.tree import (
    Column,
    Expression,
    IsNotNull,
    IsNull,
    Operation,
    Or,
    columns_of,
    without_casts,
)
from seedkit.core.generation.planning.orders import Order, is_of_a_life
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.reading import read_column
from seedkit.core.generation.satisfying.certainty import has_texts, is_known, is_sure_beyond
from seedkit.core.generation.satisfying.counts import counted_ones
from seedkit.core.generation.satisfying.dependent import Beyond, Turn, Where
from seedkit.core.generation.satisfying.ladders import Ends
from seedkit.core.generation.satisfying.moves import Room


def tied(
    plan: PlannedTable, surroundings: Surroundings, rooms: Mapping[str, Room], orders: Sequence[Order] = ()
) -> PlannedTable:
    """Give a table's plan with columns that hang on others, as its CHECKs ask; times in the order that they mean."""
    knots = _Knots(plan, surroundings, rooms, {chosen.column: chosen.generator for chosen in plan.columns})
    for check in sorted(plan.checks, key=lambda check: check.name):
        for part in check.parts:
            knots.part = part.expression
            knots.tie(without_not(part.expression))
    knots.put_in_order(orders)
    if not knots.tied:
        return plan
    return replace(
        plan, columns=tuple(replace(chosen, generator=knots.generators[chosen.column]) for chosen in plan.columns)
    )


class _Knots(Struct):
    """The generators of a table's columns while some are tied to others."""

    plan: PlannedTable
    surroundings: Surroundings
    rooms: Mapping[str, Room]
    generators: dict[str, Generator]
    tied: set[str] = field(default_factory=set)
    leaned_on: set[str] = field(default_factory=set)
    part: Expression = NULL_CONSTANT

    def tie(self, node: Expression) -> None:
        """Tie a column, if the condition is of a kind that says how."""
        if isinstance(node, Or):
            self._tie_branches(node)
        elif isinstance(node, Operation) and node.left is not None and node.operator in ORDERS:
            self._tie_order(node.operator, node.left, node.right)
        elif isinstance(node, Operation) and node.left is not None and node.operator == "=":
            self._tie_turns(node)
            for test, condition in ((node.left, node.right), (node.right, node.left)):
                self._tie_null(test, condition, opposite=True)

    def put_in_order(self, orders: Sequence[Order]) -> None:
        """Tie times to those that are not of the row's life, and to what is moved then: a life's own are in order."""
        moved = {name for name, generator in self.generators.items() if not is_of_a_life(generator)}
        waiting = list(orders)
        while due := [order for order in waiting if moved & {order.earlier, order.later}]:
            for order in due:
                waiting.remove(order)
                sides = _sides(order, moved, list(self.generators))
                tied = next((side for side in sides if self._orders(side[0], side[2], of_one_type=False)), None)
                if tied is not None:
                    self._move_time(*tied, self.plan.run.today if order.past else None)
                    moved.add(tied[0])

    def _tie_branches(self, node: Or) -> None:
        """Tie `a IS NULL OR a > b`, which is the comparison, and `state <> 'paid' OR paid_at IS NOT NULL`."""
        rest = [branch for branch in node.operands if not isinstance(branch, IsNull)]
        others = [branch for branch in node.operands if isinstance(branch, IsNull)]
        if len(rest) == 1 and all(columns_of(other) <= columns_of(rest[0]) for other in others):
            self.tie(rest[0])
        elif len(node.operands) == 2:
            for test, condition in (node.operands, node.operands[::-1]):
                self._tie_null(test, condition, opposite=False)

    def _tie_order(self, operator: str, left: Expression, right: Expression) -> None:
        one, other = without_casts(left), without_casts(right)
        if not isinstance(one, Column) or not isinstance(other, Column) or one.name == other.name:
            return
        if one.name not in self.generators or other.name not in self.generators:
            return
        sides = [(one.name, operator, other.name), (other.name, MIRRORED[operator], one.name)]
        for name, compared, bound in sorted(sides, key=lambda side: side[1] in ("<", "<=")):
            if self._orders(name, bound):
                self._move(name, compared, bound)
                return

    def _move(self, name: str, compared: str, bound: str) -> None:
        room = self.rooms[name]
        made = Beyond(self.generators[name], self.generators[bound], compared, room.facts, room.ends)
        self._put(name, bound, replace(made, holds=self.part) if is_sure_beyond(made) else made)

    def _move_time(self, name: str, compared: str, bound: str, last: date | None) -> None:
        """Move a time beside another one, but no NULL; where there is a last day, not past that."""
        room, own = self.rooms[name], self.generators[name]
        ends = room.ends if last is None else _no_later(room, last)
        made = Beyond(without_nulls(own), self.generators[bound], compared, room.facts, ends)
        self._put(name, bound, replace(own, inner=made) if isinstance(own, Sometimes) else made)

    def _orders(self, name: str, bound: str, *, of_one_type: bool = True) -> bool:
        """Whether a column may be moved beside another one, which has the same type, or a day beside a moment."""
        room = self.rooms.get(name)
        if room is None or room.built or room.ladder is None:
            return False
        same = self.plan.rules.table.column(bound).base_type == room.facts.column.base_type
        return (same or (not of_one_type and room.facts.kind != "date")) and self._is_free(name)

    def _tie_null(self, test: Expression, condition: Expression, *, opposite: bool) -> None:
        """Make a column NULL, or not, where a condition of another one holds; of OR: where it does not hold."""
        operand = without_casts(test.operand) if isinstance(test, IsNull | IsNotNull) else None
        names = sorted(columns_of(condition))
        if not isinstance(operand, Column) or len(names) != 1 or not self._may_be_null(operand.name):
            return
        texts = _texts(self.rooms.get(names[0]), condition, self.surroundings, wanted=opposite)
        if texts is None or names[0] == operand.name or names[0] in self.tied:
            return
        inner, other = self.generators[operand.name], self.generators[names[0]]
        where = Where(inner, without_nulls(inner), other, texts, isinstance(test, IsNull), opposite)
        sure = is_known(where.known) and has_texts(other, self.rooms[names[0]].listed or ())
        self._put(operand.name, names[0], replace(where, holds=self.part) if sure else where)

    def _tie_turns(self, node: Operation) -> None:
        """Let columns of which so many have a value have it in turn."""
        counted = counted_ones(node, self.surroundings.types)
        names = [] if counted is None else list(_tested(counted[0]))
        if counted is None or len(names) != len(counted[0]) or not all(map(self._may_be_null, names)):
            return
        for place, name in enumerate(names):
            known = without_nulls(self.generators[name])
            sure = self.part if is_known(known) else None
            self._put(name, None, Turn(known, place, len(names), counted[1], sure))

    def _may_be_null(self, name: str) -> bool:
        room = self.rooms.get(name)
        if room is None or not room.nullable or room.together != (name,) or not self._is_free(name):
            return False
        return not isinstance(self.generators[name], Constant)

    def _is_free(self, name: str) -> bool:
        return name not in self.tied and name not in self.leaned_on

    def _put(self, name: str, other: str | None, generator: Generator) -> None:
        self.generators[name] = generator
        self.tied.add(name)
        if other is not None:
            self.leaned_on.add(other)


def _sides(order: Order, moved: Collection[str], names: Sequence[str]) -> list[tuple[str, str, str]]:
    """Say which of two times may move beside the other: first one of a life, of the columns' `names`.

    What is of none moves for no column behind it in the table: one that is added later has no part in its values.
    """
    sides = [(order.later, ">=", order.earlier), (order.earlier, "<=", order.later)]
    sides.sort(key=lambda side: side[0] in moved)
    return [side for side in sides if side[0] not in moved or names.index(side[0]) > names.index(side[2])]


def _texts(
    room: Room | None, condition: Expression, surroundings: Surroundings, *, wanted: bool
) -> frozenset[str] | None:
    """List the COPY texts of a column of few values for which a condition is true, or false."""
    if room is None or room.listed is None:
        return None
    evaluate, read = evaluator(condition, surroundings), read_column(room.facts.column)
    truths = {text: evaluate({room.facts.column.name: read(text)}) for text in room.listed}
    known = all(truth in (True, False) for truth in truths.values())
    return frozenset(text for text, truth in truths.items() if truth is wanted) if known else None


def _no_later(room: Room, last: date) -> Ends:
    """Give the ends of a column's times that lie in the past."""
    low, high = room.ends
    steps = None if room.ladder is None else room.ladder.steps(last)
    return low, high if steps is None else int(steps) if high is None else min(high, int(steps))


def _tested(conditions: list[Expression]) -> Iterator[str]:
    for condition in conditions:
        operand = without_casts(condition.operand) if isinstance(condition, IsNotNull) else None
        if isinstance(operand, Column):
            yield operand.name
