"""The values that a CHECK of one column is worst off with: where it holds for these, it holds for all between them."""

from __future__ import annotations

from seedkit.core.generation.columns.extents import Extent
from seedkit.core.generation.expressions.comparing import MIRRORED, ORDERS
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

_LENGTHS = frozenset(("char_length", "character_length", "length"))
_ORDERED = frozenset(("smallint", "integer", "bigint", "numeric", "real", "double precision", "date"))
_ORDERED |= {"timestamp without time zone", "timestamp with time zone"}
_TEXTS = frozenset(("text", "character varying"))


def worst_texts(expression: Expression, extent: Extent) -> frozenset[str] | None:
    """Give the COPY texts that a CHECK is tried on, NULL aside, to know it of all; None where no end is the worst."""
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
