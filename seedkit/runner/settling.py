"""Sees to the sequences of a run: after its rows and before its commit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from seedkit.core.names import TableName, column_of
from seedkit.core.reports.moves import with_earlier_repairs
from seedkit.core.reports.runs import SequenceReport, SequenceStatus
from seedkit.core.reports.sequences import report_unresolved
from seedkit.core.sequences.feeding import Feeding
from seedkit.core.sequences.repair_options import BY_VISIBLE_ROWS
from seedkit.core.sequences.unlinked import UnlinkedSequence
from seedkit.errors import SequenceError
from seedkit.postgres.connection import Connection
from seedkit.postgres.sequences.feeding import read_feeding
from seedkit.postgres.sequences.reading import has_id
from seedkit.postgres.sequences.repair import check_sequences, repair_sequences
from seedkit.progress import current
from seedkit.runner.unlinked import left_behind

if TYPE_CHECKING:
    from seedkit.context.run import SeedRun
    from seedkit.core.planning.load_plan import LoadPlan


def settle_sequences(
    run: SeedRun, plan: LoadPlan, touched: Collection[int] | None, *, dry_run: bool
) -> tuple[list[SequenceReport], tuple[UnlinkedSequence, ...]]:
    """Repair after the rows and before the commit: at no instant is a committed row ahead of its sequence.

    `touched` are the tables (OIDs) that PostgreSQL has seen rows come into, None where it does not count. Beside what
    became of the sequences it names those that nothing links, and that would give ids which are taken.
    """
    from seedkit.core.planning.load_plan import TableStep  # a run that generates rows has no such plan

    planned = {step.table.oid for step in plan.steps if isinstance(step, TableStep)}
    ours = {oid: run.tables[oid].name for oid in planned | run.inserted}
    seen = None if _may_have_written_unseen(run, plan, planned) else touched
    filled = () if dry_run else {report.table for report in run.reports if report.inserted}
    with current().at("seeing to sequences"):
        reports = settled(run.connection, ours, seen, run.repairs, dry_run=dry_run)
        return reports, left_behind(run.connection, run.tables.values(), filled)


def _may_have_written_unseen(run: SeedRun, plan: LoadPlan, planned: Collection[int]) -> bool:
    """Whether seeders or triggers may have written to tables that Citus keeps: PostgreSQL counts no row of these."""
    if not run.catalog.engine.is_citus:
        return False
    by_code = len(planned) < len(plan.steps) or any(run.tables[oid].row_triggers for oid in planned)
    return by_code or any(run.tables[oid].statement_triggers for oid in planned)


def settled(
    connection: Connection,
    ours: Mapping[int, TableName],
    touched: Collection[int] | None,
    repairs: Sequence[SequenceReport],
    *,
    dry_run: bool,
    known: Feeding | None = None,
) -> list[SequenceReport]:
    """Repair the sequences of the tables that were meant to be written to, and of those that were `touched`.

    `repairs` are what was fixed before; `known` is what feeds all of these tables, where nothing can have changed it
    since. Raises SequenceError where rows of the run would be ahead of a sequence.
    """
    judged = None if touched is None else ours.keys() | set(touched)
    feeding = read_feeding(connection, judged) if known is None else known
    unresolved = [report_unresolved(default) for default in feeding.unresolved]
    if dry_run:
        return check_sequences(connection, feeding.sequences, BY_VISIBLE_ROWS) + unresolved
    repaired = repair_sequences(connection, feeding.sequences, BY_VISIBLE_ROWS)
    reports = with_earlier_repairs(repaired, repairs) + unresolved
    _refuse_collisions(connection, reports, None if touched is not None else set(ours.values()))
    _refuse_unjudged(reports, ours.keys() if touched is None else touched)
    return reports


def _refuse_collisions(
    connection: Connection, reports: Iterable[SequenceReport], ours: Collection[TableName] | None
) -> None:
    for report in reports:
        if (ours is None or report.table in ours) and _would_collide(connection, report):
            column = column_of(report.table, report.column)
            raise SequenceError(
                f"{report.sequence or 'a sequence'} would give {column} a value that is taken, "
                "and can not be fixed, so nothing of the run was kept",
                detail=report.reason,
                hint=report.hint,
            )


def _refuse_unjudged(reports: Iterable[SequenceReport], written: Collection[int]) -> None:
    """Take the run back where its rows may be ahead of a sequence that could be judged but for something in the way.

    What nobody can judge, such as a default that computes, and what the run wrote no row for, is only told.
    """
    found = [
        report
        for report in reports
        if report.removable and any(column.table_oid in written for column in report.columns)
    ]
    if found:
        others = f" (and {len(found) - 1:,} more)" if len(found) > 1 else ""
        raise SequenceError(
            f"{found[0].sequence}{others} could not be judged and may be behind rows of this run, "
            "so nothing of it was kept",
            detail=found[0].reason,
            hint=found[0].hint or "Run it again when that is out of the way.",
        )


def _would_collide(connection: Connection, report: SequenceReport) -> bool:
    """Whether the next insert through the default is known to fail; an exhausted sequence may still have gaps."""
    if report.status is SequenceStatus.BEHIND:
        return True
    if report.status is not SequenceStatus.EXHAUSTED or report.next_value is None:
        return False
    return has_id(connection, report.table, report.column, report.next_value)
