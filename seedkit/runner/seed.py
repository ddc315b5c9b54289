"""The main job: fixtures and seeders in one transaction, and every sequence right before it commits."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from seedkit.context import SeedRun
from seedkit.core.catalog import Catalog, Table
from seedkit.core.fixtures import FixtureTable
from seedkit.core.load_plan import LoadPlan, Project, Selection, TableStep, plan_load
from seedkit.core.protection import production_reason
from seedkit.core.reports import SeedReport, SequenceReport, SequenceStatus, TableReport
from seedkit.core.row_blocks import fixture_source
from seedkit.core.seeders import Seeder
from seedkit.core.sequence_reports import by_table, report_unresolved, with_earlier_repairs
from seedkit.core.sequences import RepairOptions
from seedkit.errors import ProtectedDatabaseError, SequenceError, UsageError
from seedkit.files.fixture_files import find_fixture_files, read_fixture
from seedkit.files.seeder_modules import find_seeders
from seedkit.postgres.catalog import read_catalog, read_tables
from seedkit.postgres.connection import Connection, explained, identify, in_transaction, unit_of_work
from seedkit.postgres.feeding import read_feeding
from seedkit.postgres.loading import TableLoad, load_tables
from seedkit.postgres.seeding import (
    check_constraints,
    database_comment,
    settled_values,
    touched_tables,
    wait_for_other_seeds,
    wait_for_writers,
)
from seedkit.postgres.sequence_reading import has_id
from seedkit.postgres.sequences import check_sequences, repair_sequences
from seedkit.runner.seeders import SeederRuns

_log = logging.getLogger("seedkit")
_OPTIONS = RepairOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRequest:
    """What to seed and how.

    `variables` and `protected_hosts` decide whether the database counts as production, which only `force` overrides.
    A dry run does everything, then rolls it back; its sequences are only judged. `wait` waits before the first write
    for all writers of the planned tables to commit, each lock for no longer than `lock_timeout`.
    """

    fixtures: Path
    seeders: Path
    selection: Selection = field(default_factory=Selection)
    random_seed: int = 0
    now: datetime | None = None
    dry_run: bool = False
    force: bool = False
    wait: bool = False
    lock_timeout: str | None = "5s"
    variables: Mapping[str, str] = field(default_factory=dict)
    protected_hosts: tuple[str, ...] = ()


def seed(connection: Connection, request: SeedRequest) -> SeedReport:
    """Load fixtures, run seeders and repair the sequences of every table they touched: all or nothing.

    Commits on a connection of ours; on a borrowed one, all happens inside its open transaction, which stays open.
    Raises SeedkitError with the place of what was wrong; then no row is left of the run.
    """
    started = time.monotonic()
    ours = connection.autocommit and not in_transaction(connection)
    with explained("seeding"), unit_of_work(connection, roll_back=request.dry_run), settled_values(connection):
        wait_for_other_seeds(connection)
        _refuse_production(connection, request)
        run, seeders, plan = _prepare(connection, request)
        if request.wait:
            wait_for_writers(connection, _planned_tables(run, plan), request.lock_timeout if ours else None)
        _execute(run, seeders, plan)
        if ours:  # a borrowed transaction's constraints stay as deferred as its owner has them
            check_constraints(connection)
        sequences = _settle_sequences(run, plan, dry_run=request.dry_run)
    return SeedReport(
        server=identify(connection),
        tables=_per_source(run.reports),
        seeders=tuple(seeders.reports),
        sequences=by_table(sequences),
        skipped=plan.skipped,
        seconds=time.monotonic() - started,
        dry_run=request.dry_run,
    )


def planned(connection: Connection, request: SeedRequest) -> LoadPlan:
    """Say what a run would do, in its order, without doing it; raises as `seed` does."""
    with explained("planning"), unit_of_work(connection, roll_back=True):
        return plan_load(_project(connection, read_catalog(connection), request), request.selection)


def _refuse_production(connection: Connection, request: SeedRequest) -> None:
    host = connection.info.host or ""
    reason = production_reason(request.variables, host, request.protected_hosts, database_comment(connection))
    if reason and not request.force:
        raise ProtectedDatabaseError(
            f'database "{connection.info.dbname}" is a production database: {reason}',
            hint="Nothing was changed. If it is meant, run it again with --force.",
        )


def _prepare(connection: Connection, request: SeedRequest) -> tuple[SeedRun, SeederRuns, LoadPlan]:
    catalog = read_catalog(connection)
    project = _project(connection, catalog, request)
    plan = plan_load(project, request.selection)
    run = SeedRun(
        connection=connection,
        catalog=catalog,
        tables=dict(project.tables),
        random_seed=request.random_seed,
        now=request.now or datetime.now(UTC),
        dry_run=request.dry_run,
    )
    return run, SeederRuns(run, project.seeders), plan


def _project(connection: Connection, catalog: Catalog, request: SeedRequest) -> Project:
    seeders = find_seeders(request.seeders)
    fixtures = _fixtures(catalog, request.fixtures)
    if not seeders and not fixtures:
        raise UsageError(
            f"there is nothing to seed: no fixtures in {request.fixtures} and no seeders in {request.seeders}",
            hint="Write a fixture such as fixtures/users.yml, with rows like `- {id: 1, name: Ada}`.",
        )

    def find_table(name: str) -> int | None:
        relation = catalog.find(name, kinds="rp")
        return relation.oid if relation else None

    named = {oid for seeder in seeders for name in seeder.tables if (oid := find_table(name))}
    tables = read_tables(connection, {oid for oid, _ in fixtures} | named)
    return Project(tables=tables, fixtures=fixtures, seeders=seeders, find_table=find_table)


def _fixtures(catalog: Catalog, folder: Path) -> list[tuple[int, FixtureTable]]:
    found: list[tuple[int, FixtureTable]] = []
    for path in find_fixture_files(folder):
        for fixture in read_fixture(path, lambda name: catalog.find(name, kinds="rp") is not None):
            found.append((catalog.table(fixture.table, origin=fixture.origin).oid, fixture))
    return found


def _planned_tables(run: SeedRun, plan: LoadPlan) -> list[Table]:
    """List the tables that the run is known to fill: those with fixtures, and those that its seeders name."""
    named = [run.catalog.table(name).oid for step in plan.steps if isinstance(step, Seeder) for name in step.tables]
    filled = {step.table.oid for step in plan.steps if isinstance(step, TableStep)}
    return [run.tables[oid] for oid in filled.union(named)]


def _execute(run: SeedRun, seeders: SeederRuns, plan: LoadPlan) -> None:
    for number, group in enumerate(plan.groups, start=1):
        _log.info("%s", ", ".join(step.name for step in group), extra={"step": number, "steps": len(plan.groups)})
        for step in group:
            if isinstance(step, Seeder):
                seeders.run_once(step)
        loads = [_table_load(step) for step in group if isinstance(step, TableStep)]
        if loads:
            run.reports += load_tables(run.connection, loads)


def _table_load(step: TableStep) -> TableLoad:
    sources = tuple(fixture_source(fixture, step.table) for fixture in step.fixtures)
    return TableLoad(table=step.table, sources=sources)


def _settle_sequences(run: SeedRun, plan: LoadPlan, *, dry_run: bool) -> list[SequenceReport]:
    """Repair after the rows and before the commit: at no instant is a committed row ahead of its sequence."""
    planned = {step.table.oid for group in plan.groups for step in group if isinstance(step, TableStep)}
    counted = touched_tables(run.connection)
    touched = None if counted is None else planned | run.inserted | set(counted)
    feeding = read_feeding(run.connection, touched)
    unresolved = [report_unresolved(default) for default in feeding.unresolved]
    if dry_run:
        return check_sequences(run.connection, feeding.sequences, _OPTIONS) + unresolved
    repaired = repair_sequences(run.connection, feeding.sequences, _OPTIONS)
    reports = with_earlier_repairs(repaired, run.repairs) + unresolved
    ours = None if counted is not None else {run.tables[oid].name for oid in planned | run.inserted}
    for report in reports:
        if (ours is None or report.table in ours) and _would_collide(run.connection, report):
            raise SequenceError(
                f"{report.sequence or 'a sequence'} would give {report.table}.{report.column} a value that is taken, "
                "and can not be fixed, so nothing of the run was kept",
                detail=report.reason,
                hint=report.hint,
            )
    return reports


def _would_collide(connection: Connection, report: SequenceReport) -> bool:
    """Whether the next insert through the default is known to fail; an exhausted sequence may still have gaps."""
    if report.status is SequenceStatus.BEHIND:
        return True
    if report.status is not SequenceStatus.EXHAUSTED or report.next_value is None:
        return False
    return has_id(connection, report.table, report.column, report.next_value)


def _per_source(reports: Iterable[TableReport]) -> tuple[TableReport, ...]:
    """Add up the reports of each table and source: a seeder may insert into a table many times."""
    sums: dict[tuple[object, str], TableReport] = {}
    for report in reports:
        place = (report.table, report.source)
        sums[place] = sums[place] + report if place in sums else report
    return tuple(sums.values())
