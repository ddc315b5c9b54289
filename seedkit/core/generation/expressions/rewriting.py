"""Says the same in another form."""

from __future__ import annotations

from seedkit.core.generation.expressions.tree import (
    And,
    Expression,
    IsDistinct,
    IsNotNull,
    IsNull,
    Not,
    Operation,
    Or,
    Quantified,
    RowOf,
)

_NEGATED = {
    **{"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "<>", "<>": "="},
    **{"~": "!~", "!~": "~", "~*": "!~*", "!~*": "~*", "~~": "!~~", "!~~": "~~", "~~*": "!~~*", "!~~*": "~~*"},
}


def without_not(node: Expression) -> Expression:
    """Push NOT down to comparisons, where it turns into another operator; what is left of it stands before a value.

    >>> from seedkit.core.generation.expressions.parser import parsed
    >>> without_not(parsed("not (a < 1 or b is null)")) == parsed("a >= 1 and b is not null")
    True
    """
    match node:
        case And(operands):
            return And(tuple(map(without_not, operands)))
        case Or(operands):
            return Or(tuple(map(without_not, operands)))
        case Not(operand):
            return _negated(operand)
        case _:
            return node


def _negated(node: Expression) -> Expression:
    match node:
        case Not(operand):
            return without_not(operand)
        case And(operands):
            return Or(tuple(map(_negated, operands)))
        case Or(operands):
            return And(tuple(map(_negated, operands)))
        case _:
            return _negated_test(node)


def _negated_test(node: Expression) -> Expression:
    match node:
        case IsNull(operand) if not isinstance(operand, RowOf):
            return IsNotNull(operand)
        case IsNotNull(operand) if not isinstance(operand, RowOf):
            return IsNull(operand)
        case Operation(operator, left, right) if operator in _NEGATED and not isinstance(left, RowOf | IsDistinct):
            return Operation(_NEGATED[operator], left, right)
        case Quantified(operator, left, array, every) if operator in _NEGATED:
            return Quantified(_NEGATED[operator], left, array, not every)
        case _:
            return Not(node)
