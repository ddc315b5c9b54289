"""Fills tables from the schema alone, in one transaction, with every sequence right before it commits."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.core.generation.streams import VERSION
from seedkit.core.read_secrets import Secrets
from seedkit.core.reports.generation import GeneratedTable, GenerationReport
from seedkit.core.reports.sequences import by_table
from seedkit.errors import ManyRowsError, UsageError
from seedkit.files.generation.locales import words_of
from seedkit.postgres.connection import Connection, identify, in_transaction
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.search_path import enter_safe_path
from seedkit.postgres.time_outs import time_outs_told
from seedkit.postgres.transactions.write_locks import take_write_locks
from seedkit.runner.concealment import concealed
from seedkit.runner.generation.filling import Filling, HowToFill
from seedkit.runner.generation.planned import CountPlan, planned_counts
from seedkit.runner.generation.refinements import NOTHING_IS_SAID, WhatIsSaid
from seedkit.runner.generation.sequences import SequencesAhead
from seedkit.runner.generation.turns import Turns
from seedkit.runner.guards import Guard, is_meant_for_generation, refuse_production

_log = logging.getLogger("seedkit")


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """What to generate, and how.

    `asked` are tables, or patterns of them, with their numbers of rows; where it is empty, every empty table is
    meant. `total` has the numbers count the rows that are there. `now` is the day that values of times lie before,
    today where it is None. `locale` is the language of people, places and firms, or several with weights. A dry run
    does everything, then rolls it back; its sequences are only judged, and no sequence moves in what is to stay
    `still`, as in a seeder's dry run. `commit_every` commits whenever so many rows are there. So many `workers`
    make rows, None for as many as pay. `most_rows` is how many may be added unasked, unless the database's comment
    says that it is for this. `begun` says that the transaction that is open was begun for this run. `lock_timeout`
    bounds each wait for a lock where the transaction is ours. `guard` is None where the database was looked at
    already. `said` is what generate.yml says.
    """

    asked: tuple[AskedRows, ...] = ()
    excluded: tuple[str, ...] = ()
    total: bool = False
    random_seed: int = 0
    now: date | None = None
    locale: str = "en"
    dry_run: bool = False
    commit_every: int | None = None
    workers: int | None = None
    most_rows: int | None = None
    still: bool = False
    begun: bool = False
    lock_timeout: str | None = "5s"
    guard: Guard | None = field(default_factory=Guard)
    said: WhatIsSaid = NOTHING_IS_SAID

    @property
    def today(self) -> date:
        """The day that values of times lie before."""
        return self.now or datetime.now(UTC).date()


def generate(connection: Connection, request: GenerationRequest) -> GenerationReport:
    """Fill tables and repair their sequences: all or nothing where a table is named, else each table by itself.

    Commits on a connection of ours; on a borrowed one, all happens inside its open transaction, which stays open.
    Raises SeedkitError for what was wrong with a table that was named; then no row is left of the run but what
    `commit_every` has kept.
    """
    started = time.monotonic()
    today = request.today
    words_from = words_of(request.locale).source
    ours = request.begun or (connection.autocommit and not in_transaction(connection))
    request.said.refuse_another_version()
    _refuse_pieces(request, ours=ours)
    ahead = SequencesAhead(connection, still=request.dry_run or request.still)
    turns = Turns(
        connection=connection, ahead=ahead, ours=ours, roll_back=request.dry_run, lock_timeout=request.lock_timeout
    )
    secrets = request.said.secrets
    with concealed(secrets), time_outs_told(connection), explained("generating rows"), turns:
        _refuse_production(connection, request)
        plan = _planned(connection, request)
        _refuse_many(connection, request, plan)
        turns.written = {table.oid: table for table in plan.filled}
        tables = Filling(connection, _how(request, today, plan), plan, turns).filled()
        turns.settle()
    return GenerationReport(
        server=identify(connection),
        tables=tuple(_without(secrets, table) for table in tables),
        sequences=by_table(turns.sequences),
        left_alone=plan.left_alone,
        seconds=time.monotonic() - started,
        generator=VERSION,
        random_seed=request.random_seed,
        now=today,
        locale=request.locale,
        words_from=words_from,
        dry_run=request.dry_run,
        no_tables=plan.no_tables,
    )


def _without(secrets: Secrets, table: GeneratedTable) -> GeneratedTable:
    """Take out of a table's reasons, which may quote its rows, what was read of variables and files."""
    return replace(table, reasons=tuple(map(secrets.hidden, table.reasons)))


def _how(request: GenerationRequest, today: date, plan: CountPlan) -> HowToFill:
    return HowToFill(
        random_seed=request.random_seed,
        today=today,
        locale=request.locale,
        total=request.total,
        commit_every=request.commit_every,
        dry_run=request.dry_run,
        workers=request.workers,
        go_on_after_errors=all(asked.is_pattern for asked in request.asked),
        refine=request.said.refine(plan.said),
        hidden=request.said.secrets.hidden,
    )


def _refuse_pieces(request: GenerationRequest, *, ours: bool) -> None:
    if request.commit_every is None:
        return
    if request.commit_every < 1:
        raise UsageError("a commit comes after one row at the earliest", hint="Write --commit-every 1M.")
    if request.dry_run:
        raise UsageError("a dry run keeps nothing, and --commit-every commits", hint="Leave out one of them.")
    if not ours:
        raise UsageError(
            "commit_every commits, and the transaction is open already",
            hint="Give a connection in autocommit mode, or leave commit_every out.",
        )


def _refuse_production(connection: Connection, request: GenerationRequest) -> None:
    reason = None if request.guard is None else refuse_production(connection, request.guard)
    if reason:
        _log.info("forced on a production database (%s): rows are added to those that are there", reason)


def _planned(connection: Connection, request: GenerationRequest) -> CountPlan:
    """Plan the run with the locks of its writes in hand: whoever had one of them may have changed the tables."""
    plan = planned_counts(connection, request.asked, request.excluded, request.said.refinements)
    while take_write_locks(connection, plan.filled):
        enter_safe_path(connection)
        plan = planned_counts(connection, request.asked, request.excluded, request.said.refinements)
    return plan


def _refuse_many(connection: Connection, request: GenerationRequest, plan: CountPlan) -> None:
    rows = sum(plan.counts.values())
    if request.most_rows is not None and rows > request.most_rows and not is_meant_for_generation(connection):
        raise ManyRowsError(rows, request.most_rows)
