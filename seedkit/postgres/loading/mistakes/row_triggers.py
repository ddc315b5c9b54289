"""The triggers that see each row of a load, and may make another one of it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from psycopg.rows import class_row

from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.queries import query


class RowTrigger(Struct, frozen=True, kw_only=True):
    """A row of the query `row_triggers`; one that works `before` a row is written may change it."""

    table: int
    name: str
    before: bool


def row_triggers(connection: Connection, loads: Sequence[TableLoad]) -> list[RowTrigger]:
    """List the triggers of the tables of some loads."""
    with connection.cursor(row_factory=class_row(RowTrigger)) as cursor:
        return cursor.execute(query("row_triggers"), {"tables": [load.table.oid for load in loads]}).fetchall()
