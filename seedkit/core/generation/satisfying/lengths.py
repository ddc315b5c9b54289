"""Brings texts to a length: of a column, or of several that are joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seedkit.core.generation.expressions.tree import Call, Cast, Collated, Column, Expression, Operation
from seedkit.core.generation.satisfying.compiling import Compiler
from seedkit.core.generation.satisfying.trials import Trial

MEASURES = frozenset(("char_length", "character_length", "length", "octet_length"))
_SAME_LENGTH = frozenset(("lower", "upper", "btrim", "ltrim", "rtrim", "coalesce", "concat", "concat_ws", "reverse"))
_MOST = 10_000


def length_reach(node: Expression, solvers: Compiler) -> Callable[[Trial, str, object], Iterator[Trial]]:
    """Say how the text that an operand is gets a length: its columns in turn, each by what the others leave."""
    names, whole = sorted(_texts(node)), solvers.truth(node)

    def reached(trial: Trial, operator: str, bound: object) -> Iterator[Trial]:
        text, span = whole(trial.values), _lengths(operator, bound)
        if not isinstance(text, str) or span is None:
            return
        for name in reversed(names):
            own = trial.values.get(name)
            others = len(text) - len(own) if isinstance(own, str) else len(text)
            yield from solvers.moves.sized(trial, name, max(0, span[0] - others), span[1] - others)
        yield from _shared(trial, names, span[1], solvers)

    return reached


def _shared(trial: Trial, names: list[str], most: int, solvers: Compiler) -> Iterator[Trial]:
    """Let every column have an equal part of the length."""
    for name in names:
        trial = next(solvers.moves.sized(trial, name, 0, max(0, most - len(names)) // len(names)), trial)
    yield trial


def _texts(node: Expression) -> frozenset[str]:
    """Name the columns whose length counts."""
    match node:
        case Column(name):
            return frozenset((name,))
        case Cast(operand, _) | Collated(operand, _):
            return _texts(operand)
        case Operation("||", left, right) if left is not None:
            return _texts(left) | _texts(right)
        case Call(function, arguments) if function in _SAME_LENGTH:
            return frozenset[str]().union(*map(_texts, arguments))
        case _:
            return frozenset()


def _lengths(operator: str, bound: object) -> tuple[int, int] | None:
    """Give the least and the greatest length that compare so with a bound."""
    if isinstance(bound, bool) or not isinstance(bound, int):
        return None
    match operator:
        case "=":
            return bound, bound
        case "<" | "<=":
            return 0, bound - (operator == "<")
        case ">" | ">=" | "<>":
            return bound + (operator != ">="), _MOST
        case _:
            return None
