"""What a table asks of each of its rows, and what of it needs a look."""

from __future__ import annotations

from seedkit.core.generation.expressions.evaluation import Surroundings
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.rows.proofs import always_holds
from seedkit.core.generation.schema import Check, UniqueRule


def looked_at(plan: PlannedTable) -> tuple[list[Check], list[UniqueRule]]:
    """List the rules of a table that rows are looked at for: CHECKs of planned columns, keys that are not built."""
    known = {chosen.column for chosen in plan.columns} | plan.rules.generated.keys()
    parts = [part for check in plan.checks for part in check.parts]
    return [part for part in parts if part.columns and part.columns <= known], list(plan.uniques)


def doubtful(plan: PlannedTable, surroundings: Surroundings) -> tuple[list[Check], list[UniqueRule]]:
    """List the rules that every row is looked at for: those that the columns do not hold by what makes them."""
    checks, uniques = looked_at(plan)
    return [check for check in checks if not always_holds(check, plan, surroundings)], uniques
