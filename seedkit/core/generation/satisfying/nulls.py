"""Makes what a condition asks of NULLs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from seedkit.core.generation.expressions.tree import (
    Call,
    Column,
    IsNull,
    RowOf,
    columns_of,
    without_casts,
)
from seedkit.core.generation.satisfying.moves import Moves
from seedkit.core.generation.satisfying.trials import Solve, Trial

_PARTS = frozenset(("coalesce", "concat", "greatest", "least"))
"""Functions that are NULL where all their arguments are."""


def null_test(node: IsNull, moves: Moves, *, wanted: bool) -> Solve:
    """Make an operand NULL, or not: a row all of its fields, anything else as its columns are."""
    if isinstance(node.operand, RowOf):
        names = [name for item in node.operand.items for name in sorted(columns_of(item))]
        return _all(names, moves, null=wanted)
    bare = without_casts(node.operand)
    if isinstance(bare, Column):
        return lambda trial: _one(bare.name, moves, trial, null=wanted)
    names = sorted(columns_of(bare))
    is_null_with_all = isinstance(bare, Call) and bare.function in _PARTS
    changed = _all if wanted is is_null_with_all else _any
    return changed(names, moves, null=wanted)


def _one(name: str, moves: Moves, trial: Trial, *, null: bool) -> Iterator[Trial]:
    return moves.null(trial, name) if null else moves.fresh(trial, name)


def _all(names: Sequence[str], moves: Moves, *, null: bool) -> Solve:
    """Make each column NULL, or not."""

    def solve(trial: Trial) -> Iterator[Trial]:
        for name in names:
            if (trial.values.get(name) is None) is not null:
                changed = next(_one(name, moves, trial, null=null), None)
                if changed is None:
                    return
                trial = changed
        yield trial

    return solve


def _any(names: Sequence[str], moves: Moves, *, null: bool) -> Solve:
    """Make one of the columns NULL, or not."""

    def solve(trial: Trial) -> Iterator[Trial]:
        for name in names:
            yield from islice(_one(name, moves, trial, null=null), 1)

    return solve
