"""The main job: fixtures and seeders in one transaction, and every sequence right before it commits."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from seedkit.context.run import SeedRun, refuse_inside_a_seeder
from seedkit.core.catalog import Table
from seedkit.core.fixture_language.row_values import Setting
from seedkit.core.fixtures import DEFAULT_LIMITS, FixtureLimits
from seedkit.core.planning.load_plan import LoadPlan, Project, Selection, TableStep, plan_load
from seedkit.core.planning.protection import NamedEnvironment
from seedkit.core.planning.seeders import Seeder
from seedkit.core.planning.trigger_draws import with_draws
from seedkit.core.read_secrets import Secrets
from seedkit.core.reports.runs import SeedReport, per_source
from seedkit.core.reports.sequences import by_table
from seedkit.core.rows.keys import OnConflict
from seedkit.files.trusted_project import TrustedProject
from seedkit.postgres.catalog.database_comment import database_name
from seedkit.postgres.catalog.tables import read_catalog
from seedkit.postgres.catalog.trigger_sources import read_trigger_sources
from seedkit.postgres.connection import Connection, identify, in_transaction, unit_of_work
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.loading.deferred_checks import checks_of_the_commit, deferred_checks
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.raised_warnings import raised_warnings_told
from seedkit.postgres.rights import SEEDING, SEEDING_ANEW, rights_told
from seedkit.postgres.time_outs import time_outs_told, work_without_time_outs
from seedkit.postgres.transactions.seeding import settled_values, touched_tables
from seedkit.progress import current
from seedkit.runner import guards
from seedkit.runner.cleared_way import ClearedWay
from seedkit.runner.concealment import concealed
from seedkit.runner.fixture_loads import FixtureLoads
from seedkit.runner.guards import Guard, refuse_unconfirmed
from seedkit.runner.in_turn import written_in_turn
from seedkit.runner.mistakes import further_mistakes, mistakes_told
from seedkit.runner.others_code import left_to_others
from seedkit.runner.project import read_filled_project
from seedkit.runner.seeders import SeederRuns
from seedkit.runner.setting import setting_for
from seedkit.runner.settling import settle_sequences
from seedkit.runner.steps import do_steps

if TYPE_CHECKING:
    from seedkit.runner.generation.refinements import WhatIsSaid

_log = logging.getLogger("seedkit")


class SeedRequest(Struct, frozen=True, kw_only=True):
    """What to seed and how.

    `named_environments`, that of the selection and `protected_hosts` decide whether the database counts as production,
    which only `force` overrides; then rows that are there stay, unless their author has written that they be updated.
    A dry run does everything, then rolls it back; its sequences are only judged.
    `fresh` empties the planned tables first, and needs the database's name as `confirmation` unless it is a dry run.
    `limits` are what the fixtures may ask for. `refinements` is where it lies what is said of generated rows, by the
    version `generator` where the project names one.
    `bulk_foreign_keys` has the foreign keys of empty tables checked at the end, all at once.
    `begun` says that the transaction that is open was begun for this run, and ends with it.
    `wait` waits before the first write for all writers of the planned tables to commit, each lock for no longer than
    `lock_timeout`.
    """

    project: TrustedProject
    selection: Selection = field(default_factory=Selection)
    random_seed: int = 0
    now: datetime | None = None
    dry_run: bool = False
    force: bool = False
    fresh: bool = False
    confirmation: str | None = None
    bulk_foreign_keys: bool = False
    begun: bool = False
    wait: bool = False
    lock_timeout: str | None = "5s"
    variables: Mapping[str, str] = field(default_factory=dict)
    named_environments: tuple[NamedEnvironment, ...] = ()
    protected_hosts: tuple[str, ...] = ()
    limits: FixtureLimits = DEFAULT_LIMITS
    refinements: Path | None = None
    generator: int | None = None

    __repr__ = object.__repr__  # secrets are among the variables


def seed(connection: Connection, request: SeedRequest) -> SeedReport:
    """Load fixtures, run seeders and repair the sequences of every table they touched: all or nothing.

    Commits on a connection of ours; on a borrowed one, all happens inside its open transaction, which stays open.
    Raises SeedkitError with the place of what was wrong; then no row is left of the run.
    """
    refuse_inside_a_seeder(connection)
    started = time.monotonic()
    ours = request.begun or (connection.autocommit and not in_transaction(connection))
    way = ClearedWay(wait=request.wait, fresh=request.fresh, lock_timeout=request.lock_timeout if ours else None)
    secrets, loaded, runs = Secrets(), list[TableLoad](), list[SeedRun]()
    with (
        concealed(secrets),
        raised_warnings_told(connection, secrets.hidden),
        current().at("beginning"),
        time_outs_told(connection),
        rights_told(connection, SEEDING_ANEW if request.fresh else SEEDING, _tables_of(runs)),
        explained("seeding"),
        checks_of_the_commit(loaded.copy),
        unit_of_work(connection, roll_back=request.dry_run),
        settled_values(connection, ours=ours) as session,
        ExitStack() as in_turn,
    ):
        forced = refuse_production(connection, request)
        _refuse_unmeant(connection, request, ours=ours)
        on_conflict = OnConflict.SKIP if forced else OnConflict.UPDATE
        run, project, plan = _locked(runs, way, lambda: _prepare(connection, request, on_conflict, secrets))
        left_to_others(connection, _planned_tables(run, plan))
        in_turn.enter_context(written_in_turn(run, plan, fresh=request.fresh, ours=ours))
        way.clear(run, _planned_tables(run, plan))
        seeders = SeederRuns(run, project.seeders, session, cache(partial(_said, request, secrets)))
        fixtures = FixtureLoads(run, project, plan, request.selection.environment, setting_of(run, request, secrets))
        with mistakes_told(run, fixtures, plan), _foreign_keys(run, plan, fixtures, bulk=request.bulk_foreign_keys):
            do_steps(run, fixtures, seeders, plan)
        with current().at("checking constraints"), deferred_checks(connection, lambda: fixtures.loads(plan)):
            counted = touched_tables(connection, check=ours)  # a borrowed transaction's constraints stay deferred
        loaded += fixtures.loads(plan) if run.catalog.engine.is_citus else []
        sequences, unlinked = settle_sequences(run, plan, counted, dry_run=request.dry_run)
        current().turn_to("rolling back" if request.dry_run else "committing")
    return SeedReport(
        server=identify(connection),
        tables=per_source(run.reports),
        seeders=tuple(seeders.reports),
        sequences=by_table(sequences),
        skipped=plan.skipped,
        seconds=time.monotonic() - started,
        dry_run=request.dry_run,
        ids_from_labels=fixtures.ids_from_labels,
        unlinked=unlinked,
    )


def _tables_of(runs: Sequence[SeedRun]) -> Iterator[Table]:
    """Give the tables that are known when this is asked, seeders' among them."""
    return (table for run in runs for table in run.tables.values())


def planned(connection: Connection, request: SeedRequest) -> LoadPlan:
    """Say what a run would do, in its order, without doing it; raises as `seed` does."""
    with explained("planning"), work_without_time_outs(connection, roll_back=True):
        project = read_filled_project(connection, read_catalog(connection), request.project, request.limits)
        return plan_load(project, request.selection)


def refuse_production(connection: Connection, request: SeedRequest) -> bool:
    """Raise ProtectedDatabaseError for a production database, unless it is forced; then give True."""
    guard = Guard(
        environment=request.selection.environment,
        named_environments=request.named_environments,
        protected_hosts=request.protected_hosts,
        force=request.force,
    )
    reason = guards.refuse_production(connection, guard)
    if reason:
        _log.info(
            "forced on a production database (%s): rows that are there stay, unless on_conflict is written", reason
        )
    return reason is not None


def _locked(
    runs: list[SeedRun], way: ClearedWay, prepare: Callable[[], tuple[SeedRun, Project, LoadPlan]]
) -> tuple[SeedRun, Project, LoadPlan]:
    """Prepare the run, again where a lock had to be waited for: whoever had it may have changed the tables."""
    while True:
        run, project, plan = prepare()
        runs[:] = [run]
        if not way.locked_after_a_wait(run, _planned_tables(run, plan)):
            return run, project, plan


def _prepare(
    connection: Connection, request: SeedRequest, on_conflict: OnConflict, secrets: Secrets
) -> tuple[SeedRun, Project, LoadPlan]:
    current().turn_to("reading the project")
    catalog = guards.catalog_to_fill(connection)
    run = SeedRun(
        connection=connection,
        catalog=catalog,
        tables={},
        random_seed=request.random_seed,
        now=request.now or datetime.now(UTC),
        dry_run=request.dry_run,
        on_conflict=on_conflict,
    )
    further = further_mistakes(run, setting_of(run, request, secrets), request.selection.environment)
    project = read_filled_project(connection, catalog, request.project, request.limits, further)
    run.tables = dict(project.tables)
    current().turn_to("locking the planned tables")
    plan = plan_load(project, request.selection)
    return run, project, with_draws(plan, read_trigger_sources(connection, _planned_tables(run, plan)))


def _said(request: SeedRequest, secrets: Secrets) -> WhatIsSaid:
    """Read what a project says of generated rows, once a seeder asks for some."""
    from seedkit.runner.generation.refinements import said_in

    return said_in(request.refinements, request.generator, request.variables, request.limits, secrets)


def setting_of(run: SeedRun, request: SeedRequest, secrets: Secrets) -> Setting:
    """Tell what a run's fixtures are read with; what they read that is secret is collected in `secrets`."""
    return setting_for(run, request.variables, request.limits, secrets)


def _refuse_unmeant(connection: Connection, request: SeedRequest, *, ours: bool) -> None:
    """Raise UsageError for an option that this database was not named for, or that this connection does not allow."""
    if request.fresh and not request.dry_run:
        doing, in_python = "a fresh run empties tables of", '; it is seed(fresh="NAME") in Python'
        refuse_unconfirmed(database_name(connection), request.confirmation, doing, in_python)
    if request.bulk_foreign_keys:
        from seedkit.postgres.loading.bulk_foreign_keys import refuse_bulk

        refuse_bulk(connection, ours=ours)


def _foreign_keys(run: SeedRun, plan: LoadPlan, fixtures: FixtureLoads, *, bulk: bool) -> AbstractContextManager[None]:
    if not bulk:
        return nullcontext()
    from seedkit.postgres.loading.bulk_foreign_keys import suspended_foreign_keys

    return suspended_foreign_keys(run.connection, _planned_tables(run, plan), fixtures.loads(plan))


def _planned_tables(run: SeedRun, plan: LoadPlan) -> list[Table]:
    """Collect the tables that a plan fills: those of its fixtures, and those that its seeders declare."""
    loaded = [step.table for step in plan.steps if isinstance(step, TableStep)]
    declared = [run.table(name) for step in plan.steps if isinstance(step, Seeder) for name in step.tables]
    return list({table.oid: table for table in (*loaded, *declared)}.values())
