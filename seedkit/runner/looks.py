"""Looks through the fixtures of a run that has failed at a mistake for all others that can be known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice, starmap, takewhile
from pathlib import Path
from typing import TypeAlias

from seedkit.context.run import SeedRun
from seedkit.core.catalog import Table
from seedkit.core.fixtures import FixtureTable
from seedkit.core.planning.load_plan import LoadPlan, Project, Step, TableStep, belongs
from seedkit.core.reports.mistakes import Kind, Mistake, perhaps_leaving_out
from seedkit.core.rows.left_out import may_be_filled
from seedkit.core.rows.looks import LookedRow, look_through, twins
from seedkit.errors import Origin, SeedkitError
from seedkit.files.fixture_files import may_name
from seedkit.postgres.empty_tables import pageless
from seedkit.postgres.loading.known_mistakes import (
    have_insert_triggers,
    is_refusal,
    new_rows,
    refused_null,
    refused_values,
)
from seedkit.progress import current
from seedkit.runner.fixture_loads import FixtureLoads
from seedkit.runner.refusals_to_come import LookedSources, LookedTable, readable, refusals_to_come

_Looked: TypeAlias = "list[tuple[FixtureTable, list[LookedRow]]]"

ROWS_OF_A_FILE = 10_000
ROWS = 50_000
"""How many rows are looked through: a few seconds."""

_MORE_ROWS = {"!range", "!count"}


def unordered_plan(project: Project, environment: str | None) -> LoadPlan:
    """Give the steps of a project as they come: for looking at them, where no order can be found."""
    by_table: dict[int, list[FixtureTable]] = {}
    for oid, fixture in project.fixtures:
        if belongs(fixture.options.environments, environment):
            by_table.setdefault(oid, []).append(fixture)
    tables: Iterable[Step] = (
        TableStep(table=project.tables[oid], fixtures=tuple(found)) for oid, found in by_table.items()
    )
    seeders = (seeder for seeder in project.seeders if belongs(seeder.environments, environment))
    return LoadPlan(groups=tuple((step,) for step in (*tables, *seeders)))


def mistakes_before(run: SeedRun, fixtures: FixtureLoads, plan: LoadPlan, broken: Collection[Path]) -> list[Mistake]:
    """List what can be known to be wrong with the rows of fixtures before any is sent.

    Some files of their project are `broken`: labels that may stand there are not missed.
    """
    steps = [step for step in plan.steps if isinstance(step, TableStep)]
    tables = [step.table for step in steps]
    filled_otherwise = len(steps) < len(plan.steps) or have_insert_triggers(run.connection, tables)
    empty = frozenset[int]() if filled_otherwise else pageless(run.connection, tables)
    found: list[Mistake] = []
    for step, looked in _looked(fixtures, steps):
        rows = _rows_of(looked)
        found += _mistakes_in(step.table, rows)
        if step.table.oid in empty and not may_be_filled(step.table):
            found += (mistake for row in rows for mistake in row.if_new)
    return [mistake for mistake in found if not _may_be_hidden(mistake, broken)]


def _may_be_hidden(mistake: Mistake, broken: Collection[Path]) -> bool:
    """Whether what is missed may stand in a file that could not be read."""
    label = mistake.label
    return label is not None and any(may_name(path, label) for path in broken)


def _looked(fixtures: FixtureLoads, steps: Iterable[TableStep]) -> Iterator[tuple[TableStep, _Looked]]:
    language, rows_left = fixtures.file_language(), ROWS
    for step in steps:
        looked: _Looked = []
        for fixture in step.fixtures:
            look = look_through(fixture, step.table, language.reading(fixture, step.table))
            rows = list(islice(look, min(ROWS_OF_A_FILE, rows_left)))
            rows_left -= len(rows)
            current().rows += len(rows)
            looked.append((fixture, rows))
        yield step, looked


def mistakes_in_plan(run: SeedRun, fixtures: FixtureLoads, plan: LoadPlan, error: SeedkitError) -> Iterator[Mistake]:
    """Give what can be known to be wrong with the rows of a plan that an error has ended."""
    done = {report.table for report in run.reports}
    steps = [step for step in plan.steps if isinstance(step, TableStep) and step.table.name not in done]
    sure = _tables_sure_to_stay(run, plan, error)
    tables: list[LookedTable] = []
    seen = 0
    for step, looked in _looked(fixtures, steps):
        table, rows = step.table, _rows_of(looked)
        yield from _mistakes_in(table, rows)
        sources = [(fixtures.source(fixture, table), found) for fixture, found in looked]
        refused = refused_values(run.connection, table, readable(sources))
        yield from refused
        seen += len(rows)
        whole = seen < ROWS and all(starmap(_is_whole, looked))
        tables.append(LookedTable(table, sources, whole, frozenset(mistake.origin for mistake in refused)))
        if table.oid in sure:
            new = _new_places(run, table, sources)
            yield from (found for row in rows if row.place in new for found in _missing_in(table, row, error))
    seeders = any(not isinstance(step, TableStep) for step in plan.steps)
    yield from refusals_to_come(run, tables, error, seeders=seeders)


def _rows_of(looked: _Looked) -> list[LookedRow]:
    return [row for _, rows in looked for row in rows]


def _mistakes_in(table: Table, rows: Sequence[LookedRow]) -> Iterator[Mistake]:
    """Give what is wrong with rows by themselves, and beside each other."""
    yield from (mistake for row in rows for mistake in row.mistakes)
    yield from twins(rows, table)


def _is_whole(fixture: FixtureTable, rows: Sequence[LookedRow]) -> bool:
    """Whether the rows that were looked through are surely all that a fixture has."""
    few = len(rows) < ROWS_OF_A_FILE and not any(mistake.kind is Kind.FILE for row in rows for mistake in row.mistakes)
    return few and not fixture.tags & _MORE_ROWS


def _new_places(run: SeedRun, table: Table, looked: LookedSources) -> set[Origin]:
    """Tell which of the rows that lack something are new; asks nothing where none lacks any."""
    new: set[Origin] = set()
    for key in {row.key_columns for _, rows in looked for row in rows if row.if_new}:
        alike = [(source, [row for row in rows if row.if_new and row.key_columns == key]) for source, rows in looked]
        new |= new_rows(run.connection, table, key, readable(alike))
    return new


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
