"""Reports what a load did to the rows of its table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seedkit.core.reports.runs import TableReport
from seedkit.postgres.loading.merging.merge import Counts
from seedkit.postgres.loading.table_loads import StagedLoad, TableLoad


def staged_reports(loads: Sequence[StagedLoad], counts: Iterable[Counts]) -> list[TableReport]:
    """Report on loads by what was counted for each of their stages."""
    remaining = iter(counts)
    return [_staged_report(staged, [next(remaining) for _ in staged.stages]) for staged in loads]


def _staged_report(staged: StagedLoad, counts: Sequence[Counts]) -> TableReport:
    updated, inserted = sum(count[0] for count in counts), sum(count[1] for count in counts)
    return table_report(staged.load, inserted=inserted, updated=updated, rows=staged.rows)


def table_report(load: TableLoad, *, inserted: int, updated: int, rows: int) -> TableReport:
    """Count as unchanged what was neither inserted nor updated: it was there, or a trigger refused it."""
    return TableReport(
        table=load.table.name,
        source=", ".join(dict.fromkeys(source.name for source in load.sources)),
        inserted=inserted,
        updated=updated,
        unchanged=rows - inserted - updated,
    )
