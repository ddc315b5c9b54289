"""Reports what a load did to the rows of its table."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from seedkit.core.names import in_quotes
from seedkit.core.reports.runs import TableReport
from seedkit.core.reports.sequences import counted
from seedkit.postgres.loading.merging.merge import Counts
from seedkit.postgres.loading.table_loads import StagedLoad, TableLoad
from seedkit.printable import on_one_line

_log = logging.getLogger("seedkit")


def staged_reports(loads: Sequence[StagedLoad], counts: Iterable[Counts], wanted: Iterable[int]) -> list[TableReport]:
    """Report on loads by what was counted for each of their stages, and what was to be written."""
    remaining = zip(counts, wanted, strict=True)
    return [_staged_report(staged, [next(remaining) for _ in staged.stages]) for staged in loads]


def _staged_report(staged: StagedLoad, counts: Sequence[tuple[Counts, int]]) -> TableReport:
    updated, inserted = sum(count[0] for count, _ in counts), sum(count[1] for count, _ in counts)
    wanted = sum(rows for _, rows in counts)
    return table_report(staged.load, inserted=inserted, updated=updated, wanted=wanted, rows=staged.rows)


def table_report(load: TableLoad, *, inserted: int, updated: int, wanted: int, rows: int) -> TableReport:
    """Count what less was written than was `wanted` as swallowed, and the rest as unchanged."""
    swallowed = max(0, wanted - updated - inserted)
    return TableReport(
        table=load.table.name,
        source=", ".join(dict.fromkeys(source.name for source in load.sources)),
        inserted=inserted,
        updated=updated,
        unchanged=rows - inserted - updated - swallowed,
        swallowed=swallowed,
    )


def with_a_warning(report: TableReport) -> TableReport:
    """Warn of rows that were swallowed, and give the report back."""
    if report.swallowed:
        _log.warning(
            "warning: table %s: %s not written, without a word of the server: see its triggers BEFORE INSERT or UPDATE"
            " that give back NULL, and its rules",
            on_one_line(in_quotes(report.table)),
            f"{counted(report.swallowed, 'row')} {'was' if report.swallowed == 1 else 'were'}",
        )
    return report
