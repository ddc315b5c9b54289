"""Fills the tables of a planned run in their order, and goes on after errors where nobody named them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from seedkit.core.catalog import Table
from seedkit.core.reports.generation import GeneratedTable
from seedkit.errors import SeedkitError
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.generation.rows import rows_there
from seedkit.runner.generation.course import Course
from seedkit.runner.generation.engine import Engine, EngineRequest, Refine, TableOutcome
from seedkit.runner.generation.kept import telling_what_was_kept
from seedkit.runner.generation.planned import CountPlan
from seedkit.runner.generation.progress import Progress
from seedkit.runner.generation.turns import Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class HowToFill:
    """What decides about values, and what happens between rows; `total` counts the rows that are there in."""

    random_seed: int
    today: date
    total: bool
    commit_every: int | None
    go_on_after_errors: bool
    refine: Refine


@dataclass(slots=True)
class Filling:
    """A run that is planned: its tables are filled in their order."""

    connection: Connection
    how: HowToFill
    plan: CountPlan
    turns: Turns
    course: Course = field(init=False)
    engine: Engine = field(init=False)
    _found: dict[int, GeneratedTable] = field(default_factory=dict)
    _before: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wanted = EngineRequest(
            counts=self.plan.counts,
            random_seed=self.how.random_seed,
            today=self.how.today,
            total=self.how.total,
            refine=self.how.refine,
        )
        self.course = Course(
            turns=self.turns,
            ahead=self.turns.ahead,
            progress=Progress(0),
            commit_every=self.how.commit_every,
        )
        self.engine = Engine(self.connection, wanted, self.plan.tables, self.course)
        if self.how.commit_every is not None and not self.how.total:
            self._before = {table.oid: rows_there(self.connection, table, ()).count for table in self.plan.filled}

    def filled(self) -> list[GeneratedTable]:
        """Fill all tables; what was kept before something went wrong is told."""
        groups = self.engine.groups()
        self.course.progress.steps = len(groups)
        with telling_what_was_kept(self.course.kept, self._to_go_on), explained("generating rows"):
            for group in groups:
                self._fill(group)
        return sorted(self._found.values(), key=lambda table: str(table.table))

    def _fill(self, group: Sequence[int]) -> None:
        names = [self.plan.tables[oid].name for oid in group]
        self.course.progress.begin(names)
        self.course.cuts = len(group) == 1 and self.course.is_cut(self.plan.counts[group[0]])
        if self.course.cuts:
            self.course.commit()
        with self._stopping_or_not(group):
            self._note(group, self.engine.filled(group))
        rows = {self.plan.tables[oid].name: self._found[oid].rows for oid in group}
        self.course.progress.end(names, sum(rows.values()))
        if not self.course.cuts:
            for name, count in rows.items():
                self.course.count(name, count)

    @contextmanager
    def _stopping_or_not(self, group: Sequence[int]) -> Iterator[None]:
        """Have an error stop the run where tables were named, else give up those of the group alone."""
        if not self.how.go_on_after_errors:
            yield
            return

        def give_up(error: SeedkitError) -> None:
            if self.course.cuts:
                self.course.forget()
            self._note(group, [_given_up(self.plan.tables[oid], self.plan.counts[oid], error) for oid in group])

        with self.turns.attempt(give_up, in_pieces=self.course.cuts):
            yield

    def _note(self, group: Sequence[int], outcomes: Sequence[TableOutcome]) -> None:
        for oid, outcome in zip(group, outcomes, strict=True):
            self._found[oid] = _reported(self.plan, oid, outcome)

    def _to_go_on(self) -> str:
        """Write the command that goes on where this run ended."""
        totals = (
            shlex.quote(f"{self.plan.tables[oid].name}={self._before.get(oid, 0) + rows}")
            for oid, rows in self.plan.counts.items()
        )
        options = f"--random-seed {self.how.random_seed} --now {self.how.today} --commit-every {self.how.commit_every}"
        return f"seedkit generate {' '.join(totals)} --top-up {options}"


def _given_up(table: Table, asked: int, error: SeedkitError) -> TableOutcome:
    told = (error.message, error.detail, error.hint and f"hint: {error.hint}")
    reasons = tuple(part for part in told if part)
    return TableOutcome(table=str(table.name), rows=0, asked=asked, reasons=reasons, failed=True)


def _reported(plan: CountPlan, oid: int, outcome: TableOutcome) -> GeneratedTable:
    return GeneratedTable(
        table=plan.tables[oid].name,
        rows=outcome.rows,
        asked=outcome.asked,
        there=outcome.there,
        full=outcome.full,
        failed=outcome.failed,
        parent_of=tuple(plan.parent_of.get(oid, ())),
        reasons=outcome.reasons,
    )
