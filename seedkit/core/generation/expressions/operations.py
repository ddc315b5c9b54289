"""Operators with their operands: between two values, before one, and against each element of an array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from seedkit.core.generation.expressions.closures import Compile, Evaluate, Row, strict
from seedkit.core.generation.expressions.comparing import COMPARISONS, compared
from seedkit.core.generation.expressions.operators import Operator, operator_named, prefix_named
from seedkit.core.generation.expressions.tree import (
    Cast,
    Collated,
    Column,
    Expression,
    IsDistinct,
    Operation,
    Quantified,
)
from seedkit.core.generation.expressions.values import NotEvaluatedError

_BY_CODE_POINT = frozenset(("C", "POSIX", "ucs_basic"))
_SIMPLE: frozenset[type] = frozenset((int, bool, Decimal, date))


def distinction(node: IsDistinct, compiled: Compile) -> Evaluate:
    """Compile IS DISTINCT FROM."""
    left, right = compiled(node.left), compiled(node.right)

    def evaluate(row: Row) -> bool:
        one, other = left(row), right(row)
        if one is None or other is None:
            return one is not other
        return compared("<>", one, other)

    return evaluate


def operation(node: Operation, compiled: Compile, types: Mapping[str, str]) -> Evaluate:
    """Compile an operator and its operands."""
    right = compiled(node.right)
    if node.left is None:
        prefix = prefix_named(node.operator)
        return strict(lambda values: prefix(values[0]), [right])
    left, operator = compiled(node.left), _operator(node.operator, node.left, node.right)
    is_strict = node.operator != "||" or (_is_text(node.left, types) and _is_text(node.right, types))

    def evaluate(row: Row) -> object:
        one, other = left(row), right(row)
        if one is not None and other is not None:
            return operator(one, other)
        if not is_strict:
            raise NotEvaluatedError("NULL || what may be an array")
        return None

    return evaluate


def _is_text(node: Expression, types: Mapping[str, str]) -> bool:
    """Whether an operand of || is no array for sure: to an array NULL can be joined."""
    match node:
        case Column(name):
            return not types.get(name, "[]").endswith("[]")
        case Cast(_, type_):
            return not type_.endswith("[]")
        case Operation("||", Column() | Cast() | Operation() as left, right):
            return _is_text(left, types) and _is_text(right, types)
        case _:
            return False


def quantified(node: Quantified, compiled: Compile) -> Evaluate:
    """Compile an operator with ANY or ALL."""
    left, array = compiled(node.left), compiled(node.array)
    operator, every = _operator(node.operator, node.left, node.array), node.every

    def evaluate(row: Row) -> bool | None:
        items, value = array(row), left(row)
        if items is None:
            return None
        if not isinstance(items, list):
            raise NotEvaluatedError(f"ANY of {type(items).__name__}")
        return _of_all(operator, value, items, every=every)

    return evaluate


def _operator(name: str, left: Expression, right: Expression) -> Operator:
    """Find the operator; under a collation that is not by code points texts are the server's to compare."""
    collations = {node.collation for node in (left, right) if isinstance(node, Collated)}
    if collations - _BY_CODE_POINT - {"default"}:
        return operator_named(f"{name} collate")
    operator = operator_named(name, by_code_point=bool(collations & _BY_CODE_POINT))
    compare, simple = COMPARISONS.get(name, operator), _simple(name)

    def applied(one: object, other: object) -> object:
        if type(one) is type(other) and type(one) in simple:
            return compare(one, other)
        if type(one) is tuple and type(other) is tuple:
            return _rows_compared(name, one, other)
        return operator(one, other)

    return applied


def _simple(name: str) -> frozenset[type]:
    """List the types whose values Python compares as PostgreSQL does, and at once."""
    if name not in COMPARISONS:
        return frozenset()
    return _SIMPLE | {str} if name in ("=", "<>") else _SIMPLE


def _rows_compared(name: str, left: Sequence[object], right: Sequence[object]) -> bool | None:
    """Compare rows field by field: one pair that differs decides, else a NULL leaves it open."""
    if name not in ("=", "<>") or len(left) != len(right):
        raise NotEvaluatedError(f"rows {name}")
    equal: bool | None = True
    for one, other in zip(left, right, strict=True):
        if one is None or other is None:
            equal = None
        elif not compared("=", one, other):
            return name == "<>"
    return None if equal is None else name == "="


def _of_all(operator: Operator, value: object, items: Sequence[object], *, every: bool) -> bool | None:
    """Apply an operator to each element; none of them is needed to say what ANY and ALL are of an empty array."""
    if not items:
        return every
    if value is None:
        return None
    result: bool | None = every
    for item in items:
        if isinstance(item, list):
            raise NotEvaluatedError("ANY of an array of several dimensions")
        found = None if item is None else operator(value, item)
        if found is None:
            result = None
        elif bool(found) is not every:
            return not every
    return result
