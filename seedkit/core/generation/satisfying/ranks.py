"""Which part of a condition is changed first: what a row means stays, and what follows from it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seedkit.core.generation.expressions.comparing import COMPARISONS
from seedkit.core.generation.expressions.tree import (
    And,
    Call,
    Case,
    Column,
    Constant,
    Expression,
    IsDistinct,
    IsNotNull,
    IsNull,
    IsTruth,
    Not,
    Operation,
    Or,
    Quantified,
    columns_of,
    without_casts,
)

_CONDITIONS = (And, Or, Not, IsNull, IsNotNull, IsTruth, IsDistinct, Quantified)
_TESTS = frozenset((*COMPARISONS, "~", "!~", "~*", "!~*", "~~", "!~~", "~~*", "!~~*", "@>", "<@", "&&", "?"))


def is_condition(node: Expression, types: Mapping[str, str]) -> bool:
    """Whether an operand is true or false, and not some other value, by the types of columns."""
    bare = without_casts(node)
    if isinstance(bare, _CONDITIONS) or (isinstance(bare, Constant) and isinstance(bare.value, bool)):
        return True
    if isinstance(bare, Operation):
        return bare.operator in _TESTS and bare.left is not None
    if isinstance(bare, Case):
        return all(is_condition(value, types) for _, value in bare.branches)
    return isinstance(bare, Column) and types.get(bare.name) == "boolean"


def rank(node: Expression, siblings: Sequence[Expression]) -> int:
    """Say how much it takes from a row to change it, 0 the least: tests for NULL, comparisons, states and lists.

    A column that other branches of the same OR give a value rather has that than NULL.
    """
    if isinstance(node, IsNull):
        others = [columns_of(sibling) for sibling in siblings if sibling is not node]
        return 3 if any(columns_of(node) & other for other in others) else 0
    if isinstance(node, Not | IsTruth):
        return rank(node.operand, siblings)
    if isinstance(node, And | Or):
        return max((rank(operand, ()) for operand in node.operands), default=0)
    if isinstance(node, Operation) and node.left is not None:
        between_columns = columns_of(node.left) and columns_of(node.right)
        return 1 if between_columns or node.operator not in ("=", "<>") else 2
    return 0 if isinstance(node, IsNotNull | Call) else 2
