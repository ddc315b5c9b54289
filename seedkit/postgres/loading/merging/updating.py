"""Updates rows that are there and differ from those of a stage."""

from __future__ import annotations

from psycopg import sql

from seedkit.postgres.identifiers import assignments, images_differ
from seedkit.postgres.loading.merging.key_parts import key_parts
from seedkit.postgres.loading.stages import Stage, same_key

NOTHING = sql.SQL("select 1 where false")


def update_rows(stage: Stage, rows: sql.Composable, same: sql.SQL | None = None) -> sql.Composed:
    """Update what differs from the stage's rows, or from those that are the `same` in one way."""
    return sql.SQL("update {} as target set {} from {} as staged where {}").format(
        stage.rows_there,
        assignments(stage.updatable),
        rows,
        _differs(stage, same or same_key(stage)),
    )


def differing_rows(stage: Stage) -> sql.Composable:
    """Select the rows that an update would touch."""
    if not stage.updates:
        return NOTHING
    return sql.SQL(" union all ").join(
        sql.SQL("select 1 from {} as target, {} as staged where {}").format(
            stage.rows_there, stage.identifier, _differs(stage, part.same)
        )
        for part in key_parts(stage)
    )


def _differs(stage: Stage, same: sql.SQL) -> sql.Composed:
    return sql.SQL("{} and {}").format(same, images_differ(stage.updatable))
