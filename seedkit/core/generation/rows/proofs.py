"""CHECKs that every row holds by what makes its column: nobody need look at a row for them."""

from __future__ import annotations

from collections.abc import Mapping

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.columns.blocks import NULL, Generator, without_nulls
from seedkit.core.generation.columns.extents import extent_of
from seedkit.core.generation.columns.parents import Earlier
from seedkit.core.generation.expressions.closures import Evaluate
from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.tree import (
    Column,
    Expression,
    Operation,
)
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.planning.worst_cases import worst_texts
from seedkit.core.generation.row_values import row_reader
from seedkit.core.generation.satisfying.certainty import is_tied
from seedkit.core.generation.schema import Check


def always_holds(check: Check, plan: PlannedTable, surroundings: Surroundings) -> bool:
    """Whether no value that a column is given breaks a CHECK: one of it alone, or one that ties columns.

    It is tried on all of them where they are listed; else on an end, where one end is the worst case.
    """
    if _never_itself(check.expression, plan) or is_tied(check.expression, plan):
        return True
    name = next(iter(check.columns))
    if len(check.columns) > 1 or name in plan.rules.generated:
        return False
    extent = extent_of(plan.chosen(name).generator)
    ways = [texts for texts in (worst_texts(check.expression, extent), extent.texts) if texts is not None]
    if not ways:
        return False
    values = row_reader(plan, [check.expression], [], surroundings).texts[name]
    evaluate = evaluator(check.expression, surroundings)
    null = [NULL] if extent.nulls else []
    return any(all(_allows(evaluate, {name: values[text]}) for text in (*texts, *null)) for texts in ways)


def _never_itself(node: Expression, plan: PlannedTable) -> bool:
    """Whether a CHECK asks of a row not to refer to itself, and the rows that it may refer to are earlier ones."""
    if not isinstance(node, Operation) or node.operator != "<>":
        return False
    if not isinstance(node.left, Column) or not isinstance(node.right, Column):
        return False
    pairs = ((node.left.name, node.right.name), (node.right.name, node.left.name))
    own = {(key.columns, key.referenced_columns) for key in plan.rules.table.foreign_keys if _is_own(key, plan)}
    return any(((name,), (key,)) in own and _is_earlier(plan.chosen(name).generator) for name, key in pairs)


def _is_own(key: ForeignKey, plan: PlannedTable) -> bool:
    return key.leads_to(plan.rules.table.lineage)


def _is_earlier(generator: Generator) -> bool:
    inner = without_nulls(generator)
    return isinstance(inner, Earlier) and inner.null is not None


def _allows(evaluate: Evaluate, row: Mapping[str, object]) -> bool:
    return evaluate(row) is not False
