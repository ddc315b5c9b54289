"""Makes so many of several conditions true: `num_nonnulls(a, b, c) = 1`, or a sum of truths; which, turns by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from seedkit.core.generation.expressions.comparing import COMPARISONS, MIRRORED
from seedkit.core.generation.expressions.tree import (
    Call,
    Case,
    Cast,
    Constant,
    Expression,
    IsNotNull,
    IsNull,
    Operation,
    columns_of,
)
from seedkit.core.generation.satisfying.compiling import Compiler
from seedkit.core.generation.satisfying.ranks import is_condition
from seedkit.core.generation.satisfying.trials import Solve, Trial, Truth


def of_comparison(node: Operation, solvers: Compiler, *, wanted: bool) -> Solve | None:
    """Solve a comparison of a count with a number; None for any other."""
    if node.left is None or node.operator not in COMPARISONS:
        return None
    counted, operator, other = node.left, node.operator, node.right
    if columns_of(other):
        counted, operator, other = other, MIRRORED[operator], counted
    bound = solvers.truth(other)({})
    conditions = _counted(counted, solvers.surroundings.types)
    if conditions is None or columns_of(other) or isinstance(bound, bool) or not isinstance(bound, int):
        return None
    compare = COMPARISONS[operator]
    sizes = [size for size in range(len(conditions) + 1) if compare(size, bound) is wanted]
    parts = [(solvers(part), solvers(part, wanted=False), solvers.truth(part)) for part in conditions]
    return lambda trial: _chosen(parts, sizes, trial)


def counted_ones(node: Operation, types: Mapping[str, str]) -> tuple[list[Expression], int] | None:
    """Take `num_nonnulls(…) = 1` and its like apart: what is counted, and how many there have to be."""
    for counted, other in ((node.left, node.right), (node.right, node.left)):
        conditions = None if counted is None else _counted(counted, types)
        if node.operator == "=" and conditions is not None and isinstance(other, Constant):
            return (conditions, other.value) if type(other.value) is int else None
    return None


def _counted(node: Expression, types: Mapping[str, str]) -> list[Expression] | None:
    """List the conditions that a count counts; a number of a domain is cast to integer, too, and is none."""
    match node:
        case Call("num_nonnulls", arguments):
            return [IsNotNull(argument) for argument in arguments]
        case Call("num_nulls", arguments):
            return [IsNull(argument) for argument in arguments]
        case Operation("+", left, right) if left is not None:
            first, second = _counted(left, types), _counted(right, types)
            return None if first is None or second is None else [*first, *second]
        case Cast(operand, "integer") if columns_of(operand) and is_condition(operand, types):
            return [operand]
        case Case(((condition, Constant(1)),), Constant(0)):
            return [condition]
        case _:
            return None


def _chosen(parts: Sequence[tuple[Solve, Solve, Truth]], sizes: Sequence[int], trial: Trial) -> Iterator[Trial]:
    """Give the choices of so many parts, beginning at another one for each row; first the nearest number of them."""
    current = sum(truth(trial.values) is True for _, _, truth in parts)
    for size in sorted(sizes, key=lambda size: abs(size - current)):
        for first in range(len(parts)):
            begin = (trial.number + first) % len(parts)
            wanted = {(begin + step) % len(parts) for step in range(size)}
            made = _made(parts, wanted, trial)
            if made is not None:
                yield made


def _made(parts: Sequence[tuple[Solve, Solve, Truth]], wanted: set[int], trial: Trial) -> Trial | None:
    for place, (make_true, make_false, truth) in enumerate(parts):
        if (truth(trial.values) is True) is not (place in wanted):
            changed = next((make_true if place in wanted else make_false)(trial), None)
            if changed is None:
                return None
            trial = changed
    return trial
