"""Loads rows by way of stages that COPY fills, and that one statement merges with the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from seedkit.core.reports.runs import TableReport
from seedkit.errors import lines
from seedkit.postgres.connection import Connection, takes_statements
from seedkit.postgres.driver_errors import explain
from seedkit.postgres.loading.blame import MeantTwiceError, refuse_repeated
from seedkit.postgres.loading.causes import raised_in
from seedkit.postgres.loading.copying import Run, runs
from seedkit.postgres.loading.file_order import put_in_file_order
from seedkit.postgres.loading.merging.meant_twice import meant_twice
from seedkit.postgres.loading.merging.merge import Counts, merge
from seedkit.postgres.loading.merging.repeated_key_queries import repeated_keys_statement
from seedkit.postgres.loading.merging.swallowed import ask_wanted, told
from seedkit.postgres.loading.reports import staged_reports
from seedkit.postgres.loading.rows_there import refuse_rows_there
from seedkit.postgres.loading.staged_ids import make_room_for
from seedkit.postgres.loading.stages import Stage, stage_statement
from seedkit.postgres.loading.table_loads import StagedLoad, TableLoad, stages_of
from seedkit.progress import current

if TYPE_CHECKING:
    from seedkit.postgres.loading.copies import Copies


_FORBIDDEN = (
    "These rows are compared with those that are there by way of a temporary table: have the event trigger let "
    "CREATE TABLE AS pass in pg_temp, or disable it while this runs."
)


def load_by_stages(connection: Connection, loads: Sequence[TableLoad]) -> list[TableReport]:
    """Load one table, or several that refer to each other; raises LoadError where two rows have the same key."""
    from seedkit.postgres.loading.copies import Copies

    staged = [StagedLoad(load=load) for load in loads]
    try:
        with Copies(connection) as copies:
            for each in staged:
                for run in runs(each.load):
                    copy_to_stage(copies, each, run, run.stage)
        with current().at("merging with the rows that are there"):
            return _merged(connection, staged)
    finally:
        empty_stages(connection, stages_of(staged))


def _merged(connection: Connection, staged: Sequence[StagedLoad]) -> list[TableReport]:
    for each in staged:
        refuse_repeated_keys(connection, each)
    with _rows_at_hand(connection, staged):
        for each in staged:
            refuse_rows_there(connection, each.load, each.stages)
            make_room_for(connection, each.load.table, each.stages)
        return merge_staged(connection, staged)


def copy_to_stage(copies: Copies, staged: StagedLoad, run: Run, stage: Stage) -> None:
    """Copy a run to a stage, which is created if it is new."""
    copies.settle()
    if stage not in staged.stages:
        staged.stages.append(stage)
        with _creation_told(stage):
            copies.connection.execute(stage_statement(stage))
    copies.send(stage.identifier, run)
    staged.rows += run.rows


@contextmanager
def _creation_told(stage: Stage) -> Iterator[None]:
    """Have an error of an event trigger, or of whatever else forbids DDL, say what met it, and in which function."""
    try:
        yield
    except psycopg.Error as error:
        found = explain(error, f"creating a temporary table for rows of {stage.table.name}")
        function = raised_in(error)
        if function:
            found.detail = lines([found.detail or "", function])
            found.hint = found.hint or _FORBIDDEN
        raise found from error


def merge_staged(connection: Connection, loads: Sequence[StagedLoad]) -> list[TableReport]:
    """Merge the stages of loads with their tables."""
    put_in_file_order(connection, loads)
    stages = stages_of(loads)
    wanted = told(ask_wanted(connection, stages), stages)
    counts = merged(connection, stages)
    twice = meant_twice(connection, stages, counts)
    if twice and twice.contradict:
        raise MeantTwiceError(next(each.load for each in loads if each.load.table.oid == twice.stage.table.oid))
    if twice and not _are_spread(loads):  # of these no update was lost: each stage was merged by itself
        made_up = merge(connection, stages)
        counts = [(updated + more, inserted) for (updated, inserted), (more, _) in zip(counts, made_up, strict=True)]
    return staged_reports(loads, counts, wanted)


def merged(connection: Connection, stages: Sequence[Stage]) -> list[Counts]:
    """Merge stages in the way that suits who keeps their tables."""
    if stages and stages[0].table.citus is not None:
        from seedkit.postgres.loading.citus.merging import merge_spread

        return merge_spread(connection, stages)
    return merge(connection, stages) if stages else []


def _are_spread(loads: Sequence[StagedLoad]) -> bool:
    """Whether Citus keeps the tables: no foreign key leads from those that it does to others, or back."""
    return any(each.load.table.citus is not None for each in loads)


def _rows_at_hand(connection: Connection, loads: Sequence[StagedLoad]) -> AbstractContextManager[None]:
    """Have the rows that are there where a statement can compare them with stages."""
    if not _are_spread(loads):
        return nullcontext()
    from seedkit.postgres.loading.citus.copies import rows_at_hand

    return rows_at_hand(connection, loads)


def empty_stages(connection: Connection, stages: Sequence[Stage]) -> None:
    """Empty the stages for their next use; in a transaction that has failed they go with it."""
    if stages and takes_statements(connection):
        connection.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(stage.identifier for stage in stages)))


def refuse_repeated_keys(connection: Connection, staged: StagedLoad) -> None:
    """Two rows of one run with the same key are an error, whatever files they stand in."""
    for key in dict.fromkeys(stage.key for stage in staged.stages if stage.key):
        stages = [stage for stage in staged.stages if stage.key == key]
        refuse_repeated(staged.load, key, connection.execute(repeated_keys_statement(stages)).fetchone())
