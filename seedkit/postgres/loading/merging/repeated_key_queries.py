"""Finds keys that rows of one run have in common, before or while they are merged."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from seedkit.core.catalog import Column
from seedkit.core.names import Columns
from seedkit.postgres.identifiers import as_texts, names
from seedkit.postgres.loading.stages import Stage, same_key, with_stages

SPELLINGS = 10
"""So many are told of one key: rows may spell it in as many ways."""


def repeated_keys_statement(stages: Sequence[Stage]) -> sql.Composed:
    """Ask for one key that stands in the stages more than once, each column as texts; NULLs are the same here."""
    return _repeated_statement(stages[0], _keys(stages))


def repeated_in_table_statement(stage: Stage, *, with_nulls: bool) -> sql.Composed:
    """Ask for one key, as texts, that stands in the stage's table more than once; NULLs count if all rows have it."""
    present = sql.SQL("true") if with_nulls else sql.SQL("(row({})) is not null").format(names(stage.key))
    rows = sql.SQL("select {} from {} where {}").format(names(stage.key), stage.rows_there, present)
    return _repeated_statement(stage, rows)


def _repeated_statement(stage: Stage, keys: sql.Composable) -> sql.Composed:
    """Look for one key alone, and only where there is one for its rows: these may spell it in different ways."""
    return sql.SQL(
        "with repeated as (select {key} from ({keys}) as staged group by {key}"
        " having pg_catalog.count(*) operator(pg_catalog.>) 1 limit 1)"
        " select {texts} from repeated as target join ({keys}) as staged on {same}"
        " having pg_catalog.count(*) operator(pg_catalog.>) 0"
    ).format(key=names(stage.key), keys=keys, texts=_texts(stage.key), same=same_key(stage))


def _texts(key: Columns) -> sql.Composable:
    return sql.SQL(", ").join(
        sql.SQL("(pg_catalog.array_agg(staged.{}::pg_catalog.text))[1:{}]").format(
            sql.Identifier(name), sql.Literal(SPELLINGS)
        )
        for name in key
    )


def keys_statement(stage: Stage) -> sql.Composed:
    """Ask for the keys of all staged rows, as text; before these what tells equal ones, if the texts do not."""
    alike: sql.Composable = sql.SQL("")
    key = [stage.table.column(name) for name in stage.key]
    if any(column.spelled_variously for column in key) and all(map(_has_hash, key)):
        alike = sql.SQL("pg_catalog.hash_record_extended(row({}), 0), ").format(names(stage.key))
    return sql.SQL("{} select {}{} from {}").format(with_stages([stage]), alike, as_texts(stage.key), stage.identifier)


def _has_hash(column: Column) -> bool:
    """Whether equal values are known to have the same hash: types of extensions may have none, nor what holds them."""
    if not column.spelled_variously:
        return column.structure is None and column.base_type not in ("bit", "bit varying", "money")
    return column.base_type.removesuffix('"').endswith("citext") or (
        column.structure is None and column.category in "NST"
    )


def inline_repeats(stages: Sequence[Stage]) -> list[sql.Composed]:
    """Look for repeated keys of inline stages; of the others it was asked before, as a question of its own."""
    sharing: dict[tuple[object, ...], list[Stage]] = {}
    for stage in stages:
        if stage.key and stage.document is not None:
            sharing.setdefault((stage.table.oid, stage.key), []).append(stage)
    return [
        sql.SQL(
            "exists (select 1 from ({}) as staged group by {} having pg_catalog.count(*) operator(pg_catalog.>) 1)"
        ).format(_keys(alike), names(alike[0].key))
        for alike in sharing.values()
    ]


def _keys(stages: Sequence[Stage]) -> sql.Composed:
    return sql.SQL(" union all ").join(
        sql.SQL("select {} from {}").format(names(stage.key), stage.identifier) for stage in stages
    )
