"""The order in which tables of a cluster are written, and what is done where a run can't keep to one."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from seedkit.context.run import SeedRun
from seedkit.core.planning.load_plan import LoadPlan, TableStep
from seedkit.postgres.transactions.seeding import shards_in_turn


def written_in_turn(run: SeedRun, plan: LoadPlan, *, fresh: bool, ours: bool) -> AbstractContextManager[None]:
    """Let tables be written in any order, where seeders or TRUNCATE do not keep to the one that Citus wants.

    That takes half as long again, and so is not done for fixtures alone: what all nodes have comes first in a plan.
    """
    in_order = all(isinstance(step, TableStep) for step in plan.steps) and not fresh
    if in_order or not run.catalog.engine.is_citus:
        return nullcontext()
    return shards_in_turn(run.connection, ours=ours)
