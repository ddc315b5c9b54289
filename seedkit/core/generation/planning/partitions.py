"""Partitions: what their bounds and own CHECKs leave of a row, as one OR, and which of them each row goes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.expressions.tree import And, Expression, Operation, Or, columns_of
from seedkit.core.generation.narrowing import narrowed
from seedkit.core.generation.schema import Check, Leaf, TableRules, UniqueRule
from seedkit.core.generation.spans import Narrowing
from seedkit.core.generation.streams import Stream
from seedkit.core.names import quote_identifier

_MOST = 64
"""So many partitions are spread over; of more, as many of them."""


class PerLeaf(Struct, frozen=True):
    """Values for partitions, `leaves` say by which generator; all columns of a row are those of the same one."""

    generators: tuple[Generator, ...]
    leaves: tuple[int, ...]
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give each row the value for its partition."""
        made: dict[int, list[str]] = {}
        found = []
        for row, drawn in enumerate(self.stream.numbers(rows, 2)):
            leaf = self.leaves[drawn % len(self.leaves)]
            if leaf not in made:
                made[leaf] = list(self.generators[leaf].values(rows))
            found.append(made[leaf][row])
        return found


class Partitions(Struct, frozen=True):
    """A table's partitions: the conditions that rows of each hold, None for any row."""

    conditions: tuple[tuple[Expression, ...] | None, ...]

    @classmethod
    def of(cls, rules: TableRules) -> Partitions:
        """Gather the partitions' bounds and own CHECKs."""
        return cls(tuple(_conditions(leaf, rules.checks) for leaf in rules.leaves))

    @property
    def check(self) -> Iterator[Check]:
        """What every row has to hold, where there is something."""
        if self.conditions and None not in self.conditions:
            branches = tuple(And(condition) for condition in self.conditions if condition)
            yield Check("one of the partitions' bounds", branches[0] if len(branches) == 1 else Or(branches), "")

    def columns(self) -> frozenset[str]:
        """Name the columns that decide about the partition."""
        return frozenset[str]().union(*(columns_of(node) for condition in self.conditions for node in condition or ()))

    def spread(
        self, column: str, checks: Sequence[Expression], make: Callable[[Narrowing], Generator], stream: Stream
    ) -> Generator | None:
        """Make a column's values for each partition; None where these leave the same of it, or don't speak of it."""
        if column not in self.columns():
            return None
        found = self.narrowings(column, checks)
        different = list({repr(narrowing): narrowing for narrowing in found}.values())
        if len(different) == 1:
            return None
        leaves = tuple(different.index(narrowing) for narrowing in found)
        return PerLeaf(tuple(map(make, different)), leaves, stream)

    def narrowings(self, column: str, checks: Sequence[Expression]) -> list[Narrowing]:
        """Say what each partition leaves of a column beside the table's CHECKs."""
        step = max(1, -(-len(self.conditions) // _MOST))
        return [narrowed(column, [*checks, *(condition or ())]) for condition in self.conditions[::step]]

    def hull(self, column: str, narrowing: Narrowing) -> Narrowing:
        """Say what all of them together leave of a column: one of the values that they list, or between their ends."""
        if column not in self.columns() or None in self.conditions:
            return narrowing
        found = [narrowed(column, condition or ()) for condition in self.conditions]
        if all(each.values is not None for each in found):
            return narrowing.one_of([value for each in found for value in each.values or ()])
        spans = [each.span for each in found]
        if any(each.values is not None for each in found):
            return narrowing
        low = None if any(span.low is None for span in spans) else min(spans, key=lambda span: span.low)
        high = None if any(span.high is None for span in spans) else max(spans, key=lambda span: span.high)
        span = narrowing.span
        if low is not None:
            span = span.cut(">=" if low.with_low else ">", low.low)
        if high is not None:
            span = span.cut("<=" if high.with_high else "<", high.high)
        return replace(narrowing, span=span)


def _conditions(leaf: Leaf, checks: Iterable[Check]) -> tuple[Expression, ...] | None:
    own = (check.expression for check in checks if check.partition in (leaf.oid, *leaf.above))
    parts = [*(() if leaf.bound is None else _parts(leaf.bound)), *own]
    return tuple(parts) or None


def _parts(node: Expression) -> Iterator[Expression]:
    """Give what an AND is made of; of the order of several columns, too, what it says of the first."""
    if isinstance(node, And):
        for operand in node.operands:
            yield from _parts(operand)
        return
    yield node
    if isinstance(node, Or) and len(columns_of(node)) > 1:
        for operand in node.operands:
            if isinstance(operand, Operation) and operand.operator in ("<", ">"):
                yield Operation(operand.operator + "=", operand.left, operand.right)


def in_partitions(rule: UniqueRule, rules: TableRules) -> UniqueRule:
    """Have a key that stands on a partition alone speak of the rows that go there."""
    if rule.partition is None:
        return rule
    leaves = [leaf for leaf in rules.leaves if rule.partition in (leaf.oid, *leaf.above)]
    within = [leaf.bound for leaf in leaves if leaf.bound is not None]
    if not within:
        return rule
    there: Expression = within[0] if len(within) == 1 else Or(tuple(within))
    return replace(rule, predicate=there if rule.predicate is None else And((there, rule.predicate)))


def missing_partition(rules: TableRules) -> str | None:
    """Say what to write for a partitioned table that has no partition."""
    if rules.partitioned is None or rules.leaves:
        return None
    table = f"{quote_identifier(rules.table.name.schema)}.{quote_identifier(rules.table.name.name)}"
    rest = f"{quote_identifier(rules.table.name.schema)}.{quote_identifier(rules.table.name.name + '_rest')}"
    bound = "for values with (modulus 1, remainder 0)" if rules.partitioned.startswith("HASH") else "default"
    return f"is partitioned and has no partition: create table {rest} partition of {table} {bound}"
