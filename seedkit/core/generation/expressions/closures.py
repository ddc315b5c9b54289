"""What a compiled expression is: a closure that gives its value on a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from seedkit.core.generation.expressions.tree import Expression
from seedkit.core.generation.expressions.values import NotEvaluatedError

Row = Mapping[str, object]
Evaluate = Callable[[Row], Any]
"""Gives the value of an expression on a row, None for NULL; raises NotEvaluatedError where only the server knows it."""

Compile = Callable[[Expression], Evaluate]
"""Makes a closure of an operand."""


def never(reason: str) -> Evaluate:
    """Make a closure that never has a value."""

    def evaluate(_row: Row) -> object:
        raise NotEvaluatedError(reason)

    return evaluate


def strict(function: Callable[[Sequence[Any]], object], operands: Sequence[Evaluate]) -> Evaluate:
    """Make a closure that gives NULL where an operand is NULL."""

    def evaluate(row: Row) -> object:
        values = [operand(row) for operand in operands]
        return None if None in values else function(values)

    return evaluate
