"""What the triggers and rules of tables do, as it is written."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace
from psycopg.rows import class_row

from seedkit.core.catalog import Table
from seedkit.core.planning.trigger_draws import TriggerSource
from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query


def read_trigger_sources(connection: Connection, tables: Iterable[Table]) -> list[TriggerSource]:
    """Read the source of each trigger that rows of some tables fire; where none has any, nothing is asked."""
    firing = [table for table in tables if table.row_triggers or table.statement_triggers or table.rules]
    wholes = {part: table.oid for table in firing for part in (table.oid, *table.partitions)}
    if not wholes:
        return []
    with connection.cursor(row_factory=class_row(TriggerSource)) as cursor:
        found = cursor.execute(query("writing_triggers"), {"tables": list(wholes)}).fetchall()
    return [replace(each, table=wholes[each.table]) for each in found]
