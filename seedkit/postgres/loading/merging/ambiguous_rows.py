"""Finds staged rows that are recognised as several rows of their table, of which an update would change some.

A key that no unique index keeps, or that is NULL, may stand in many rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from seedkit.postgres.identifiers import images_differ
from seedkit.postgres.loading.merging.key_parts import KeyPart, key_parts
from seedkit.postgres.loading.stages import Stage, with_stages


def ambiguous_rows_statement(stage: Stage, most: int) -> sql.Composed:
    """Ask for the first staged rows that mean several, by the texts of their key."""
    texts = sql.SQL(", ").join(
        sql.SQL("pg_catalog.min(staged.{}::pg_catalog.text)").format(sql.Identifier(name)) for name in stage.key
    )
    return sql.SQL("{} {} limit {}").format(with_stages([stage]), _ambiguous_rows(stage, texts), sql.Literal(most))


def inline_ambiguities(stages: Sequence[Stage]) -> list[sql.Composed]:
    """Say for inline stages whether a row means several; of the others it was asked before, as a question alone."""
    asked = (stage for stage in stages if stage.document is not None and stage.may_be_ambiguous)
    return [sql.SQL("exists ({})").format(_ambiguous_rows(stage, sql.SQL("1"))) for stage in asked]


def _ambiguous_rows(stage: Stage, columns: sql.Composable) -> sql.Composed:
    return sql.SQL(" union all ").join(
        sql.SQL(
            "select {columns} from {stage} as staged join {table} as target on {same} where {of_staged}"
            " group by staged.{place} having pg_catalog.count(*) operator(pg_catalog.>) 1"
            " and pg_catalog.bool_or({differ})"
        ).format(
            columns=columns,
            stage=stage.identifier,
            table=stage.rows_there,
            same=part.same,
            of_staged=part.of_staged,
            place=stage.place,
            differ=images_differ(stage.updatable),
        )
        for part in _shared_parts(stage)
    )


def _shared_parts(stage: Stage) -> list[KeyPart]:
    """Divide the rows whose key several rows of the table may have: a unique index keeps those without NULL apart."""
    parts = key_parts(stage)
    return parts[1:] if len(parts) > 1 and stage.table.keeps_apart(stage.key) else parts
