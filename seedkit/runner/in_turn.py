"""What a run has the server do otherwise while it writes: nodes of a cluster in turn, foreign keys at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from seedkit.context.run import SeedRun
from seedkit.core.catalog import Table
from seedkit.core.planning.load_plan import LoadPlan, TableStep
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.transactions.seeding import shards_in_turn


def written_in_turn(run: SeedRun, plan: LoadPlan, *, fresh: bool, ours: bool) -> AbstractContextManager[None]:
    """Let tables be written in any order, where seeders or TRUNCATE do not keep to the one that Citus wants.

    That takes half as long again, and so is not done for fixtures alone: what all nodes have comes first in a plan.
    """
    in_order = all(isinstance(step, TableStep) for step in plan.steps) and not fresh
    if in_order or not run.catalog.engine.is_citus:
        return nullcontext()
    return shards_in_turn(run.connection, ours=ours)


def foreign_keys_of(
    run: SeedRun, tables: Sequence[Table], loads: Callable[[], Sequence[TableLoad]], *, bulk: bool
) -> AbstractContextManager[None]:
    """Have the foreign keys of empty tables checked at the end, all at once, where that is asked for."""
    if not bulk:
        return nullcontext()
    from seedkit.postgres.loading.bulk_foreign_keys import suspended_foreign_keys

    return suspended_foreign_keys(run.connection, tables, loads())
