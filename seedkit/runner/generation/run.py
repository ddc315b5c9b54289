"""Fills tables from the schema alone, in one transaction, with every sequence right before it commits."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from seedkit.core.catalog import Table
from seedkit.core.generation.requests.asked import AskedRows
from seedkit.core.generation.streams import VERSION
from seedkit.core.reports.generation import GeneratedTable, GenerationReport
from seedkit.core.reports.sequences import by_table
from seedkit.errors import SeedkitError
from seedkit.postgres.connection import Connection, identify, in_transaction, unit_of_work
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.loading.deferred_checks import deferred_checks
from seedkit.postgres.search_path import enter_safe_path
from seedkit.postgres.time_outs import time_outs_told
from seedkit.postgres.transactions.seeding import bound_waits, settled_values, touched_tables, wait_for_other_seeds
from seedkit.postgres.transactions.write_locks import take_write_locks
from seedkit.runner.generation.engine import Engine, EngineRequest, TableOutcome
from seedkit.runner.generation.planned import CountPlan, planned_counts
from seedkit.runner.generation.sequences import SequencesAhead
from seedkit.runner.guards import Guard, refuse_production
from seedkit.runner.settling import settled

_log = logging.getLogger("seedkit")


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """What to generate, and how.

    `asked` are tables, or patterns of them, with their numbers of rows; where it is empty, every empty table is meant.
    `now` is the day that values of times lie before, today where it is None. A dry run does everything, then rolls it
    back; its sequences are only judged. `begun` says that the transaction that is open was begun for this run.
    `lock_timeout` bounds each wait for a lock where the transaction is ours.
    """

    asked: tuple[AskedRows, ...] = ()
    excluded: tuple[str, ...] = ()
    random_seed: int = 0
    now: date | None = None
    dry_run: bool = False
    begun: bool = False
    lock_timeout: str | None = "5s"
    guard: Guard = field(default_factory=Guard)


def generate(connection: Connection, request: GenerationRequest) -> GenerationReport:
    """Fill tables and repair their sequences: all or nothing where tables are named, else each table by itself.

    Commits on a connection of ours; on a borrowed one, all happens inside its open transaction, which stays open.
    Raises SeedkitError for what was wrong with a table that was named; then no row is left of the run.
    """
    started = time.monotonic()
    today = request.now or datetime.now(UTC).date()
    ours = request.begun or (connection.autocommit and not in_transaction(connection))
    with (
        time_outs_told(connection),
        explained("generating rows"),
        unit_of_work(connection, roll_back=request.dry_run),
        settled_values(connection, ours=ours),
    ):
        wait_for_other_seeds(connection)
        if ours and request.lock_timeout is not None:
            bound_waits(connection, request.lock_timeout)
        refuse_production(connection, request.guard)
        plan = _planned(connection, request)
        ahead = SequencesAhead(connection, dry_run=request.dry_run)
        tables = _filled(connection, request, plan, today, ahead)
        with deferred_checks(connection, list):
            touched = touched_tables(connection, check=ours)
        written = {oid: plan.tables[oid].name for oid in plan.counts}
        sequences = settled(connection, written, touched, ahead.moved, dry_run=request.dry_run)
    return GenerationReport(
        server=identify(connection),
        tables=tuple(tables),
        sequences=by_table(sequences),
        left_alone=plan.left_alone,
        seconds=time.monotonic() - started,
        generator=VERSION,
        random_seed=request.random_seed,
        now=today,
        dry_run=request.dry_run,
    )


def _planned(connection: Connection, request: GenerationRequest) -> CountPlan:
    """Plan the run with the locks of its writes in hand: whoever had one of them may have changed the tables."""
    plan = planned_counts(connection, request.asked, request.excluded)
    while take_write_locks(connection, plan.filled):
        enter_safe_path(connection)
        plan = planned_counts(connection, request.asked, request.excluded)
    return plan


def _filled(
    connection: Connection, request: GenerationRequest, plan: CountPlan, today: date, ahead: SequencesAhead
) -> list[GeneratedTable]:
    wanted = EngineRequest(counts=plan.counts, random_seed=request.random_seed, today=today)
    engine = Engine(connection, wanted, plan.tables, ahead.make_ready)
    found: dict[int, GeneratedTable] = {}
    groups = engine.groups()
    for number, group in enumerate(groups, start=1):
        names = ", ".join(str(plan.tables[oid].name) for oid in group)
        _log.info("%s", names, extra={"step": number, "steps": len(groups)})
        outcomes = _attempted(connection, engine, group) if not request.asked else engine.filled(group)
        found |= {oid: _reported(plan, oid, outcome) for oid, outcome in zip(group, outcomes, strict=True)}
    return sorted(found.values(), key=lambda table: str(table.table))


def _attempted(connection: Connection, engine: Engine, group: Sequence[int]) -> list[TableOutcome]:
    """Fill a table, or a circle, in a savepoint: where nobody named it, what fails does not stop the others."""
    try:
        with time_outs_told(connection), connection.transaction(), explained("filling it"):
            return engine.filled(group)
    except SeedkitError as error:
        if connection.closed:
            raise
        return [_given_up(engine.tables[oid], engine.request.counts[oid], error) for oid in group]


def _given_up(table: Table, asked: int, error: SeedkitError) -> TableOutcome:
    told = (error.message, error.detail, error.hint and f"hint: {error.hint}")
    reasons = tuple(part for part in told if part)
    return TableOutcome(table=str(table.name), rows=0, asked=asked, reasons=reasons, failed=True)


def _reported(plan: CountPlan, oid: int, outcome: TableOutcome) -> GeneratedTable:
    return GeneratedTable(
        table=plan.tables[oid].name,
        rows=outcome.rows,
        asked=outcome.asked,
        full=outcome.full,
        failed=outcome.failed,
        parent_of=tuple(plan.parent_of.get(oid, ())),
        reasons=outcome.reasons,
    )
