"""Loads groups of a few rows each: one statement a group, many of them in one pipeline, so in one round trip."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import psycopg

from seedkit.core.reports import TableReport
from seedkit.postgres.connection import Connection, explain
from seedkit.postgres.copying import AnyBlock, inlined, runs
from seedkit.postgres.load_errors import TableLoad
from seedkit.postgres.load_reports import table_report
from seedkit.postgres.merge_statements import merge_statement
from seedkit.postgres.merging import Counts, counts_by_stage
from seedkit.postgres.stages import Stage

_NO_ROW_TO_BLAME = ("40", "53", "55", "57", "58", "XX")
"""Classes of SQLSTATE: deadlocks, limits, locks, somebody's intervention, the system's own errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineLoad:
    """A load whose rows stand in inline stages."""

    load: TableLoad
    stages: tuple[Stage, ...]
    rows: int

    def report(self, counts: Sequence[Counts]) -> TableReport:
        """Report what was counted for each stage."""
        updated, inserted = sum(count[0] for count in counts), sum(count[1] for count in counts)
        return table_report(self.load, inserted=inserted, updated=updated, rows=self.rows)


def inline_load(connection: Connection, load: TableLoad) -> InlineLoad:
    """Put all rows of a load into inline stages; raises LoadError where a second run could not recognise them."""
    blocks: dict[Stage, list[AnyBlock]] = {}
    for run in runs(load):
        blocks.setdefault(run.stage, []).extend(run.blocks)
    stages = tuple(inlined(connection, stage, found) for stage, found in blocks.items())
    return InlineLoad(load=load, stages=stages, rows=sum(block.rows for found in blocks.values() for block in found))


def load_small(connection: Connection, groups: Sequence[Sequence[TableLoad]]) -> list[TableReport] | None:
    """Load groups in their order, or nothing of them, and give None, where a row was refused.

    Whoever then loads them one by one learns which row it was.
    """
    try:
        inline = [[inline_load(connection, load) for load in group] for group in groups]
        with _pipeline(connection), connection.transaction():
            answers = _answers(connection, [[stage for load in group for stage in load.stages] for group in inline])
            _refuse_repeated_keys(answers)
    except _RepeatedKeyError:
        return None
    except psycopg.Error as error:
        if connection.closed or (error.sqlstate or "")[:2] in _NO_ROW_TO_BLAME:
            raise explain(error, f"loading {', '.join(str(load.table.name) for [load, *_] in groups)}") from error
        return None
    return [report for group, answer in zip(inline, answers, strict=True) for report in _reports(group, answer)]


class _RepeatedKeyError(Exception):
    """Two rows have the same key."""


def _refuse_repeated_keys(answers: Sequence[Sequence[Any]]) -> None:
    if any(answer[-1] for answer in answers if answer):
        raise _RepeatedKeyError


def _pipeline(connection: Connection) -> AbstractContextManager[object]:
    return connection.pipeline() if psycopg.Pipeline.is_supported() else nullcontext()


def _answers(connection: Connection, groups: Sequence[Sequence[Stage]]) -> list[Sequence[Any]]:
    """Send the merges of all groups, and only then wait for what they give."""
    sent = [connection.execute(merge_statement(stages), prepare=False) if stages else None for stages in groups]
    return [(cursor.fetchone() or ()) if cursor else () for cursor in sent]


def _reports(group: Sequence[InlineLoad], answer: Sequence[Any]) -> list[TableReport]:
    counts = iter(counts_by_stage(answer))
    return [load.report([next(counts) for _ in load.stages]) for load in group]
