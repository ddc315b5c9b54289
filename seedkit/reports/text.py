"""Reports as text, for people."""

from __future__ import annotations

from collections.abc import Sequence

from seedkit.core.importing.report import ImportReport
from seedkit.core.planning.load_plan import LoadPlan, TableStep
from seedkit.core.reports.columns import aligned, few
from seedkit.core.reports.gate import check_summary, gate_lines, idle_notes
from seedkit.core.reports.limits import limit_sentence, nearest_limit, notes_on_label_ids
from seedkit.core.reports.lines import (
    headroom_lines,
    in_blocks,
    left_behind_lines,
    on_lines,
    sequence_lines,
    unlinked_lines,
    value_text,
)
from seedkit.core.reports.runs import (
    RepairReport,
    SeedReport,
    SequenceReport,
    SequenceStatus,
    SkippedStep,
    TableReport,
    as_text,
)
from seedkit.core.reports.seed_summary import seed_summary
from seedkit.core.reports.sequences import counted, repair_summary
from seedkit.core.reports.standby import standby_summary, told_one_by_one
from seedkit.printable import in_lines, on_one_line

_FIX_HINT = "`seedkit fix-sequence --all`{} moves the sequences that are behind."


def seed_text(report: SeedReport) -> str:
    """Show what a run did: per table, per sequence, and in one closing sentence."""
    blocks = [
        _server_line(report),
        _table_lines(report.tables),
        sequence_lines(report.sequences),
        left_behind_lines(report.unlinked),
        on_lines(f"note: {note}" for note in notes_on_label_ids(report)),
        _skipped_lines(report.skipped),
        on_lines(seed_summary(report)),
    ]
    return in_blocks(*blocks)


def _table_lines(tables: Sequence[TableReport]) -> str:
    if not tables:
        return ""
    rows = [
        (
            str(table.table),
            f"{table.inserted:,}",
            f"{table.updated:,}",
            f"{table.unchanged:,}",
            few(table.source.split(", ")),
        )
        for table in tables
    ]
    return aligned([("table", "inserted", "updated", "unchanged", "from"), *rows], right=(1, 2, 3))


def _skipped_lines(skipped: Sequence[SkippedStep]) -> str:
    return on_lines(f"not run: {step.name} ({step.reason})" for step in skipped)


def repair_text(report: RepairReport) -> str:
    """Show what `fix-sequence` or `check` found and did."""
    closing = _closing(report)
    if report.dry_run and any(sequence.status is SequenceStatus.BEHIND for sequence in report.sequences):
        closing += "\n\nhint: Nothing was moved; the same command without --dry-run or --sql does it."
    shown = sequence_lines(told_one_by_one(report.sequences))
    return in_blocks(_server_line(report), shown, unlinked_lines(report.unlinked), closing)


def check_text(report: RepairReport) -> str:
    """Show what `check` found, in the order given, with the used share of the limit that each sequence meets first."""
    closing = _check_closing(report)
    if any(sequence.status is SequenceStatus.BEHIND for sequence in report.sequences):
        closing += f"\n\nhint: {_FIX_HINT.format(' on the primary server' if report.server.standby else '')}"
    shown = headroom_lines(told_one_by_one(report.sequences))
    return in_blocks(_server_line(report), shown, unlinked_lines(report.unlinked), _ignored_lines(report), closing)


def _check_closing(report: RepairReport) -> str:
    told = [check_summary(report), standby_summary(report.sequences) or ""]
    if nearest := nearest_limit(report.sequences):
        told.append(f"nearest limit: {limit_sentence(nearest)}")
    told += gate_lines(report)
    told += [f"note: {note}" for note in idle_notes(report)]
    return on_lines(filter(None, told))


def _ignored_lines(report: RepairReport) -> str:
    """Show what is ignored: never silently."""
    rows = [(value_text(each.column), value_text(each.sequence), each.status, each.reason) for each in report.ignored]
    return aligned([("ignored", "sequence", "status", "reason"), *rows]) if rows else ""


def _closing(report: RepairReport) -> str:
    return "\n".join(filter(None, [repair_summary(report), standby_summary(report.sequences)]))


def import_text(report: ImportReport) -> str:
    """Show the files that an import wrote, or would write."""
    written = [(file.table, f"{file.rows:,}", file.path, "; ".join(file.changes)) for file in report.files]
    what = f"{counted(sum(file.rows for file in report.files), 'row')} in {counted(len(report.files), 'file')}"
    return in_blocks(
        aligned([("table", "rows", "file", ""), *written], right=(1,)),
        on_lines(f"note: {note}" for note in report.notes),
        f"would write {what}; nothing was written" if report.dry_run else f"wrote {what}",
    )


def plan_text(plan: LoadPlan) -> str:
    """Show the order of a run; tables of a circle stand on one line."""
    lines = []
    for number, group in enumerate(plan.groups, start=1):
        names = " + ".join(step.name for step in group)
        origins = dict.fromkeys(
            str(origin)
            for step in group
            for origin in (
                [fixture.origin.path for fixture in step.fixtures] if isinstance(step, TableStep) else [step.origin]
            )
        )
        lines.append((f"{number}.", names, few(list(origins))))
    return "\n\n".join(block for block in (aligned(lines, right=(0,)), _skipped_lines(plan.skipped)) if block)


def _server_line(report: SeedReport | RepairReport) -> str:
    return on_one_line(str(report.server))


@as_text.register(SeedReport)
def _seed_as_shown(report: SeedReport) -> str:
    return in_lines(seed_text(report))


@as_text.register(RepairReport)
def _repair_as_shown(report: RepairReport) -> str:
    return in_lines(check_text(report) if report.of_check else repair_text(report))


@as_text.register(SequenceReport)
def _sequence_as_shown(report: SequenceReport) -> str:
    return in_lines(sequence_lines((report,)))
