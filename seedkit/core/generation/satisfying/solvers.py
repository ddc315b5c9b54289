"""Makes of a condition what changes rows so that it holds: AND all, OR the branch that asks for least.

`satisfy(expression, true, row)` of the design: compiled once, to closures, and then asked for the rows that break it.
What it gives are proposals, the likeliest first; whether the row holds all its rules then is looked at afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct

from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.substitution import inlined
from seedkit.core.generation.expressions.tree import (
    And,
    Call,
    Case,
    Cast,
    Column,
    Expression,
    IsDistinct,
    IsNotNull,
    IsNull,
    IsTruth,
    Not,
    Operation,
    Or,
    Quantified,
    columns_of,
)
from seedkit.core.generation.satisfying import comparisons, counts, nulls
from seedkit.core.generation.satisfying.moves import Moves
from seedkit.core.generation.satisfying.ranks import is_condition, rank
from seedkit.core.generation.satisfying.trials import Solve, Trial, Truth, nothing, turned

_WIDTH = 4
"""How many proposals for one part of an AND are followed up."""


class Solvers(Struct, frozen=True):
    """Makes solvers for the conditions of a table."""

    moves: Moves
    surroundings: Surroundings

    def __call__(self, node: Expression, *, wanted: bool = True) -> Solve:
        """Make a solver: of the rows that it gives the condition is probably true, or with `wanted` False false."""
        if isinstance(node, Call) and (seen_through := inlined(node, self.surroundings.functions)) is not None:
            return self(seen_through, wanted=wanted)
        solver = _SOLVERS.get(type(node))
        return nothing if solver is None else solver(node, self, wanted)

    def truth(self, node: Expression) -> Truth:
        """Make an evaluator."""
        return evaluator(node, self.surroundings)


def _conjunction(node: And | Or, solvers: Solvers, wanted: bool) -> Solve:  # noqa: FBT001 - see _SOLVERS
    if isinstance(node, And) is not wanted:
        return _one_of(node.operands, solvers, wanted=wanted)
    return _all_of(node.operands, solvers, wanted=wanted)


def _all_of(operands: Sequence[Expression], solvers: Solvers, *, wanted: bool) -> Solve:
    """Mend each part that does not hold, those that ask for least last: they see what the others have done."""
    ordered = sorted(operands, key=lambda operand: -rank(operand, ()))
    parts = [(solvers.truth(operand), solvers(operand, wanted=wanted)) for operand in ordered]

    def solve(trial: Trial) -> Iterator[Trial]:
        return _rest_of(parts, trial, wanted)

    return solve


def _rest_of(parts: Sequence[tuple[Truth, Solve]], trial: Trial, wanted: bool) -> Iterator[Trial]:  # noqa: FBT001
    for place, (truth, solve) in enumerate(parts):
        if truth(trial.values) is not wanted:
            for tried in islice(solve(trial), _WIDTH):
                if truth(tried.values) is not (not wanted):
                    yield from _rest_of(parts[place + 1 :], tried, wanted)
            return
    yield trial


def _one_of(operands: Sequence[Expression], solvers: Solvers, *, wanted: bool) -> Solve:
    """Try the branches, first the one of which most holds already; of those alike another one in each row.

    But not of what is NULL: a key of the column has a value for each row, which would be left out in turn.
    """
    branches = [
        (_missing(operand, solvers, wanted=wanted), rank(operand, operands), solvers(operand, wanted=wanted))
        for operand in operands
    ]
    in_turn = all(weight for _, weight, _ in branches)

    def solve(trial: Trial) -> Iterator[Trial]:
        ordered = turned(branches, trial) if in_turn else branches
        for _, _, solver in sorted(ordered, key=lambda branch: (branch[0](trial), branch[1])):
            yield from islice(solver(trial), _WIDTH * 2)

    return solve


def _missing(node: Expression, solvers: Solvers, *, wanted: bool) -> Callable[[Trial], int]:
    """Count the parts of a branch that do not hold."""
    parts = node.operands if isinstance(node, And if wanted else Or) else (node,)
    truths = [solvers.truth(part) for part in parts]
    return lambda trial: sum(truth(trial.values) is not wanted for truth in truths)


def _negation(node: Not, solvers: Solvers, wanted: bool) -> Solve:  # noqa: FBT001
    return solvers(node.operand, wanted=not wanted)


def _truth_test(node: IsTruth, solvers: Solvers, wanted: bool) -> Solve:  # noqa: FBT001
    if node.truth is None:
        return nulls.null_test(IsNull(node.operand), solvers.moves, wanted=wanted)
    return solvers(node.operand, wanted=node.truth is wanted)


def _case(node: Case, solvers: Solvers, wanted: bool) -> Solve:  # noqa: FBT001
    """Mend the value of the branch that the row is in, else bring it into another one."""
    branches = [
        (solvers.truth(condition), solvers(condition), solvers(value, wanted=wanted))
        for condition, value in node.branches
    ]
    otherwise = solvers(node.otherwise, wanted=wanted)

    def solve(trial: Trial) -> Iterator[Trial]:
        current = next((value for truth, _, value in branches if truth(trial.values) is True), otherwise)
        yield from islice(current(trial), _WIDTH)
        for _, enter, value in branches:
            for tried in islice(enter(trial), _WIDTH):
                yield tried
                yield from islice(value(tried), 1)

    return solve


def _operation(node: Operation, solvers: Solvers, wanted: bool) -> Solve:  # noqa: FBT001
    if node.left is None:
        return nothing
    if node.operator in ("=", "<>") and (_is_condition(node.left, solvers) or _is_condition(node.right, solvers)):
        return _agreement(node.left, node.right, solvers, alike=(node.operator == "=") is wanted)
    return counts.of_comparison(node, solvers, wanted=wanted) or comparisons.comparison(node, solvers, wanted=wanted)


def _distinction(node: IsDistinct, solvers: Solvers, wanted: bool) -> Solve:  # noqa: FBT001
    if _is_condition(node.left, solvers) or _is_condition(node.right, solvers):
        return _agreement(node.left, node.right, solvers, alike=not wanted)
    return comparisons.comparison(Operation("<>", node.left, node.right), solvers, wanted=wanted)


def _is_condition(node: Expression, solvers: Solvers) -> bool:
    return is_condition(node, solvers.surroundings.types)


def _agreement(left: Expression, right: Expression, solvers: Solvers, *, alike: bool) -> Solve:
    """Bring one of two conditions to what the other one is, or is not: the one that asks for least, or in turn."""
    sides = sorted(((left, right), (right, left)), key=lambda pair: rank(pair[0], ()))
    in_turn = rank(left, ()) == rank(right, ()) > 0 and all(map(columns_of, (left, right)))
    made = [
        (solvers(side), solvers(side, wanted=False), solvers.truth(other)) for side, other in sides if columns_of(side)
    ]

    def solve(trial: Trial) -> Iterator[Trial]:
        for make_true, make_false, other in turned(made, trial) if in_turn else made:
            value = other(trial.values)
            if value is True or value is False:
                yield from islice((make_true if value is alike else make_false)(trial), _WIDTH)

    return solve


def _column(node: Column, solvers: Solvers, wanted: bool) -> Solve:  # noqa: FBT001
    return lambda trial: solvers.moves.near(trial, node.name, "=", wanted)


def _cast(node: Cast, solvers: Solvers, wanted: bool) -> Solve:  # noqa: FBT001
    return solvers(node.operand, wanted=wanted) if node.type == "boolean" else nothing


def _call(node: Call, solvers: Solvers, wanted: bool) -> Solve:  # noqa: FBT001
    """Mend `coalesce(condition, …)` by its first argument; other functions by what their columns may be besides."""
    if node.function == "coalesce":
        return solvers(node.arguments[0], wanted=wanted)
    return comparisons.redrawn(sorted(columns_of(node)), solvers.moves)


_SOLVERS: Mapping[type, Callable[[Any, Solvers, bool], Solve]] = {
    And: _conjunction,
    Or: _conjunction,
    Not: _negation,
    IsTruth: _truth_test,
    IsNull: lambda node, solvers, wanted: nulls.null_test(node, solvers.moves, wanted=wanted),
    IsNotNull: lambda node, solvers, wanted: nulls.null_test(IsNull(node.operand), solvers.moves, wanted=not wanted),
    Case: _case,
    Operation: _operation,
    IsDistinct: _distinction,
    Quantified: lambda node, solvers, wanted: comparisons.of_list(node, solvers, wanted=wanted),
    Column: _column,
    Cast: _cast,
    Call: _call,
}
