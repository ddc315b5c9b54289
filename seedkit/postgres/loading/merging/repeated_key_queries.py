"""Finds keys that rows of one run have in common, before or while they are merged."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from seedkit.postgres.identifiers import as_texts, names
from seedkit.postgres.loading.stages import Stage, with_stages


def repeated_keys_statement(stages: Sequence[Stage]) -> sql.Composed:
    """Ask for one key, as text, that stands in the stages more than once; a second run takes NULLs for the same."""
    key = stages[0].key
    return sql.SQL(
        "{} select {} from ({}) as staged group by {} having pg_catalog.count(*) operator(pg_catalog.>) 1 limit 1"
    ).format(with_stages(stages), as_texts(key), _keys(stages), names(key))


def repeated_in_table_statement(stage: Stage, *, with_nulls: bool) -> sql.Composed:
    """Ask for one key, as text, that stands in the stage's table more than once; NULLs count if all rows have it."""
    present = sql.SQL("true") if with_nulls else sql.SQL("(row({})) is not null").format(names(stage.key))
    return sql.SQL(
        "select {} from {} where {} group by {} having pg_catalog.count(*) operator(pg_catalog.>) 1 limit 1"
    ).format(as_texts(stage.key), stage.rows_there, present, names(stage.key))


def keys_statement(stage: Stage) -> sql.Composed:
    """Ask for the keys of all staged rows, as text."""
    return sql.SQL("{} select {} from {}").format(with_stages([stage]), as_texts(stage.key), stage.identifier)


def inline_repeats(stages: Sequence[Stage]) -> list[sql.Composed]:
    """Look for repeated keys of inline stages; of the others it was asked before, as a question of its own."""
    sharing: dict[tuple[object, ...], list[Stage]] = {}
    for stage in stages:
        if stage.key and stage.document is not None:
            sharing.setdefault((stage.table.oid, stage.key), []).append(stage)
    return [
        sql.SQL(
            "exists (select from ({}) as staged group by {} having pg_catalog.count(*) operator(pg_catalog.>) 1)"
        ).format(_keys(alike), names(alike[0].key))
        for alike in sharing.values()
    ]


def _keys(stages: Sequence[Stage]) -> sql.Composed:
    return sql.SQL(" union all ").join(
        sql.SQL("select {} from {}").format(names(stage.key), stage.identifier) for stage in stages
    )
