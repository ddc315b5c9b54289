"""Copies rows straight into an empty table, with nothing to compare them with."""

from __future__ import annotations

from psycopg import sql

from seedkit.core.reports.runs import TableReport
from seedkit.core.rows.keys import drawn_columns
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.blame import refuse_repeated
from seedkit.postgres.loading.copying import Run, copy_run, runs
from seedkit.postgres.loading.merging.repeated_key_queries import repeated_in_table_statement
from seedkit.postgres.loading.reports import table_report
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.sequences.room import make_room


def takes_copy(load: TableLoad) -> bool:
    """Whether rows can go straight in: COPY compares and computes nothing, and checks foreign keys per statement.

    PostgreSQL refuses it under row-level security; an empty look says nothing there either.
    """
    table = load.table
    computes = any(source.may_compute for source in load.sources)
    return not (computes or table.refers_to_itself or table.row_security)


def copy_directly(connection: Connection, load: TableLoad) -> TableReport:
    """Load a table that has no rows; raises LoadError where two of the run's have the same key."""
    sent = inserted = 0
    keys: dict[tuple[str, ...], Stage] = {}
    brought: set[str] = set()
    for run in runs(load):
        stage = run.stage
        keys.setdefault(stage.key, stage)
        if drawn := brought.intersection(drawn_columns(load.table, run.shape)):
            make_room(connection, load.table, drawn)  # once: after it, what is drawn is free
            brought -= drawn
        inserted += copy_run(connection, stage.target, run) if run.shape.columns else _insert_defaults(connection, run)
        brought.update(run.shape.columns)
        sent += run.rows
    for key, stage in keys.items():
        if key and not load.table.enforces(key):
            question = repeated_in_table_statement(stage, with_nulls=len(keys) == 1)
            refuse_repeated(load, key, connection.execute(question).fetchone())
    return table_report(load, inserted=inserted, updated=0, rows=sent)


def _insert_defaults(connection: Connection, run: Run) -> int:
    """Insert rows that name no column: COPY without columns would mean all of them."""
    run.rows = sum(block.rows for block in run.blocks)
    statement = sql.SQL("insert into {} select from pg_catalog.generate_series(1, {})")
    return connection.execute(statement.format(run.stage.target, sql.Literal(run.rows))).rowcount
