"""Columns that a CHECK has a value for: `(parent_id is null) = (path = '/')`, which what makes a key may not have."""

from __future__ import annotations

from collections.abc import Iterator, Set

from seedkit.core.generation.expressions.tree import (
    Column,
    Constant,
    Expression,
    Operation,
    nodes_of,
    without_casts,
)
from seedkit.core.generation.schema import TableRules


def watched(rules: TableRules, carriers: Set[str]) -> frozenset[str]:
    """Name the carriers of keys that CHECKs of several columns compare with a value: their keys are looked at then."""
    several = (check for check in rules.checks if len(check.columns) > 1)
    named = {name for check in several for node in nodes_of(check.expression) for name in _named(node)}
    return frozenset(carriers & named)


def _named(node: Expression) -> Iterator[str]:
    if isinstance(node, Operation) and node.left is not None and node.operator == "=":
        sides = without_casts(node.left), without_casts(node.right)
        if any(isinstance(side, Constant) for side in sides):
            yield from (side.name for side in sides if isinstance(side, Column))
