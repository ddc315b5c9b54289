"""Fills the tables of a planned run in their order, and goes on after errors where nobody named them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from seedkit.core.catalog import Table
from seedkit.core.reports.columns import few
from seedkit.core.reports.generation import GeneratedTable
from seedkit.errors import LoadError, SeedkitError, lines
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.generation.asking import AskedSchema
from seedkit.postgres.generation.looks import looked_at
from seedkit.postgres.generation.rows import rows_there
from seedkit.postgres.rights import GENERATING, rights_told
from seedkit.postgres.sequences.feeding import read_feeding_of
from seedkit.progress import current
from seedkit.runner.generation.filling.at_the_end import AtTheEnd
from seedkit.runner.generation.filling.course import Course
from seedkit.runner.generation.filling.engine import Engine, EngineRequest
from seedkit.runner.generation.filling.outcomes import TableOutcome
from seedkit.runner.generation.filling.own_ids import said_of_triggers, telling_of_triggers
from seedkit.runner.generation.kept import telling_what_was_kept
from seedkit.runner.generation.planning.orphans import refuse_orphans
from seedkit.runner.generation.planning.planned import CountPlan
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.turns import Turns
from seedkit.runner.generation.waits import whose_lock_told

if TYPE_CHECKING:
    from seedkit.runner.generation.out.gathered import Gathered


@dataclass(slots=True)
class Filling:
    """A run that is planned: its tables are filled in their order; made on the path on which the schema was asked."""

    connection: Connection
    request: GenerationRequest
    plan: CountPlan
    turns: Turns
    schema: AskedSchema
    at_the_end: AtTheEnd
    gathered: Gathered | None = None
    course: Course = field(init=False)
    engine: Engine = field(init=False)
    _found: dict[int, GeneratedTable] = field(default_factory=dict)
    _before: dict[int, int] = field(default_factory=dict)
    _steps: int = 0

    def __post_init__(self) -> None:
        wanted = EngineRequest(
            counts=self.plan.counts,
            random_seed=self.request.random_seed,
            today=self.request.today,
            locale=self.request.locale,
            total=self.request.total,
            refine=self.request.said.refine(self.plan.said, self.connection),
            hidden=self.request.said.secrets.hidden,
            per=self.plan.per,
            workers=self.request.workers,
            like_existing=self.request.like_existing,
        )
        self.course = Course(
            turns=self.turns,
            progress=current(),
            commit_every=self.request.commit_every,
            gathered=self.gathered,
        )
        feeding, here = read_feeding_of(self.connection, self.plan.counts, self.plan.draws)
        self.turns.ahead.known = here.sequences
        self.turns.ahead.feeding = feeding if self.request.commit_every is None else None
        fed, rules = feeding.sequences, self.schema.rules
        self.engine = Engine(self.connection, wanted, self.plan.tables, fed, self.course, asked=rules)
        if self.turns.ours:  # what a caller has in the same transaction may not hold yet
            self.at_the_end.waiting = self.schema.deferred.fetchall()
        if self.request.commit_every is not None and not self.request.total:
            self._before = {table.oid: _rows_before(self, table) for table in self.plan.filled}

    def filled(self) -> list[GeneratedTable]:
        """Fill all tables; what was kept before something went wrong is told."""
        groups = self.engine.groups()
        self._steps = len(groups)
        self.course.progress.measure = self._share
        go_on = partial(_command_to_go_on, self.request, self.plan, self._before)
        with telling_what_was_kept(self.course.kept, go_on), explained("generating rows"):
            for number, group in enumerate(groups, start=1):
                self._fill(group, number)
            self.course.progress.end()
        return sorted(self._found.values(), key=lambda table: str(table.table))

    def _share(self) -> float:
        """Tell the share of the rows that were sent, of all that are asked for."""
        asked = {self.plan.tables[oid].name: rows for oid, rows in self.plan.counts.items()}
        sent = sum(min(rows, asked.get(name, 0)) for name, rows in self.course.sent_rows.copy().items())
        return sent / max(1, sum(asked.values()))

    def _fill(self, group: Sequence[int], number: int) -> None:
        names = few([str(self.plan.tables[oid].name) for oid in group])
        asked = sum(self.plan.counts[oid] for oid in group)
        self.course.progress.begin(names, number, self._steps, of=asked)
        self.course.cuts = len(group) == 1 and self.course.is_cut(self.plan.counts[group[0]])
        if self.course.cuts:
            self.course.commit()
        of_triggers = telling_of_triggers(self.request, self.plan, group)
        with self._stopping_or_not(group), of_triggers, _explained(self, group):
            refuse_orphans(self.plan, group, self._found, alone=not self.request.names_tables)
            self._refuse_drawn_keys(group)
            self.at_the_end.refuse_left_out(group)
            with self.at_the_end.checked_early(group, cut=self.course.cuts):
                outcomes = self.engine.filled(group)
            self.at_the_end.check_circle(group)
            self._note(group, outcomes)
        rows = {self.plan.tables[oid].name: self._found[oid].rows for oid in group}
        if self.course.cuts:
            self.course.commit()
        else:
            for name, count in rows.items():
                self.course.count(name, count)

    def _refuse_drawn_keys(self, group: Sequence[int]) -> None:
        if self.gathered is not None:
            from seedkit.runner.generation.out.drawn_keys import refuse_drawn_keys

            refuse_drawn_keys(group, self.plan.tables, self.engine.rules.tables)

    @contextmanager
    def _stopping_or_not(self, group: Sequence[int]) -> Iterator[None]:
        """Have an error stop the run where tables were named, else give up those of the group alone."""
        if self.request.names_tables:
            yield
            return

        def give_up(error: SeedkitError) -> None:
            self.course.forget(group)
            self._note(group, [_given_up(self, oid, error) for oid in group])

        with self.turns.attempt(give_up, in_pieces=self.course.cuts):
            yield

    def _note(self, group: Sequence[int], outcomes: Sequence[TableOutcome]) -> None:
        for oid, outcome in zip(group, outcomes, strict=True):
            told = [*(said_of_triggers(self.request, self.plan, [oid]) if outcome.taken else ())]
            if outcome.rows < outcome.asked and not outcome.full:
                told += self.at_the_end.told(oid, self.engine.rules.tables[oid].triggers)
            self._found[oid] = found = _reported(self.plan, oid, outcome, told)
            if found.failed and self.request.names_tables:
                raise _nothing_taken(found)
            if found.failed and not found.rows and oid in self.plan.empty:
                self.engine.situations.without_rows.add(oid)


def _rows_before(filling: Filling, table: Table) -> int:
    """Count a table's rows; one that can't be looked at says so when it is filled."""
    if table.oid in filling.plan.empty:
        return 0
    return looked_at(filling.connection, lambda: rows_there(filling.connection, table, {}).count, lambda: 0)


def _given_up(filling: Filling, oid: int, error: SeedkitError) -> TableOutcome:
    """Say why a table was given up; of one in pieces some may have been committed by then."""
    told = (error.message, error.detail, error.hint and f"hint: {error.hint}")
    name = filling.plan.tables[oid].name
    return TableOutcome(
        table=str(name),
        rows=filling.course.kept[name],
        asked=filling.plan.counts[oid],
        reasons=tuple(part for part in told if part),
        failed=True,
    )


def _command_to_go_on(request: GenerationRequest, plan: CountPlan, before: Mapping[int, int]) -> str:
    """Write the command that goes on where a run ended, whose tables had so many rows before."""
    totals = (shlex.quote(_total(plan, oid, before.get(oid, 0))) for oid in plan.counts)
    spoken = "" if request.locale == "en" else f" --locale {request.locale}"
    spoken += " --like-existing" if request.like_existing else ""
    options = f"--random-seed {request.random_seed} --now {request.today}{spoken} --commit-every {request.commit_every}"
    return f"seedkit generate {' '.join(totals)} --top-up {options}"


def _total(plan: CountPlan, oid: int, before: int) -> str:
    """Ask for all rows of a table; without a number where they are counted by parents, over which it would win."""
    name = str(plan.tables[oid].name)
    return name if oid in plan.per and not before else f"{name}={before + plan.counts[oid]}"


@contextmanager
def _explained(filling: Filling, group: Sequence[int]) -> Iterator[None]:
    tables = filling.plan.tables
    looked_at = dict.fromkeys([*group, *(key.references for oid in group for key in tables[oid].foreign_keys)])
    whose_lock = whose_lock_told(filling.connection, [tables[oid] for oid in looked_at if oid in tables])
    doing = f"filling {', '.join(str(tables[oid].name) for oid in group)}"
    with rights_told(filling.connection, GENERATING, tables.values()), whose_lock, explained(doing):
        yield


def _nothing_taken(table: GeneratedTable) -> LoadError:
    told = table.reasons or ("no row of it could be made",)
    return LoadError(
        told[0],
        detail=lines(told[1:]) if told[1:] else None,
        hint="Nothing of the run was kept. Leave the table out, or name it by a pattern: the others are then filled.",
    )


def _reported(plan: CountPlan, oid: int, outcome: TableOutcome, told: Sequence[str]) -> GeneratedTable:
    return GeneratedTable(
        table=plan.tables[oid].name,
        rows=outcome.rows,
        asked=outcome.asked,
        there=outcome.there,
        full=outcome.full,
        failed=outcome.failed or (outcome.asked > 0 and not outcome.rows and not outcome.full),
        parent_of=tuple(plan.parent_of.get(oid, ())),
        reasons=(*outcome.reasons, *told),
    )
