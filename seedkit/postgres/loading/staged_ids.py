"""Makes room for staged rows that draw their key, past the ids that other staged rows bring."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.rows.keys import drawn_columns
from seedkit.core.sequences.ids import whole_id
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.sequences.room import make_room


def make_room_for(connection: Connection, table: Table, stages: Sequence[Stage]) -> None:
    """Make room for those of a table's staged rows that draw a key, past the ids that others of them bring."""
    drawn = dict.fromkeys(name for stage in stages for name in drawn_columns(table, stage.shape))
    for name in drawn:
        make_room(connection, table, [name], _staged_ids(connection, name, stages))


def _staged_ids(connection: Connection, column: str, stages: Sequence[Stage]) -> list[int]:
    """Read the highest and the lowest id that stages bring; NaN and the like are none that a sequence could meet."""
    bringing = [stage for stage in stages if column in stage.shape.columns]
    if not bringing:
        return []
    rows = sql.SQL(" union all ").join(
        sql.SQL("select {} as id from {}").format(sql.Identifier(column), stage.identifier) for stage in bringing
    )
    found = connection.execute(
        sql.SQL(
            "select pg_catalog.max(id)::pg_catalog.text, pg_catalog.min(id)::pg_catalog.text from ({}) as staged"
        ).format(rows)
    )
    texts = found.fetchone() or ()
    return [number for text in texts if (number := _id_or_none(text)) is not None]


def _id_or_none(text: str | None) -> int | None:
    try:
        return whole_id(text, ascending=True)
    except ValueError:
        return None
