"""Merges stages into their tables, and counts what that did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.loading.merging.parking import parked
from seedkit.postgres.loading.merging.statements import Work, merge_statement, work_statement
from seedkit.postgres.loading.stages import Stage

Counts: TypeAlias = "tuple[int, int]"
"""Rows updated and rows inserted."""

_NONE: Counts = (0, 0)


def merge(connection: Connection, stages: Sequence[Stage]) -> list[Counts]:
    """Update what differs and insert what is missing, and count it for each stage; repeated keys are not looked for.

    Where there is nothing to do for a table with triggers FOR EACH STATEMENT, nothing is sent that would fire them; nor
    is an UPDATE that has nothing to do, where the server refuses any.
    """
    works = _works(connection, stages)
    if not any(work.update or work.insert for work in works):
        return [_NONE] * len(stages)
    statement = merge_statement(stages, works)
    row = parked(connection, stages, lambda: execute_alone(connection, statement).fetchone())
    return counts_by_stage(row or ())


def counts_by_stage(row: Sequence[Any]) -> list[Counts]:
    """Read the answer to a merge."""
    counts = row[0] if row else ()
    return list(zip(counts[::2], counts[1::2], strict=True))


def works_of(connection: Connection, stages: Sequence[Stage]) -> list[Work]:
    """Ask what there is to do for each stage."""
    [found] = execute_alone(connection, work_statement(stages)).fetchone() or [()]
    return [Work(update=update, insert=insert) for update, insert in zip(found[::2], found[1::2], strict=True)]


def _works(connection: Connection, stages: Sequence[Stage]) -> list[Work]:
    if any(stage.table.minds_empty_updates for stage in stages):
        return works_of(connection, stages)
    return [Work()] * len(stages)
