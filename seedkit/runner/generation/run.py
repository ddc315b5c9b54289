"""Fills tables from the schema alone, in one transaction, with every sequence right before it commits."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from typing import TYPE_CHECKING

from msgspec.structs import replace

from seedkit.core.generation.streams import VERSION
from seedkit.core.read_secrets import Secrets
from seedkit.core.reports.generation import GeneratedTable, GenerationReport
from seedkit.core.reports.sequences import by_table
from seedkit.core.sequences.unlinked import UnlinkedSequence
from seedkit.errors import ManyRowsError, UsageError
from seedkit.files.generation.locales import words_of
from seedkit.postgres.connection import Connection, identify, in_transaction
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.generation.asking import ask_schema
from seedkit.postgres.rights import GENERATING, rights_told
from seedkit.postgres.search_path import asked_safely, enter_safe_path
from seedkit.postgres.transactions.write_locks import take_write_locks
from seedkit.progress import current
from seedkit.runner.concealment import concealed
from seedkit.runner.generation.kept import telling_what_stays_moved
from seedkit.runner.generation.planning.planned import CountPlan, planned_counts
from seedkit.runner.generation.readiness import make_ready
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.sequences import SequencesAhead
from seedkit.runner.generation.turns import Turns
from seedkit.runner.generation.waits import whose_lock_told
from seedkit.runner.guards import is_meant_for_generation, refuse_production
from seedkit.runner.unlinked import left_behind

if TYPE_CHECKING:
    from seedkit.runner.generation.out.gathered import Gathered

_log = logging.getLogger("seedkit")


def generate(connection: Connection, request: GenerationRequest) -> GenerationReport:
    """Fill tables and repair their sequences: all or nothing where a table is named, else each table by itself.

    Commits on a connection of ours; on a borrowed one, all happens inside its open transaction, which stays open.
    Raises SeedkitError for what was wrong with a table that was named; then no row is left of the run but what
    `commit_every` has kept.
    """
    started = time.monotonic()
    request = replace(request, now=request.today)  # midnight may come meanwhile
    words_of(request.locale)  # one that nobody speaks is refused before the first lock
    ours = request.begun or (connection.autocommit and not in_transaction(connection))
    request.said.refuse_another_version()
    _refuse_pieces(request, ours=ours)
    ahead = SequencesAhead(
        connection, still=request.takes_back or request.still, due=None if request.out is None else {}
    )
    turns = Turns(
        connection=connection,
        ahead=ahead,
        ours=ours,
        roll_back=request.takes_back,
        lock_timeout=request.lock_timeout,
        in_pieces=request.commit_every is not None,
    )
    make_ready()
    with ExitStack() as kept, concealed(request.said.secrets):
        gathered = None if request.out is None else kept.enter_context(_gathered())
        plan, tables, unlinked = _run(connection, request, turns, gathered)
        report = replace(_report(connection, request, plan, turns, tables), unlinked=unlinked)
        if request.out is not None and gathered is not None:  # nothing of the run is held by now on the server
            request.out.write(gathered, ahead.due or {}, report.repeated_by)
    return replace(report, seconds=time.monotonic() - started)


def _run(
    connection: Connection, request: GenerationRequest, turns: Turns, gathered: Gathered | None
) -> tuple[CountPlan, list[GeneratedTable], tuple[UnlinkedSequence, ...]]:
    moved = telling_what_stays_moved(() if turns.in_pieces else turns.ahead.moved)
    with moved, turns.time_outs_told(), rights_told(connection, GENERATING), explained("generating rows"), turns:
        _refuse_production(connection, request)
        with current().at("reading the schema"):
            plan = _planned(connection, request)
        _refuse_many(connection, request, plan)
        turns.written = {table.oid: table for table in plan.filled}
        if request.out is not None:
            request.out.expect(connection, plan.filled)
        tables = _filled(connection, request, plan, turns, gathered)
        turns.ahead.look_again()
        turns.settle()
        filled = () if request.takes_back else {table.table for table in tables if table.rows}
        unlinked = left_behind(connection, plan.filled, filled)
    current().end()
    return plan, tables, unlinked


def _gathered() -> AbstractContextManager[Gathered]:
    """Make ready for rows that are to be written elsewhere; most runs have none."""
    from seedkit.runner.generation.out.gathered import Gathered

    return closing(Gathered())


def _report(
    connection: Connection, request: GenerationRequest, plan: CountPlan, turns: Turns, tables: Sequence[GeneratedTable]
) -> GenerationReport:
    return GenerationReport(
        server=identify(connection),
        tables=tuple(_without(request.said.secrets, table) for table in tables),
        sequences=() if request.out else by_table(turns.sequences),
        left_alone=plan.left_alone,
        seconds=0,
        generator=VERSION,
        random_seed=request.random_seed,
        now=request.today,
        locale=request.locale,
        words_from=words_of(request.locale).source,
        dry_run=request.dry_run,
        no_tables=plan.no_tables,
        out=None if request.out is None else request.out.place,
        like_existing=request.like_existing,
    )


def _filled(
    connection: Connection, request: GenerationRequest, plan: CountPlan, turns: Turns, gathered: Gathered | None
) -> list[GeneratedTable]:
    with asked_safely(connection, lambda: ask_schema(connection, plan.counts)) as schema:
        from seedkit.runner.generation.filling.at_the_end import AtTheEnd  # `make_ready` has them imported
        from seedkit.runner.generation.filling.filling import Filling

        at_the_end = AtTheEnd(turns, plan.tables)
        first = Filling(connection, request, plan, turns, schema, at_the_end, gathered)

    def again() -> list[GeneratedTable]:
        if gathered is not None:
            gathered.drop(plan.counts)
        with asked_safely(connection, lambda: ask_schema(connection, plan.counts)) as schema:
            filling = Filling(connection, request, plan, turns, schema, at_the_end, gathered)
        return filling.filled()

    return first.filled() if turns.in_pieces else at_the_end.settled(first.filled, again)


def _without(secrets: Secrets, table: GeneratedTable) -> GeneratedTable:
    """Take out of a table's reasons, which may quote its rows, what was read of variables and files."""
    return replace(table, reasons=tuple(map(secrets.hidden, table.reasons)))


def _refuse_pieces(request: GenerationRequest, *, ours: bool) -> None:
    if request.like_existing and not request.asked:
        raise UsageError(
            "--like-existing takes after rows that are there, and without a name only empty tables are filled",
            hint="Name tables: seedkit generate orders=1000 --like-existing.",
        )
    if request.out is not None and request.dry_run:
        raise UsageError("a dry run writes nothing, and --out does", hint="Leave out one of them.")
    if request.commit_every is None:
        return
    if request.out is not None:
        raise UsageError("--out keeps no row in the database, and --commit-every does", hint="Leave out one of them.")
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
    said = request.said.refinements
    while True:
        plan = planned_counts(connection, request.asked, request.excluded, said, request.random_seed)
        with whose_lock_told(connection, plan.filled):
            if not take_write_locks(connection, plan.filled):
                return plan
        enter_safe_path(connection)


def _refuse_many(connection: Connection, request: GenerationRequest, plan: CountPlan) -> None:
    rows = sum(plan.counts.values())
    if request.most_rows is not None and rows > request.most_rows and not is_meant_for_generation(connection):
        raise ManyRowsError(rows, request.most_rows)
