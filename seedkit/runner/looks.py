"""Looks through the fixtures of a run that has failed at a mistake for all others that can be known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice, takewhile
from pathlib import Path

from seedkit.context import SeedRun
from seedkit.core.catalog import Table
from seedkit.core.fixtures import FixtureTable
from seedkit.core.planning.load_plan import LoadPlan, Step, TableStep
from seedkit.core.reports.mistakes import Mistake, perhaps_leaving_out
from seedkit.core.rows.left_out import may_be_filled
from seedkit.core.rows.looks import LookedRow, look_through
from seedkit.errors import SeedkitError
from seedkit.files.fixture_files import may_name
from seedkit.postgres.loading.known_mistakes import (
    have_insert_triggers,
    is_refusal,
    new_lines,
    pageless,
    refused_null,
    refused_values,
)
from seedkit.runner.fixture_loads import FixtureLoads

ROWS_OF_A_FILE = 10_000
ROWS = 50_000
"""How many rows are looked through: a few seconds."""


def mistakes_before(run: SeedRun, fixtures: FixtureLoads, plan: LoadPlan, broken: Collection[Path]) -> list[Mistake]:
    """List what can be known to be wrong with the rows of fixtures before any is sent.

    Some files of their project are `broken`: labels that may stand there are not missed.
    """
    steps = [step for step in plan.steps if isinstance(step, TableStep)]
    tables = [step.table for step in steps]
    filled_otherwise = len(steps) < len(plan.steps) or have_insert_triggers(run.connection, tables)
    empty = frozenset[int]() if filled_otherwise else pageless(run.connection, tables)
    found: list[Mistake] = []
    for step, _, looked in _looked(fixtures, steps):
        found += (mistake for row in looked for mistake in row.mistakes)
        if step.table.oid in empty and not may_be_filled(step.table):
            found += (mistake for row in looked for mistake in row.if_new)
    return [mistake for mistake in found if not _may_be_hidden(mistake, broken)]


def _may_be_hidden(mistake: Mistake, broken: Collection[Path]) -> bool:
    """Whether what is missed may stand in a file that could not be read."""
    label = mistake.label
    return label is not None and any(may_name(path, label) for path in broken)


def _looked(
    fixtures: FixtureLoads, steps: Iterable[TableStep]
) -> Iterator[tuple[TableStep, FixtureTable, list[LookedRow]]]:
    language, rows_left = fixtures.file_language(), ROWS
    for step in steps:
        for fixture in step.fixtures:
            look = look_through(fixture, step.table, language.reading(fixture, step.table))
            looked = list(islice(look, min(ROWS_OF_A_FILE, rows_left)))
            rows_left -= len(looked)
            yield step, fixture, looked


def mistakes_in_plan(run: SeedRun, fixtures: FixtureLoads, plan: LoadPlan, error: SeedkitError) -> Iterator[Mistake]:
    """Give what can be known to be wrong with the rows of a plan that an error has ended."""
    done = {report.table for report in run.reports}
    steps = [step for step in plan.steps if isinstance(step, TableStep) and step.table.name not in done]
    sure = _tables_sure_to_stay(run, plan, error)
    for step, fixture, looked in _looked(fixtures, steps):
        yield from (mistake for row in looked for mistake in row.mistakes)
        source, readable = fixtures.source(fixture, step.table), [row.readable for row in looked if row.readable]
        yield from refused_values(run.connection, step.table, source, readable)
        doubted = [row for row in looked if row.if_new and row.readable] if step.table.oid in sure else []
        lines = new_lines(run.connection, step.table, source, [row.readable for row in doubted if row.readable])
        for row in doubted:
            if row.line in lines:
                yield from _missing_in(step.table, row, error)


def _missing_in(table: Table, row: LookedRow, error: SeedkitError) -> Iterator[Mistake]:
    """Tell what is missing in a new row; where something may fill it, of rows that lack what the server has missed."""
    if not may_be_filled(table):
        yield from row.if_new
        return
    refused, column = refused_null(error) or (None, None)
    if refused == table.name.name:
        yield from (perhaps_leaving_out(mistake) for mistake in row.if_new if column in mistake.left_out)


def _tables_sure_to_stay(run: SeedRun, plan: LoadPlan, error: SeedkitError) -> set[int]:
    """Tell into which tables nothing else will put a row before the fixtures' turn comes: no seeder, no trigger."""
    sure: set[int] = set()
    pending: list[Table] = []
    for step in takewhile(lambda step: isinstance(step, TableStep), _unsent(run, plan, error)):
        if isinstance(step, TableStep):
            if not (pending and have_insert_triggers(run.connection, pending)):
                sure.add(step.table.oid)
            pending.append(step.table)
    return sure


def _unsent(run: SeedRun, plan: LoadPlan, error: SeedkitError) -> Sequence[Step]:
    """Give the steps of which nothing is in the database yet; none where that can't be known."""
    done = {report.table for report in run.reports}
    places = [
        (number, step)
        for number, step in enumerate(plan.steps)
        if isinstance(step, TableStep) and step.table.name not in done
    ]
    failed = (number for number, step in places if error.origin and error.origin.path in _paths(step))
    first = next(failed, len(plan.steps))
    return plan.steps[first if is_refusal(error) or first == len(plan.steps) else places[0][0] :]


def _paths(step: TableStep) -> set[Path]:
    return {fixture.origin.path for fixture in step.fixtures}
