"""The report of `generate`, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from seedkit.core.reports.columns import aligned_lines, few
from seedkit.core.reports.generation import GeneratedTable, GenerationReport, generation_summary
from seedkit.core.reports.lines import in_blocks, left_behind_lines, on_lines, sequence_lines
from seedkit.core.reports.members import as_json, sequence_members, server_members, unlinked_members
from seedkit.core.reports.runs import SequenceReport, as_text
from seedkit.printable import in_lines, on_one_line

_SEQUENCES_SHOWN = 30


def generation_text(report: GenerationReport) -> str:
    """Show what `generate` added: per table with what bounds it, per sequence, and what repeats the run."""
    left_alone = (f"left alone: {step.name} ({step.reason})" for step in report.left_alone)
    closing = on_lines([generation_summary(report), report.repeated_by])
    return in_blocks(
        on_one_line(str(report.server)),
        _generated_lines(report.tables),
        sequence_lines(_worth_a_line(report.sequences)),
        left_behind_lines(report.unlinked),
        on_lines(left_alone),
        closing,
    )


def _worth_a_line(sequences: Sequence[SequenceReport]) -> Sequence[SequenceReport]:
    """Leave out what is right, where there is much of it: the summary counts it."""
    if len(sequences) <= _SEQUENCES_SHOWN:
        return sequences
    return [sequence for sequence in sequences if not sequence.right or sequence.warning]


def _generated_lines(tables: Sequence[GeneratedTable]) -> str:
    if not tables:
        return ""
    rows = [(str(table.table), f"{table.rows:,}", _remark(table)) for table in tables]
    first, *others = aligned_lines([("table", "rows", ""), *rows], right=(1,))
    shown = [first]
    for line, table in zip(others, tables, strict=True):
        shown += [line, *(f"  {reason}" for reason in table.reasons)]
    return on_lines(shown)


def _remark(table: GeneratedTable) -> str:
    told = [f"of {table.asked:,}"] if table.rows < table.asked else []
    if not table.asked and table.there:
        told.append(f"{table.there:,} are there")
    if table.parent_of:
        told.append(f"for {few([str(child) for child in table.parent_of])}")
    return ", ".join(told)


def generation_json(report: GenerationReport) -> str:
    """Write the report of `generate` as JSON."""
    return as_json(
        server=server_members(report.server),
        dry_run=report.dry_run,
        seconds=round(report.seconds, 3),
        tables=[_generated_members(table) for table in report.tables],
        sequences=[sequence_members(sequence) for sequence in report.sequences],
        unlinked=[unlinked_members(sequence) for sequence in report.unlinked],
        left_alone=[{"table": step.name, "reason": step.reason} for step in report.left_alone],
        generator=report.generator,
        random_seed=report.random_seed,
        now=str(report.now),
        locale=report.locale,
        words_from=report.words_from,
        out=report.out,
        like_existing=report.like_existing,
        ok=report.right,
    )


def _generated_members(table: GeneratedTable) -> dict[str, object]:
    return {
        "schema": table.table.schema,
        "table": table.table.name,
        "rows": table.rows,
        "asked": table.asked,
        "there_before": table.there,
        "full": table.full,
        "failed": table.failed,
        "parent_of": [str(child) for child in table.parent_of],
        "reasons": list(table.reasons),
    }


@as_text.register(GenerationReport)
def _as_shown(report: GenerationReport) -> str:
    return in_lines(generation_text(report))
