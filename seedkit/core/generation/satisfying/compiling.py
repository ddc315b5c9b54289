"""What the parts of the solver know of each other."""

from __future__ import annotations

from typing import Protocol

from seedkit.core.generation.expressions.evaluation import Surroundings
from seedkit.core.generation.expressions.tree import Expression
from seedkit.core.generation.satisfying.moves import Moves
from seedkit.core.generation.satisfying.trials import Solve, Truth


class Compiler(Protocol):
    """Makes solvers of conditions, and evaluators."""

    @property
    def moves(self) -> Moves:
        """What columns may be changed to."""
        ...

    @property
    def surroundings(self) -> Surroundings:
        """What expressions depend on beside the row."""
        ...

    def __call__(self, node: Expression, *, wanted: bool = True) -> Solve:
        """Make a solver."""
        ...

    def truth(self, node: Expression) -> Truth:
        """Make an evaluator."""
        ...
