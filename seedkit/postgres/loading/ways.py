"""Writes rows into tables, each group of them in the way that suits it.

A few rows go inside a statement, many groups of them in one pipeline. Many rows go by COPY: straight into an empty
table, otherwise into stages that one statement compares with the table. What forbids that has a way of its own: rules,
and no right to create temporary tables. All happens in the caller's transaction; nothing here commits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import psycopg
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.names import quote_identifier
from seedkit.core.reports.runs import TableReport
from seedkit.errors import LoadError
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.batches import SeenKeys, load_in_batches
from seedkit.postgres.loading.copying import copy_run, runs
from seedkit.postgres.loading.errors import TableLoad, addressed, repeated
from seedkit.postgres.loading.gathering import Gathered, gather
from seedkit.postgres.loading.merging.merge import merge
from seedkit.postgres.loading.merging.statements import repeated_in_table_statement, repeated_keys_statement
from seedkit.postgres.loading.reports import StagedLoad, staged_reports, stages_of, table_report
from seedkit.postgres.loading.rules import load_through_rules
from seedkit.postgres.loading.small_loads import inline_load, load_small
from seedkit.postgres.loading.stages import Stage, stage_statement, table_identifier
from seedkit.postgres.sequences.room import drawn_columns, make_room, make_room_for

__all__ = ["TableLoad", "load_groups", "load_tables"]

PIPELINE_BYTES = 1024 * 1024

_log = logging.getLogger("seedkit")


def load_tables(connection: Connection, loads: Sequence[TableLoad]) -> list[TableReport]:
    """Load one table, or several that refer to each other in a circle, and count what it did to their rows.

    Raises LoadError, with the row's place where it can be found, for what PostgreSQL refuses; CatalogError and
    FixtureError for what can be told without it. Then nothing of the rows is left, whoever goes on after the error.
    """
    return load_groups(connection, [loads])


def load_groups(connection: Connection, groups: Iterable[Sequence[TableLoad]]) -> list[TableReport]:
    """Load groups one after the other, each as `load_tables` does; small ones share a round trip to the server."""
    return [report for batch in _batches(groups) for report in _load_batch(connection, batch)]


def _batches(groups: Iterable[Sequence[TableLoad]]) -> Iterator[list[Gathered]]:
    """Put consecutive small groups together, in bounded memory; another one is a batch of its own."""
    waiting: list[Gathered] = []
    size = 0
    for group in groups:
        if waiting and any(source.may_query for load in group for source in load.sources):
            yield waiting  # whoever asks is to find the rows before his
            waiting, size = [], 0
        gathered = gather(group)
        if waiting and not _shares(gathered):
            yield waiting
            waiting, size = [], 0
        waiting.append(gathered)
        size += gathered.size
        if not _shares(gathered) or size > PIPELINE_BYTES:
            yield waiting
            waiting, size = [], 0
    if waiting:
        yield waiting


def _shares(gathered: Gathered) -> bool:
    """Whether a group is loaded by one statement that needs no answer before it is sent."""
    return gathered.small and not any(load.table.rules or load.table.statement_triggers for load in gathered.loads)


def _load_batch(connection: Connection, batch: Sequence[Gathered]) -> list[TableReport]:
    if _shares(batch[0]):
        reports = load_small(connection, [gathered.loads for gathered in batch])
        if reports is not None:
            return reports
    return [report for gathered in batch for report in _load_alone(connection, gathered.loads)]


def _load_alone(connection: Connection, loads: Sequence[TableLoad]) -> list[TableReport]:
    """Load one group; rows that can be read again are loaded in a savepoint, for what failed to be looked into."""
    readable = all(source.placed for load in loads for source in load.sources)
    try:
        with connection.transaction() if readable else nullcontext():
            return _load_group(connection, loads, in_savepoint=readable)
    except LoadError as error:
        from seedkit.postgres.loading.mistakes.finding import with_all_mistakes

        raise with_all_mistakes(connection, loads, error) from error.__cause__


def _load_group(connection: Connection, loads: Sequence[TableLoad], *, in_savepoint: bool) -> list[TableReport]:
    try:
        if any(load.table.rules for load in loads):
            return load_through_rules(connection, loads)
        way = _ask(connection, loads[0].table)
        if len(loads) == 1 and way.empty and _takes_copy(loads[0]):
            with nullcontext() if in_savepoint else connection.transaction():
                return [_copy_directly(connection, loads[0])]
        if way.stages:
            return _load_by_stages(connection, [StagedLoad(load=load) for load in loads])
        _log.warning(
            "%s is loaded without a stage, which is slower: grant temporary on database %s to %s;",
            loads[0].table.name,
            *way.names,
        )
        return _load_by_values(connection, loads)
    except psycopg.Error as error:
        raise addressed(error, loads) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What decides how rows go: whether the table is empty, and whether we may create stages; who asks, and where."""

    empty: bool
    stages: bool
    names: tuple[str, str]


def _ask(connection: Connection, table: Table) -> _Way:
    statement = sql.SQL(
        "select not exists (select from {}), has_database_privilege(current_database(), 'temporary'),"
        " current_database(), current_user"
    ).format(table_identifier(table))
    row = connection.execute(statement).fetchone() or (False, True, "", "")
    return _Way(empty=row[0], stages=row[1], names=(quote_identifier(row[2]), quote_identifier(row[3])))


def _takes_copy(load: TableLoad) -> bool:
    """Whether rows can go straight in: COPY compares and computes nothing, and checks foreign keys per statement.

    PostgreSQL refuses it under row-level security; an empty look says nothing there either.
    """
    table = load.table
    computes = any(source.may_compute for source in load.sources)
    return not (computes or table.refers_to_itself or table.row_security)


def _copy_directly(connection: Connection, load: TableLoad) -> TableReport:
    sent = inserted = 0
    keys: dict[tuple[str, ...], Stage] = {}
    brought: set[str] = set()
    for run in runs(load):
        stage = run.stage
        keys.setdefault(stage.key, stage)
        if drawn := brought.intersection(drawn_columns(load.table, run.shape)):
            make_room(connection, load.table, drawn)  # once: after it, what is drawn is free
            brought -= drawn
        inserted += copy_run(connection, stage.target, run)
        brought.update(run.shape.columns)
        sent += run.rows
    for key, stage in keys.items():
        if key and not load.table.enforces(key):
            question = repeated_in_table_statement(stage, with_nulls=len(keys) == 1)
            _refuse_repeated(load, key, connection.execute(question).fetchone())
    return table_report(load, inserted=inserted, updated=0, rows=sent)


def _load_by_stages(connection: Connection, loads: Sequence[StagedLoad]) -> list[TableReport]:
    try:
        for staged in loads:
            _copy_to_stages(connection, staged)
        for staged in loads:
            _refuse_repeated_keys(connection, staged)
            make_room_for(connection, staged.load.table, staged.stages)
        return _merge(connection, loads)
    finally:
        _empty(connection, stages_of(loads))


def _copy_to_stages(connection: Connection, staged: StagedLoad) -> None:
    for run in runs(staged.load):
        stage = run.stage
        if stage not in staged.stages:
            staged.stages.append(stage)
            connection.execute(stage_statement(stage))
        copy_run(connection, stage.identifier, run)
        staged.rows += run.rows


def _merge(connection: Connection, loads: Sequence[StagedLoad]) -> list[TableReport]:
    stages = stages_of(loads)
    return staged_reports(loads, merge(connection, stages) if stages else [])


def _empty(connection: Connection, stages: Sequence[Stage]) -> None:
    """Empty the stages for their next use; in a transaction that has failed they go with it."""
    if stages and connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
        connection.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(stage.identifier for stage in stages)))


def _refuse_repeated_keys(connection: Connection, staged: StagedLoad) -> None:
    """Two rows of one run with the same key are an error, whatever files they stand in."""
    for key in dict.fromkeys(stage.key for stage in staged.stages if stage.key):
        stages = [stage for stage in staged.stages if stage.key == key]
        _refuse_repeated(staged.load, key, connection.execute(repeated_keys_statement(stages)).fetchone())


def _refuse_repeated(load: TableLoad, key: Sequence[str], found: Sequence[str | None] | None) -> None:
    if found is not None:
        raise repeated(load, key, found)


def _load_by_values(connection: Connection, loads: Sequence[TableLoad]) -> list[TableReport]:
    """Load without stages: batch by batch, but rows that refer to each other all in one statement."""
    if len(loads) == 1 and not loads[0].table.refers_to_itself:
        return [load_in_batches(connection, loads[0], lambda here, stage: merge(here, [stage])[0])]
    inline = [inline_load(connection, load) for load in loads]
    for load in inline:
        seen = SeenKeys(load.load)
        for stage in load.stages:
            seen.add(connection, stage)
    return _merge(connection, inline)
