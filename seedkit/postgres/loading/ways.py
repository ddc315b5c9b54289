"""Writes rows into tables, each group of them in the way that suits it.

A few rows go inside a statement, many groups of them in one pipeline. Many rows go by COPY: straight into an empty
table, otherwise into stages that one statement compares with the table. What forbids that has a way of its own: rules,
and no right to create temporary tables. All happens in the caller's transaction; nothing here commits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext

import psycopg
from msgspec import Struct
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.names import in_quotes, quote_identifier
from seedkit.core.reports.columns import few
from seedkit.core.reports.runs import TableReport
from seedkit.core.rows.keys import drawn_columns
from seedkit.errors import LoadError
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import own_rows
from seedkit.postgres.loading.batches import SeenKeys, load_in_batches
from seedkit.postgres.loading.blame import addressed, as_told
from seedkit.postgres.loading.complete_rows import complete
from seedkit.postgres.loading.direct_loads import copy_directly, takes_copy
from seedkit.postgres.loading.gathering import Gathered, gather
from seedkit.postgres.loading.merging.merge import merge
from seedkit.postgres.loading.reports import with_a_warning
from seedkit.postgres.loading.rows_there import refuse_rows_there
from seedkit.postgres.loading.rules import load_through_rules
from seedkit.postgres.loading.small_loads import inline_load, load_small
from seedkit.postgres.loading.staged_loads import load_by_stages, merge_staged
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.sequences.room import make_room
from seedkit.progress import current

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
    return [with_a_warning(report) for batch in _batches(groups) for report in _load_batch(connection, batch)]


def _batches(groups: Iterable[Sequence[TableLoad]]) -> Iterator[list[Gathered]]:
    """Put consecutive small groups together, in bounded memory; another one is a batch of its own."""
    waiting: list[Gathered] = []
    size = 0
    for group in groups:
        if waiting and any(source.asks_now for load in group for source in load.sources):
            yield waiting  # whoever asks is to find the rows before his
            waiting, size = [], 0
        with current().at("reading rows"):
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
    return gathered.small and not any(map(_stands_alone, gathered.loads))


def _stands_alone(load: TableLoad) -> bool:
    """Whether something is asked before a load's statement, or after it."""
    return load.table.rules or load.table.minds_empty_updates or load.table.citus is not None


def _load_batch(connection: Connection, batch: Sequence[Gathered]) -> list[TableReport]:
    if _shares(batch[0]):
        with current().at("writing rows", about=_together(batch)):
            reports = load_small(connection, [gathered.loads for gathered in batch])
        if reports is not None:
            return reports
    return [report for gathered in batch for report in _load_alone(connection, gathered.loads)]


def _together(batch: Sequence[Gathered]) -> str | None:
    """Name tables that share their round trips; None for those of one step alone."""
    if len(batch) == 1:
        return None
    return few([str(load.table.name) for gathered in batch for load in gathered.loads])


def _load_alone(connection: Connection, loads: Sequence[TableLoad]) -> list[TableReport]:
    """Load one group; rows that can be read again are loaded in a savepoint, for what failed to be looked into."""
    readable = all(source.placed for load in loads for source in load.sources)
    try:
        with connection.transaction() if readable else nullcontext():
            return _load_group(connection, loads, in_savepoint=readable)
    except LoadError as error:
        from seedkit.postgres.loading.mistakes.finding import with_all_mistakes

        with current().at("looking for all rows that are refused", as_one=True):
            told = with_all_mistakes(connection, loads, error, _OnceMore(alone=len(loads) == 1))
        raise told from error.__cause__


class _OnceMore:
    """Loads parts of a group that failed as the group was loaded: straight in, if its table had no rows.

    Rows that draw their keys are given room for them, past those of the parts before.
    """

    def __init__(self, *, alone: bool) -> None:
        self._alone = alone
        self._way: _Way | None = None
        self._brought: set[tuple[int, str]] = set()

    def __call__(self, connection: Connection, loads: Sequence[TableLoad]) -> None:
        self._way = way = self._way or _ask(connection, loads[0].table)
        for load in loads:
            self._make_room(connection, load)
        if self._alone and way.empty and takes_copy(loads[0]) and not loads[0].table.rules:
            copy_directly(connection, loads[0], stages=way.stages)
            return
        gathered = gather(loads)
        if _shares(gathered):
            merge_staged(connection, [inline_load(connection, load) for load in gathered.loads])
        else:
            _load_group(connection, gathered.loads, in_savepoint=True, once_more=True)

    def _make_room(self, connection: Connection, load: TableLoad) -> None:
        table = load.table
        for shape in dict.fromkeys(block.shape for source in load.sources for block in source.blocks()):
            drawn = [name for name in drawn_columns(table, shape) if (table.oid, name) in self._brought]
            if drawn:
                make_room(connection, table, drawn)
            self._brought.update((table.oid, name) for name in shape.columns)


def _load_group(
    connection: Connection, loads: Sequence[TableLoad], *, in_savepoint: bool, once_more: bool = False
) -> list[TableReport]:
    try:
        if any(load.table.rules for load in loads):
            return load_through_rules(connection, loads)
        way = _ask(connection, loads[0].table)
        if way.empty:
            loads = [complete(loads[0]), *loads[1:]]
        if len(loads) == 1 and way.empty and takes_copy(loads[0]):
            with nullcontext() if in_savepoint else connection.transaction():
                return [copy_directly(connection, loads[0], stages=way.stages)]
        if way.stages:
            return load_by_stages(connection, loads)
        if any(load.table.citus for load in loads):
            raise _without_stages(loads, way)
        if not once_more:
            _log.warning(
                "%s is loaded without a stage, which is slower: grant temporary on database %s to %s;",
                loads[0].table.name,
                *way.names,
            )
        return _load_by_values(connection, loads)
    except psycopg.Error as error:
        told = as_told(error, loads)
        raise addressed(told, loads) from told


class _Way(Struct, frozen=True, kw_only=True):
    """What decides how rows go: whether the table is empty, and whether we may create stages; who asks, and where."""

    empty: bool
    stages: bool
    names: tuple[str, str]


def _ask(connection: Connection, table: Table) -> _Way:
    statement = sql.SQL(
        "select not exists (select 1 from {} limit 1),"
        " pg_catalog.has_database_privilege(pg_catalog.current_database(), 'temporary'),"
        " pg_catalog.current_database(), current_user"
    ).format(own_rows(table))
    row = connection.execute(statement).fetchone() or (False, True, "", "")
    return _Way(empty=row[0], stages=row[1], names=(quote_identifier(row[2]), quote_identifier(row[3])))


def _without_stages(loads: Sequence[TableLoad], way: _Way) -> LoadError:
    return LoadError(
        f"table {in_quotes(loads[0].table.name)} is kept by Citus, and its rows go by way of a temporary table",
        origin=loads[0].sources[0].origin,
        hint="Grant temporary on database {} to {};".format(*way.names),
    )


def _load_by_values(connection: Connection, loads: Sequence[TableLoad]) -> list[TableReport]:
    """Load without stages: batch by batch, but rows that refer to each other all in one statement."""
    if len(loads) == 1 and not loads[0].table.refers_to_itself:
        return [load_in_batches(connection, loads[0], lambda here, stage: merge(here, [stage])[0])]
    inline = [inline_load(connection, load) for load in loads]
    for load in inline:
        seen = SeenKeys(load.load)
        for stage in load.stages:
            seen.add(connection, stage)
        refuse_rows_there(connection, load.load, load.stages)
    return merge_staged(connection, inline)
