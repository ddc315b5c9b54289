"""Keys of constants, as in `unique ((1))`: where all rows have nothing else in their key there is one row."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.expressions.tree import Expression, columns_of
from seedkit.core.generation.expressions.values import Unevaluated
from seedkit.core.generation.planning.capacity import Capacity
from seedkit.core.generation.schema import UniqueRule


def without_constants(rule: UniqueRule) -> UniqueRule:
    """Leave out of a key what is the same in every row, where it says more."""
    keys = tuple(key for key in rule.keys if not _is_constant(key))
    return replace(rule, keys=keys) if keys and len(keys) < len(rule.keys) else rule


def of_constants(rules: Iterable[UniqueRule]) -> dict[str, Capacity]:
    """Give the keys of constants alone that speak of every row, by their names: each leaves room for one."""
    return {
        rule.name: Capacity(1, rule.name)
        for rule in rules
        if rule.predicate is None and all(map(_is_constant, rule.keys))
    }


def _is_constant(node: Expression) -> bool:
    """Whether an expression has the same value in every row, which is known and not NULL."""
    value = None if columns_of(node) else evaluator(node)({})
    return value is not None and not isinstance(value, Unevaluated)
