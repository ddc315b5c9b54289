"""Reports what a load did to the rows of its table."""

from __future__ import annotations

from seedkit.core.reports import TableReport
from seedkit.postgres.load_errors import TableLoad


def table_report(load: TableLoad, *, inserted: int, updated: int, rows: int) -> TableReport:
    """Count as unchanged what was neither inserted nor updated: it was there, or a trigger refused it."""
    return TableReport(
        table=load.table.name,
        source=", ".join(dict.fromkeys(source.name for source in load.sources)),
        inserted=inserted,
        updated=updated,
        unchanged=rows - inserted - updated,
    )
