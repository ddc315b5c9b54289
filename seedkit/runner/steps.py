"""Does the steps of a run in the order of its plan: tables between two seeders together, for few round trips.

They are parted where the triggers of a table may draw from sequences of the tables before it, which are seen to first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from enum import Enum, auto
from itertools import groupby
from typing import TypeAlias

from seedkit.context.run import SeedRun
from seedkit.core.planning.load_plan import LoadPlan, Step, TableStep
from seedkit.core.planning.seeders import Seeder
from seedkit.core.reports.columns import few
from seedkit.core.reports.runs import TableReport
from seedkit.postgres.loading.contradictions import Contradictions
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.loading.ways import load_groups
from seedkit.progress import current
from seedkit.runner.fixture_loads import FixtureLoads
from seedkit.runner.read_ahead import read_ahead
from seedkit.runner.repeatable import sequences_from_the_start
from seedkit.runner.seeders import SeederRuns

_Numbered: TypeAlias = "tuple[int, tuple[Step, ...]]"


class _Kind(Enum):
    """How a group of steps is done; the rows of ASKING tables may need what was loaded before them."""

    SEEDER = auto()
    ASKING = auto()
    TABLES = auto()


@sequences_from_the_start()
def do_steps(run: SeedRun, fixtures: FixtureLoads, seeders: SeederRuns, plan: LoadPlan) -> None:
    """Load the tables and run the seeders of a plan; the run's reports tell what came of it. Raises SeedkitError."""
    places = sorted(plan.drawing)

    def kind(numbered: _Numbered) -> tuple[_Kind, int]:
        number, group = numbered
        parted = bisect_left(places, number)
        if isinstance(group[0], Seeder):
            return _Kind.SEEDER, parted
        steps = (step for step in group if isinstance(step, TableStep))
        return _Kind.ASKING if any(map(fixtures.may_ask, steps)) else _Kind.TABLES, parted

    total, contradictions = len(plan.groups), Contradictions()
    for (found, _), groups in groupby(enumerate(plan.groups, start=1), key=kind):
        numbered = list(groups)
        if numbered[0][0] - 1 in plan.drawing:
            seeders.early.before_rows()
        if found is _Kind.SEEDER:
            for step in (step for group in _announced(numbered, total) for step in group if isinstance(step, Seeder)):
                with current().at("running"):
                    seeders.run_once(step)
            continue
        loads = [[fixtures.load(step) for step in group if isinstance(step, TableStep)] for _, group in numbered]
        with seeders.early.told_of_dry_runs() if plan.drawing else nullcontext():
            reports = _loaded(run, numbered, loads, total, ahead=found is _Kind.TABLES)
        run.reports += reports
        contradictions.refuse(run.connection, loads, reports)
        run.inserted |= {load.table.oid for group in loads for load in group}
    if total in plan.drawing:
        seeders.early.before_rows()
    current().end()


def _loaded(
    run: SeedRun, numbered: Sequence[_Numbered], loads: list[list[TableLoad]], total: int, *, ahead: bool
) -> list[TableReport]:
    """Load groups of tables; plain rows are read ahead, those that ask only when all before them are loaded."""
    if not ahead:
        return load_groups(run.connection, _told(numbered, loads, total))
    with read_ahead(loads) as reading:
        return load_groups(run.connection, _told(numbered, reading, total))


def _told(numbered: Sequence[_Numbered], loads: list[list[TableLoad]], total: int) -> Iterator[list[TableLoad]]:
    return (load for _, load in zip(_announced(numbered, total), loads, strict=True))


def _announced(groups: Iterable[_Numbered], total: int) -> Iterator[tuple[Step, ...]]:
    for number, group in groups:
        current().begin(few([step.name for step in group]), number, total)
        yield group
