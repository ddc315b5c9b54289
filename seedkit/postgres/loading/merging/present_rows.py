"""Finds staged rows that are there already, where these are an error that no key of the table makes of them."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from seedkit.postgres.identifiers import names
from seedkit.postgres.loading.merging.key_parts import rows_by_presence
from seedkit.postgres.loading.stages import Stage, with_stages


def present_rows_statement(stage: Stage, most: int) -> sql.Composed:
    """Ask for the first staged rows that are there already, by the texts of what they are recognised by."""
    texts = sql.SQL(", ").join(
        sql.SQL("staged.{}::pg_catalog.text").format(sql.Identifier(name)) for name in stage.recognised_by
    )
    return sql.SQL("{} {} order by staged.{} limit {}").format(
        with_stages([stage]), _present_rows(stage, texts), stage.place, sql.Literal(most)
    )


def inline_presents(stages: Sequence[Stage]) -> list[sql.Composed]:
    """Say for inline stages whether a row is there; of the others it was asked before, as a question of its own."""
    asked = (stage for stage in stages if stage.document is not None and stage.refuses_present)
    return [sql.SQL("exists ({})").format(_present_rows(stage, sql.SQL("1"))) for stage in asked]


def _present_rows(stage: Stage, columns: sql.Composable) -> sql.Composed:
    if stage.key:
        return rows_by_presence(stage, columns, "exists")
    return sql.SQL("select {} from {} as staged where exists (select 1 from {} as target where {})").format(
        columns, stage.identifier, stage.rows_there, _same_image(stage)
    )


def _same_image(stage: Stage) -> sql.Composed:
    """Compare whole rows by their text, as those without a key are counted."""
    return sql.SQL("row({})::pg_catalog.text operator(pg_catalog.=) row({})::pg_catalog.text").format(
        names(stage.shape.stable, "target"), names(stage.shape.stable, "staged")
    )
