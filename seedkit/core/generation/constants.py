"""The values of what no column is in."""

from __future__ import annotations

from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.expressions.money import amount_of
from seedkit.core.generation.expressions.tree import ArrayOf, Cast, Expression
from seedkit.core.generation.expressions.values import Unevaluated


def constant_of(node: Expression) -> object:
    """Give the value of what no column is in, of money the amount; None where it has none, or NULL."""
    if isinstance(node, Cast) and node.type == "money":
        return amount_of(constant_of(node.operand))
    value = evaluator(ArrayOf((node,)))({})
    return None if isinstance(value, Unevaluated) else value[0]
