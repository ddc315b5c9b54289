"""What the triggers and rules of tables do, as it is written."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg.rows import class_row

from seedkit.core.catalog import Table
from seedkit.core.planning.trigger_draws import TriggerSource
from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query


def read_trigger_sources(connection: Connection, tables: Iterable[Table]) -> list[TriggerSource]:
    """Read the source of each trigger that rows of some tables fire; where none has any, nothing is asked."""
    firing = [table.oid for table in tables if table.row_triggers or table.statement_triggers or table.rules]
    if not firing:
        return []
    with connection.cursor(row_factory=class_row(TriggerSource)) as cursor:
        return cursor.execute(query("writing_triggers"), {"tables": firing}).fetchall()
