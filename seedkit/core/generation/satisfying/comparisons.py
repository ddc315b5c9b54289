"""Makes comparisons hold: between columns, with what is computed of others, with lists.

`total = price * quantity` gives the total what the others make of it, `paid <= total` draws what was paid below it. A
side is turned round until a column stands alone: `a + b > c` asks of a to be above c - b.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from seedkit.core.generation.columns.patterns.pieces import NoTextsError, Piece, expression_of_like, expression_pieces
from seedkit.core.generation.expressions.comparing import COMPARISONS, MIRRORED
from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.expressions.tree import (
    ArrayOf,
    Call,
    Column,
    Expression,
    Operation,
    Quantified,
    columns_of,
    without_casts,
)
from seedkit.core.generation.expressions.values import Unevaluated
from seedkit.core.generation.satisfying.compiling import Compiler
from seedkit.core.generation.satisfying.kinds_of_documents import KINDS
from seedkit.core.generation.satisfying.moves import Moves
from seedkit.core.generation.satisfying.reaching import reach
from seedkit.core.generation.satisfying.trials import Solve, Trial

_NEGATED = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "<>", "<>": "="}


def comparison(node: Operation, solvers: Compiler, *, wanted: bool) -> Solve:
    """Solve a comparison: by the side that is a column, the later one first, then by the other, then by drawing."""
    names = sorted(columns_of(node))
    drawing = redrawn(names, solvers.moves)
    if node.left is None or node.operator not in COMPARISONS:
        return _matching(node, solvers, drawing, wanted=wanted)
    operator = node.operator if wanted else _NEGATED[node.operator]
    left, right = node.left, node.right
    sides = [
        (reach(right, solvers), MIRRORED[operator], solvers.truth(left), _order(right)),
        (reach(left, solvers), operator, solvers.truth(right), _order(left)),
    ]
    sides.sort(key=lambda side: side[3])

    def solve(trial: Trial) -> Iterator[Trial]:
        for reached, compared, other, _ in sides:
            bound = other(trial.values)
            if bound is not None and not isinstance(bound, Unevaluated):
                yield from islice(reached(trial, compared, bound), 3)
        yield from drawing(trial)

    return solve


_PATTERNS = ("~~", "~~*", "~", "~*")


def _matching(node: Operation, solvers: Compiler, drawing: Solve, *, wanted: bool) -> Solve:
    """Solve `column LIKE pattern` and `column ~ expression` by a text that is made of the row's pattern."""
    bare = None if node.left is None else without_casts(node.left)
    if not wanted or node.operator not in _PATTERNS or not isinstance(bare, Column):
        return drawing
    pattern, is_like = solvers.truth(node.right), node.operator.startswith("~~")

    def solve(trial: Trial) -> Iterator[Trial]:
        pieces = _pieces(pattern(trial.values), is_like=is_like)
        if pieces is not None:
            yield from solvers.moves.matching(trial, bare.name, pieces)
        yield from drawing(trial)

    return solve


def _pieces(pattern: object, *, is_like: bool) -> tuple[Piece, ...] | None:
    if not isinstance(pattern, str):
        return None
    try:
        return expression_pieces(expression_of_like(pattern) if is_like else pattern)
    except NoTextsError:
        return None


def _order(node: Expression) -> int:
    """Say which side is changed first: a column, before what is computed of several; a document, before its kind."""
    bare = without_casts(node)
    if isinstance(bare, Call) and bare.function in KINDS:
        return -1
    return 0 if isinstance(bare, Column) else len(columns_of(bare)) or 9


def redrawn(names: Sequence[str], moves: Moves) -> Solve:
    """Draw one of the columns again, or all, or make one NULL, which satisfies what compares it."""

    def solve(trial: Trial) -> Iterator[Trial]:
        for name in names:
            yield from islice(moves.fresh(trial, name), 1)
        together: Trial | None = trial
        for name in names:
            together = next(moves.fresh(together or trial, name), together)
        if together is not None:
            yield together
        for name in names:
            yield from moves.null(trial, name)

    return solve


def of_list(node: Quantified, solvers: Compiler, *, wanted: bool) -> Solve:
    """Solve `column = ANY (list)`: one of the list, another one in each row; and its opposite: none of it."""
    items = evaluator(ArrayOf((node.array,)), solvers.surroundings)({})
    reached, drawing = reach(node.left, solvers), redrawn(sorted(columns_of(node)), solvers.moves)
    known = [] if isinstance(items, Unevaluated) or not isinstance(items[0], list) else items[0]
    chosen = (node.operator, node.every, wanted) in (("=", False, True), ("<>", True, False))
    if not chosen or not known:
        return drawing

    def solve(trial: Trial) -> Iterator[Trial]:
        for place in range(len(known)):
            item = known[(trial.number + place) % len(known)]
            if item is not None:
                yield from reached(trial, "=", item)
        yield from drawing(trial)

    return solve
