"""The sentence that sums a seed up."""

from __future__ import annotations

from seedkit.core.reports.runs import SeedReport, SequenceStatus
from seedkit.core.reports.sequences import counted, sequence_summary

_COUNTS = ("inserted", "updated", "unchanged", "swallowed")


def seed_summary(report: SeedReport) -> list[str]:
    """Say what a seed did; of a dry run also what it could not take back."""
    inserted, updated, unchanged, swallowed = (sum(getattr(table, name) for table in report.tables) for name in _COUNTS)
    tables = counted(len({table.table for table in report.tables}), "table")
    took = f"in {report.seconds:.2f} s"
    lost = f", {swallowed:,} not written" if swallowed else ""
    if report.dry_run:
        return [
            f"dry run, nothing was kept: {counted(inserted, 'row')} would be inserted, {updated:,} updated, "
            f"{unchanged:,} left as they are in {tables}{lost} ({took})",
            "not undone by PostgreSQL: ids that defaults and seeders drew from sequences; nor what seeders did outside",
        ]
    if not inserted and not updated:
        fixed = any(sequence.status is SequenceStatus.FIXED for sequence in report.sequences)
        told = "no row changed" if fixed else "nothing changed"
        return [f"{told}: {counted(unchanged, 'row')} in {tables}{lost}, {sequence_summary(report.sequences)} ({took})"]
    rows = f"{inserted:,} inserted, {updated:,} updated, {unchanged:,} unchanged{lost}"
    return [f"seeded {tables}: {rows}; {sequence_summary(report.sequences)} ({took})"]
