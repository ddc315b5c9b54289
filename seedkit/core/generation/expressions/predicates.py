"""Reads LIKE, IN, BETWEEN and the tests that begin with IS, behind what they are about."""

from __future__ import annotations

from collections.abc import Callable

from seedkit.core.generation.expressions.token_stream import TokenStream
from seedkit.core.generation.expressions.tokens import NotReadError
from seedkit.core.generation.expressions.tree import (
    And,
    ArrayOf,
    Expression,
    IsDistinct,
    IsNotNull,
    IsNull,
    IsTruth,
    Not,
    Operation,
    Quantified,
)

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
    word = tokens.take().text
    if word not in _TRUTHS:
        raise NotReadError(f"IS {word.upper()}")
    return IsTruth(left, _TRUTHS[word])
