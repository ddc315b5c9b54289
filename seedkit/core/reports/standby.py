"""What a standby can't tell: it is up to 32 values ahead of each sequence, as the write-ahead log is."""

from __future__ import annotations

from collections.abc import Sequence

from seedkit.core.reports.runs import SequenceReport
from seedkit.core.sequences.state import LOGGED_AHEAD

ON_STANDBY = (
    f"not judged on a standby: the last value may be up to {LOGGED_AHEAD} steps ahead there, and the id is nearer to it"
)
ASK_PRIMARY = "Check it on the primary server."


def told_one_by_one(reports: Sequence[SequenceReport]) -> list[SequenceReport]:
    """Leave out those that a standby can't judge; they may be all there are, and the summary tells of them."""
    return [report for report in reports if report.reason != ON_STANDBY]


def standby_summary(reports: Sequence[SequenceReport]) -> str | None:
    """Tell in one line of those that a standby can't judge, or None."""
    count = len(reports) - len(told_one_by_one(reports))
    if not count:
        return None
    those = "1 sequence" if count == 1 else f"{count:,} sequences"
    ids = "its highest id is" if count == 1 else "their highest ids are"
    return (
        f"{those} not judged on a standby: {ids} within {LOGGED_AHEAD} steps of the last value, which may be so far "
        "ahead there; check on the primary server"
    )
