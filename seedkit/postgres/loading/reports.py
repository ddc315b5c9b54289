"""Reports what a load did to the rows of its table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from seedkit.core.reports.runs import TableReport
from seedkit.postgres.loading.errors import TableLoad
from seedkit.postgres.loading.merging.merge import Counts
from seedkit.postgres.loading.stages import Stage


@dataclass(slots=True, kw_only=True)
class StagedLoad:
    """A load whose rows stand in stages; `rows` counts them."""

    load: TableLoad
    rows: int = 0
    stages: list[Stage] = field(default_factory=list)


def stages_of(loads: Iterable[StagedLoad]) -> list[Stage]:
    """List the stages of some loads, in the order in which `staged_reports` takes their counts."""
    return [stage for staged in loads for stage in staged.stages]


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
