"""Copies rows straight into an empty table, with nothing to compare them with."""

from __future__ import annotations

from collections.abc import Collection

import psycopg
from msgspec.structs import replace
from psycopg import sql

from seedkit.core.names import Columns
from seedkit.core.reports.runs import TableReport
from seedkit.core.rows.keys import OnConflict, drawn_columns
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.blame import refuse_repeated, refused
from seedkit.postgres.loading.copying import Run, runs, runs_in_order
from seedkit.postgres.loading.file_order import put_in_file_order
from seedkit.postgres.loading.merging.repeated_key_queries import repeated_in_table_statement
from seedkit.postgres.loading.reports import table_report
from seedkit.postgres.loading.staged_ids import make_room_for
from seedkit.postgres.loading.staged_loads import copy_to_stage, empty_stages, merged
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.loading.table_loads import StagedLoad, TableLoad
from seedkit.postgres.sequences.room import make_room


def takes_copy(load: TableLoad) -> bool:
    """Whether rows can go straight in: COPY compares and computes nothing, and checks foreign keys per statement.

    PostgreSQL refuses it under row-level security; an empty look says nothing there either.
    """
    table = load.table
    computes = any(source.may_compute for source in load.sources)
    return not (computes or table.refers_to_itself or table.row_security)


def copy_directly(connection: Connection, load: TableLoad, *, stages: bool) -> TableReport:
    """Load a table that has no rows; raises LoadError where two of the run's have the same key.

    Rows that have to go in among others of another shape wait in stages, as COPY leaves a column out for all of them;
    without a right to `stages` each few of them take a COPY of their own.
    """
    from seedkit.postgres.loading.copies import Copies

    keys: dict[Columns, Stage] = {}
    brought: set[str] = set()
    staged = StagedLoad(load=load)
    sent = of_defaults = 0
    with Copies(connection) as copies:
        for run in runs(load, empty=True) if stages else runs_in_order(load):
            copies.settle()
            stage = run.stage
            keys.setdefault(stage.key, stage)
            if stage.numbered:
                copy_to_stage(copies, staged, run, replace(stage, on_conflict=OnConflict.ERROR))
                continue
            _make_room_once(connection, run, brought)
            if run.shape.columns:
                copies.send(stage.target, run, checks=bool(load.table.foreign_keys))
            else:
                of_defaults += _insert_defaults(connection, stage, run)
            sent += run.rows
    copied = copies.taken - staged.rows  # a stage takes all
    inserted = copied + of_defaults + _insert_staged(connection, staged)
    _refuse_repeated_keys(connection, load, keys.values())
    rows = sent + staged.rows
    return table_report(load, inserted=inserted, updated=0, wanted=rows, rows=rows)


def _make_room_once(connection: Connection, run: Run, brought: set[str]) -> None:
    """Move what a run draws from past the values that others have `brought`: after it, what is drawn is free."""
    table = run.load.table
    if drawn := brought.intersection(drawn_columns(table, run.shape)):
        make_room(connection, table, drawn)
        brought -= drawn
    brought.update(run.shape.columns)


def _refuse_repeated_keys(connection: Connection, load: TableLoad, stages: Collection[Stage]) -> None:
    """Refuse what two rows of the table have in common that the server lets them; the stages have a key each."""
    for stage in stages:
        if stage.key and not load.table.enforces(stage.key):
            question = repeated_in_table_statement(stage, with_nulls=len(stages) == 1)
            refuse_repeated(load, stage.key, connection.execute(question).fetchone())


def _insert_staged(connection: Connection, staged: StagedLoad) -> int:
    """Insert all staged rows: the table had none, so that any that is there is one of the run's own, and an error."""
    if not staged.stages:
        return 0
    make_room_for(connection, staged.load.table, staged.stages)
    put_in_file_order(connection, [staged])
    try:
        return sum(inserted for _, inserted in merged(connection, staged.stages))
    except psycopg.errors.UniqueViolation as error:
        raise refused(error, staged.load) from error
    finally:
        empty_stages(connection, staged.stages)


def _insert_defaults(connection: Connection, stage: Stage, run: Run) -> int:
    """Insert rows that name no column: COPY without columns would mean all of them."""
    run.rows = sum(block.rows for block in run.blocks)
    statement = sql.SQL("insert into {} select from pg_catalog.generate_series(1, {})")
    return connection.execute(statement.format(stage.target, sql.Literal(run.rows))).rowcount
