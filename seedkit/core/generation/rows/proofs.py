"""CHECKs that every row holds by what makes its column: nobody need look at a row for them."""

from __future__ import annotations

from collections.abc import Mapping

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.columns.blocks import NULL, Generator, without_nulls
from seedkit.core.generation.columns.extents import Extent, extent_of
from seedkit.core.generation.columns.parents import Earlier
from seedkit.core.generation.expressions.closures import Evaluate
from seedkit.core.generation.expressions.comparing import MIRRORED, ORDERS
from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.tree import (
    Call,
    Cast,
    Column,
    Constant,
    Expression,
    IsNotNull,
    Operation,
    columns_of,
)
from seedkit.core.generation.expressions.type_names import without_modifier
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.row_values import row_reader
from seedkit.core.generation.satisfying.certainty import is_tied
from seedkit.core.generation.schema import Check

_LENGTHS = frozenset(("char_length", "character_length", "length"))
_ORDERED = frozenset(("smallint", "integer", "bigint", "numeric", "real", "double precision", "date"))
_ORDERED |= {"timestamp without time zone", "timestamp with time zone"}
_TEXTS = frozenset(("text", "character varying"))


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
    texts = _to_try(check.expression, extent)
    if texts is None:
        return False
    values = row_reader(plan, [check.expression], [], surroundings).texts[name]
    evaluate = evaluator(check.expression, surroundings)
    return all(_allows(evaluate, {name: values[text]}) for text in (*texts, *([NULL] if extent.nulls else [])))


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


def _to_try(expression: Expression, extent: Extent) -> frozenset[str] | None:
    """Give the texts that a CHECK has to be tried on so that it is known for all; None where that is not known."""
    if extent.texts is not None:
        return extent.texts
    if isinstance(expression, IsNotNull) and isinstance(expression.operand, Column) and extent != Extent():
        return frozenset()
    if not isinstance(expression, Operation) or expression.left is None:
        return None
    left, operator, right = expression.left, expression.operator, expression.right
    if not columns_of(left):
        left, operator, right = right, MIRRORED.get(operator, operator), left
    return None if columns_of(right) else _worst(operator, left, right, extent)


def _worst(operator: str, subject: Expression, bound: Expression, extent: Extent) -> frozenset[str] | None:
    """Give the end, or the length, that has to hold where all between the ends do if it does."""
    if isinstance(_without_casts(subject, _ORDERED), Column) and operator in ORDERS:
        return _only(extent.high if operator in ("<", "<=") else extent.low)
    text = _without_casts(subject, _TEXTS)
    if isinstance(text, Column) and operator == "<>" and _without_casts(bound, _TEXTS) == Constant(""):
        return frozenset() if extent.shortest else None
    if isinstance(text, Call) and text.function in _LENGTHS and operator in ORDERS:
        length = extent.longest if operator in ("<", "<=") else extent.shortest
        of_column = isinstance(_without_casts(text.arguments[0], _TEXTS), Column)
        return _only("x" * length) if length is not None and of_column else None
    return None


def _only(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset((text,))


def _without_casts(node: Expression, types: frozenset[str]) -> Expression:
    """Give what stands below casts to some types, which keep the order, or the length, of values."""
    while isinstance(node, Cast) and without_modifier(node.type) in types:
        node = node.operand
    return node
