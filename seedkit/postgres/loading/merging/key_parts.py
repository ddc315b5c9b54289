"""Tells rows apart by which columns of their key are NULL, so that each part is joined by the operators of the key.

"Equal, or both NULL" can be asked of no index, and no hash: 10,000 rows by a key that may be NULL took a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations
from typing import LiteralString, NamedTuple

from psycopg import sql

from seedkit.core.names import Columns
from seedkit.postgres.identifiers import same, written
from seedkit.postgres.loading.stages import Stage, same_key

_MOST_SPLIT = 4
"""Of so many columns the NULLs are told apart, which makes sixteen parts; further ones are compared in records."""


class KeyPart(NamedTuple):
    """The rows of a stage of which `of_staged` holds, and when a row `target` is the same as such a `staged` one."""

    of_staged: sql.SQL
    same: sql.SQL


def key_parts(stage: Stage) -> list[KeyPart]:
    """Divide the rows of a stage; those without NULL in their key come first."""
    not_null = frozenset(column.name for column in stage.table.columns if column.not_null)
    split = tuple(name for name in stage.key if name not in not_null)[:_MOST_SPLIT]
    if not split:
        return [KeyPart(sql.SQL("true"), same_key(stage))]
    equalities, recorded = stage.table.equalities(stage.key), stage.table.told_apart_in_records(stage.key)
    return [
        KeyPart(_nulls_are(split, null), same(stage.key, equalities, not_null.union(split) - null, null, recorded))
        for null in map(frozenset, _subsets(split))
    ]


def update_parts(stage: Stage) -> list[KeyPart]:
    """Divide the rows of a stage for updates: not where each of them, also one of no row, would fire a trigger."""
    return [KeyPart(sql.SQL("true"), same_key(stage))] if stage.table.statement_triggers else key_parts(stage)


def rows_by_presence(stage: Stage, columns: sql.Composable, presence: LiteralString) -> sql.Composed:
    """Select the staged rows for which a row in the table `exists`, or not; the statement goes on after its WHERE."""
    parts = key_parts(stage)
    if len(parts) == 1:
        return _part_by_presence(stage, parts[0], columns, presence)
    hidden = sql.SQL(", staged.ctid") if stage.document is None and not stage.numbered else sql.SQL("")
    whole = sql.SQL("staged.*{}").format(hidden)
    return sql.SQL("select {} from ({}) as staged where true").format(
        columns, sql.SQL(" union all ").join(_part_by_presence(stage, part, whole, presence) for part in parts)
    )


def _part_by_presence(stage: Stage, part: KeyPart, columns: sql.Composable, presence: LiteralString) -> sql.Composed:
    return sql.SQL("select {} from {} as staged where {} and {} (select 1 from {} as target where {})").format(
        columns, stage.identifier, part.of_staged, sql.SQL(presence), stage.rows_there, part.same
    )


def _subsets(columns: Columns) -> Iterator[Columns]:
    return chain.from_iterable(combinations(columns, length) for length in range(len(columns) + 1))


def _nulls_are(columns: Columns, null: frozenset[str]) -> sql.SQL:
    return written(
        (
            sql.SQL("staged.{} is null" if name in null else "staged.{} is not null").format(sql.Identifier(name))
            for name in columns
        ),
        " and ",
    )
