"""What a report says of sequences that were to be moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from seedkit.core.names import SequenceName
from seedkit.core.reports.runs import SequenceReport, SequenceStatus
from seedkit.core.reports.sequences import report_sequence, warning_on
from seedkit.core.sequences.reading import SequenceReading, Unjudged, is_behind


def moved_report(
    before: SequenceReading | Unjudged, after: SequenceReading | Unjudged, *, discarded: bool = False
) -> SequenceReport:
    """Report a sequence as it stands after a repair; as fixed where it was behind before."""
    report = report_sequence(after)
    if not is_behind(before):
        return report
    status = SequenceStatus.FIXED if report.right else report.status
    warning = warning_on(before, discarded=discarded)
    return replace(report, status=status, next_value_before=before.state.next_value, warning=warning)


def with_earlier_repairs(reports: Iterable[SequenceReport], earlier: Sequence[SequenceReport]) -> list[SequenceReport]:
    """Tell of sequences that are in step at the end of a run because one of its seeders fixed them."""
    fixed: dict[SequenceName | None, SequenceReport] = {}
    for repair in earlier:
        if repair.status is SequenceStatus.FIXED and not repair.node:
            fixed.setdefault(repair.sequence, repair)
    return [
        replace(report, status=SequenceStatus.FIXED, next_value_before=fixed[report.sequence].next_value_before)
        if report.right and report.sequence in fixed and not report.node
        else report
        for report in reports
    ]
