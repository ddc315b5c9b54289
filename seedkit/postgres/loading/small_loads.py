"""Loads groups of a few rows each: one statement a group, many of them in one pipeline, so in one round trip."""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import chain
from typing import Any

import psycopg
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.reports.columns import few
from seedkit.core.reports.runs import TableReport
from seedkit.errors import SeedkitError
from seedkit.postgres.connection import Connection, as_bytes, execute_alone
from seedkit.postgres.driver_errors import explain
from seedkit.postgres.empty_tables import pageless
from seedkit.postgres.loading.blame import addressed
from seedkit.postgres.loading.causes import blames_no_row
from seedkit.postgres.loading.complete_rows import is_incomplete
from seedkit.postgres.loading.copying import inlined, runs
from seedkit.postgres.loading.file_order import put_in_file_order
from seedkit.postgres.loading.kept_statements import kept_statement
from seedkit.postgres.loading.merging.meant_twice import MeantTwice, meant_twice
from seedkit.postgres.loading.merging.merge import counts_by_stage
from seedkit.postgres.loading.merging.statements import fill_statement, merge_statement
from seedkit.postgres.loading.merging.swallowed import ask_wanted, told
from seedkit.postgres.loading.numbering import AnyBlock
from seedkit.postgres.loading.reports import staged_reports
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.loading.table_loads import StagedLoad, TableLoad, stages_of
from seedkit.postgres.transactions.short_transactions import pipelined_savepoint


def inline_load(connection: Connection, load: TableLoad) -> StagedLoad:
    """Put all rows of a load into inline stages; raises LoadError where a second run could not recognise them."""
    blocks: dict[Stage, list[AnyBlock]] = {}
    for run in runs(load):
        blocks.setdefault(run.stage, []).extend(run.blocks)
    stages = [inlined(connection, stage, found) for stage, found in blocks.items()]
    return StagedLoad(load=load, stages=stages, rows=sum(block.rows for found in blocks.values() for block in found))


def load_small(connection: Connection, groups: Sequence[Sequence[TableLoad]]) -> list[TableReport] | None:
    """Load groups in their order, or nothing of them, and give None, where a row was refused.

    Whoever then loads them one by one learns which row it was.
    """
    try:
        inline = [[inline_load(connection, load) for load in group] for group in groups]
        with pipelined_savepoint(connection):
            put_in_file_order(connection, chain.from_iterable(inline))
            unknown = [load.table for group in groups for load in group if not load.filled]
            wanted, answers = _answers(connection, [stages_of(group) for group in inline], unknown)
            counts = [count for answer in answers for count in counts_by_stage(answer)]
            _refuse_rows(answers, meant_twice(connection, stages_of(chain.from_iterable(inline)), counts))
    except _RefusedRowError:
        return None
    except psycopg.Error as error:
        if connection.closed or blames_no_row(error):
            raise _of_all(error, groups) from error
        return None
    return staged_reports([load for group in inline for load in group], counts, wanted)


def _of_all(error: psycopg.Error, groups: Sequence[Sequence[TableLoad]]) -> SeedkitError:
    """Explain an error that no row is to blame for; of several groups nobody knows whose it is."""
    if len(groups) == 1:
        return addressed(error, groups[0])
    return explain(error, f"loading {few([str(load.table.name) for [load, *_] in groups])}")


class _RefusedRowError(Exception):
    """Two rows have the same key or mean the same row, one is there and must not be, or one lacks what it must give."""


def _refuse_rows(answers: Sequence[Sequence[Any]], twice: MeantTwice | None) -> None:
    if twice or any(answer[-1] for answer in answers if answer):
        raise _RefusedRowError


def _answers(
    connection: Connection, groups: Sequence[Sequence[Stage]], unknown: Sequence[Table]
) -> tuple[list[int], list[Sequence[Any]]]:
    """Send what loads all groups, and only then wait for what it gives; tables that are `unknown` may have no rows.

    Gives what was to be written of each stage, and the answer for each group.

    Each goes as bytes: its cursor would keep a composed statement, which is ten times as large.
    """
    empty = pageless(connection, unknown) if unknown else frozenset()
    if any(stage.table.oid in empty and is_incomplete(stage) for stages in groups for stage in stages):
        raise _RefusedRowError
    statements = (_statement(connection, stages, empty, again=not unknown) if stages else None for stages in groups)
    sent = [
        (ask_wanted(connection, stages), execute_alone(connection, statement) if statement else None)
        for stages, statement in zip(groups, statements, strict=True)
    ]
    wanted = [rows for (asked, _), stages in zip(sent, groups, strict=True) for rows in told(asked, stages)]
    return wanted, [(cursor.fetchone() or ()) if cursor else () for _, cursor in sent]


def _statement(connection: Connection, stages: Sequence[Stage], empty: Container[int], *, again: bool) -> bytes:
    """Fill an empty table, which takes the server a third of the time, or merge; `again` may be for many such rows.

    Rows that somebody else has put there meanwhile are met by the unique key, and then merged with.
    """
    [first, *more] = stages
    if again and not more and first.file_order is None:
        return kept_statement(connection, first, _merge_of_one)
    empty_and_keyed = first.table.oid in empty and first.table.enforces(first.key)
    fillable = empty_and_keyed and first.shape.columns and first.file_order is None
    return as_bytes(connection, fill_statement(first) if fillable and not more else merge_statement(stages))


def _merge_of_one(stage: Stage) -> sql.Composed:
    return merge_statement([stage])
