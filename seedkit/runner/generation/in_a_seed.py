"""Fills tables for a seeder, in the run that it belongs to, which sees to its sequences at its end."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from seedkit.context.run import SeedRun
from seedkit.core.generation.requests.asked import asked_tables
from seedkit.core.reports.generation import GeneratedTable, GenerationReport
from seedkit.core.reports.runs import TableReport
from seedkit.progress import current
from seedkit.runner.generation.refinements import WhatIsSaid, with_columns
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.run import generate

_log = logging.getLogger("seedkit")


def generated(
    run: SeedRun,
    said: WhatIsSaid,
    seeder: str,
    asked: Mapping[str, int | None],
    columns: Mapping[str, object],
    *,
    top_up: bool,
) -> GenerationReport:
    """Do what `db.generate` does, with the random seed and the day of the run; its report counts the rows.

    `said` is what generate.yml says, which columns that are given win over.
    """
    tables = asked_tables(asked)
    request = GenerationRequest(
        asked=tables,
        total=top_up,
        random_seed=run.random_seed,
        now=run.now.date(),
        still=run.dry_run,
        guard=None,
        said=with_columns(said, tables, columns),
    )
    with current().at("generating rows", as_one=True):
        report = generate(run.connection, request)
    current().count(sum(table.rows for table in report.tables), "row")
    for table in report.tables:
        found = run.table(table.exact_name)
        run.inserted.add(found.oid)
        run.reports.append(TableReport(table=table.table, source=seeder, inserted=table.rows))
        if not table.complete:
            _log.warning("warning: %s", _told(seeder, table))
    run.repairs += report.sequences
    return report


def _told(seeder: str, table: GeneratedTable) -> str:
    """Say what a seeder may not have looked at: its run goes on, and its report counts the rows that are there."""
    short = f'seeder "{seeder}" got {table.rows:,} of {table.asked:,} rows of {table.table}'
    return "; ".join([short, *table.reasons])
