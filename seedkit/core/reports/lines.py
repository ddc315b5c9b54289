"""The lines in which reports show sequences, and how lines and blocks are put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seedkit.core.names import column_of
from seedkit.core.reports.columns import aligned_lines
from seedkit.core.reports.ids import shared
from seedkit.core.reports.limits import advice, limit_name
from seedkit.core.reports.runs import SequenceReport
from seedkit.core.reports.sequences import notes
from seedkit.core.sequences.unlinked import UnlinkedSequence
from seedkit.printable import on_one_line


def sequence_lines(sequences: Sequence[SequenceReport]) -> str:
    """Show a line for each sequence, and below it what else it feeds, the warning and the hint where there are any."""
    rows = [
        (
            column_of(report.table, report.column),
            report.shown_sequence,
            _movement(report),
            value_text(report.highest_id),
            report.status,
        )
        for report in sequences
    ]
    if not rows:
        return ""
    set_lines = aligned_lines([("column", "sequence", "next value", "highest id", ""), *rows])
    shown = [set_lines[0]]
    for line, report in zip(set_lines[1:], sequences, strict=True):
        shown.append(f"{line}: {report.reason}" if report.reason else line)
        if told := shared(report):
            shown.append(f"  {told}")
        if report.warning:
            shown.append(f"  warning: {report.warning}")
        if report.hint:
            shown.append(f"  hint: {report.hint}")
    return on_lines(shown)


def unlinked_lines(unlinked: Sequence[UnlinkedSequence]) -> str:
    """Show the sequences that nothing links to a column, and how those are judged that bear the name of one."""
    if not unlinked:
        return ""
    shown = ["unlinked: no column, default or trigger is known to draw from these; an application may"]
    for sequence in unlinked:
        column = column_of(sequence.table, sequence.column or "")
        named = f"  perhaps {column}: {sequence.command}" if sequence.command else ""
        shown.append(f"  {sequence.name}{named}")
    return on_lines(shown)


def left_behind_lines(unlinked: Sequence[UnlinkedSequence]) -> str:
    """Show the sequences that a run has left where they were, since nothing links them to the keys that it filled."""
    return on_lines(
        f"not moved: {sequence.name}, which nothing links to {column_of(sequence.table, sequence.column or '')}; "
        f"if an application draws its ids from it: {sequence.command}"
        for sequence in unlinked
    )


def _movement(report: SequenceReport) -> str:
    before, after = (value_text(value) for value in (report.next_value_before, report.next_value))
    return after if before == after else f"{before} → {after}"


def value_text(value: object) -> str:
    """Show a value, also one that there is not."""
    return "-" if value is None else str(value)


def in_blocks(*blocks: str) -> str:
    """Set blocks of lines apart from each other; empty ones take no room."""
    return "\n\n".join(block for block in blocks if block)


def headroom_lines(sequences: Sequence[SequenceReport]) -> str:
    """Show a line for each sequence with the share of its limit that is used, and below it a hint where one is due."""
    if not sequences:
        return ""
    rows = [
        (
            column_of(report.table, report.column),
            report.shown_sequence,
            value_text(report.next_value),
            value_text(report.highest_id),
            report.status,
            _used(report),
            "; ".join(notes(report)),
        )
        for report in sequences
    ]
    heading = ("column", "sequence", "next value", "highest id", "status", "used", "")
    set_lines = aligned_lines([heading, *rows], right=(2, 3))
    shown = [set_lines[0]]
    for line, report in zip(set_lines[1:], sequences, strict=True):
        shown.append(line)
        if hint := advice(report):
            shown.append(f"  hint: {hint}")
    return on_lines(shown)


def _used(report: SequenceReport) -> str:
    room = report.headroom
    if room is None:
        return "-"
    return f"{room.nearest.percent:>7} of {limit_name(report)}" if room.nearest else "starts over"


def on_lines(lines: Iterable[str]) -> str:
    """Set lines below each other; no name in one of them ends it."""
    return "\n".join(map(on_one_line, lines))
