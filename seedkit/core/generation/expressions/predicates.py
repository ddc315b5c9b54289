"""Reads LIKE, IN, BETWEEN and the tests that begin with IS, behind what they are about."""

from __future__ import annotations

from collections.abc import Callable

from seedkit.core.generation.expressions.token_stream import TokenStream
from seedkit.core.generation.expressions.tokens import NotReadError
from seedkit.core.generation.expressions.tree import (
    And,
    ArrayOf,
    Call,
    Constant,
    Expression,
    IsDistinct,
    IsNotNull,
    IsNull,
    IsTruth,
    Not,
    Operation,
    Quantified,
)

IS_JSON = "is json"
"""Stands as a function for `IS JSON OBJECT` and its like: of a value and `value`, `object`, `array` or `scalar`."""

Tight = Callable[[], Expression]
"""Reads an operand that binds more tightly than the predicate."""

_LIKE_OPERATORS = {"like": "~~", "ilike": "~~*"}
_TRUTHS = {"true": True, "false": False, "unknown": None}


def comparison_by_word(left: Expression, tokens: TokenStream, operand: Tight) -> Expression | None:
    """Read LIKE, ILIKE, IN or BETWEEN, with NOT or without; None where none of them comes next."""
    negated = tokens.took("not")
    found = _compared(left, tokens, operand)
    if not negated:
        return found
    if found is None:
        raise NotReadError(f"{tokens.next.text!r} after NOT")
    return Not(found)


def _compared(left: Expression, tokens: TokenStream, operand: Tight) -> Expression | None:
    for word, operator in _LIKE_OPERATORS.items():
        if tokens.took(word):
            return Operation(operator, left, operand())
    if tokens.took("in", "("):
        return Quantified("=", left, ArrayOf(_until_closed(tokens, operand)), every=False)
    if tokens.took("between"):
        lowest = operand()
        tokens.expect("and")
        return And((Operation(">=", left, lowest), Operation("<=", left, operand())))
    return None


def _until_closed(tokens: TokenStream, operand: Tight) -> tuple[Expression, ...]:
    items = [operand()]
    while tokens.took(","):
        items.append(operand())
    tokens.expect(")")
    return tuple(items)


def is_test(left: Expression, tokens: TokenStream, operand: Tight) -> Expression | None:
    """Read IS NULL, IS TRUE, IS DISTINCT FROM and their like; None where no IS comes next."""
    if not tokens.took("is"):
        return None
    negated = tokens.took("not")
    if tokens.took("null"):
        return IsNotNull(left) if negated else IsNull(left)
    test = _tested(left, tokens, operand)
    return Not(test) if negated else test


def _tested(left: Expression, tokens: TokenStream, operand: Tight) -> Expression:
    if tokens.took("distinct", "from"):
        return IsDistinct(left, operand())
    if tokens.took("json"):
        return _of_json(left, tokens)
    word = tokens.take().text
    if word not in _TRUTHS:
        raise NotReadError(f"IS {word.upper()}")
    return IsTruth(left, _TRUTHS[word])


def _of_json(left: Expression, tokens: TokenStream) -> Expression:
    kind = next((kind for kind in ("value", "object", "array", "scalar") if tokens.took(kind)), "value")
    if tokens.took("with"):
        raise NotReadError("IS JSON WITH UNIQUE KEYS")
    return Call(IS_JSON, (left, Constant(kind)))
