"""AND, OR, NOT and the tests that begin with IS, in three-valued logic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seedkit.core.generation.expressions.closures import Compile, Evaluate, Row
from seedkit.core.generation.expressions.tree import And, IsNotNull, IsNull, IsTruth, Not, Or
from seedkit.core.generation.expressions.values import NotEvaluatedError, ServerRefusesError


def conjunction(node: And, compiled: Compile) -> Evaluate:
    """Compile AND: one that is false decides."""
    return _junction([compiled(operand) for operand in node.operands], decides=False)


def disjunction(node: Or, compiled: Compile) -> Evaluate:
    """Compile OR: one that is true decides."""
    return _junction([compiled(operand) for operand in node.operands], decides=True)


def _junction(operands: Sequence[Evaluate], *, decides: bool) -> Evaluate:
    """Join truths: one that is `decides` decides, else what is not known, else NULL, else the opposite."""

    def evaluate(row: Row) -> bool | None:
        result: bool | None = not decides
        unknown: NotEvaluatedError | None = None
        for operand in operands:
            try:
                value = operand(row)
            except ServerRefusesError:
                raise  # the server evaluates in this order, too
            except NotEvaluatedError as error:
                unknown = error
                continue
            if value is decides:
                return value is True
            if value is None:
                result = None
        if unknown is not None:
            raise unknown
        return result

    return evaluate


def negation(node: Not, compiled: Compile) -> Evaluate:
    """Compile NOT."""
    operand = compiled(node.operand)

    def evaluate(row: Row) -> bool | None:
        value = operand(row)
        return None if value is None else not value

    return evaluate


def null_test(node: IsNull, compiled: Compile) -> Evaluate:
    """Compile IS NULL."""
    operand = compiled(node.operand)

    def evaluate(row: Row) -> bool:
        value = operand(row)
        return value is None or (type(value) in _COMPOUND and all(part is None for part in _parts(value)))

    return evaluate


def not_null_test(node: IsNotNull, compiled: Compile) -> Evaluate:
    """Compile IS NOT NULL."""
    operand = compiled(node.operand)

    def evaluate(row: Row) -> bool:
        value = operand(row)
        return value is not None and (type(value) not in _COMPOUND or all(part is not None for part in _parts(value)))

    return evaluate


_COMPOUND = frozenset((tuple, dict))


def _parts(value: Mapping[str, object] | Sequence[object]) -> Sequence[object]:
    """Give what `IS NULL` looks at: the fields of a row."""
    return tuple(value.values()) if isinstance(value, Mapping) else tuple(value)


def truth_test(node: IsTruth, compiled: Compile) -> Evaluate:
    """Compile IS TRUE, IS FALSE and IS UNKNOWN."""
    operand, truth = compiled(node.operand), node.truth
    return lambda row: operand(row) is truth
