"""Reads what a fixture's template tells of a table."""

from __future__ import annotations

from psycopg.rows import class_row

from seedkit.core.writing.templates import ColumnFacts
from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query
from seedkit.postgres.time_outs import transaction_without_time_outs


def read_column_facts(connection: Connection, oid: int) -> dict[str, ColumnFacts]:
    """Read what a template tells of a table's columns, by name.

    Unlike the rest of the catalog a default's text takes a lock on the table, the weakest one: it waits at most five
    seconds.
    """
    with transaction_without_time_outs(connection), connection.cursor(row_factory=class_row(ColumnFacts)) as cursor:
        cursor.execute("set local lock_timeout = '5s'")
        rows = cursor.execute(query("column_facts"), {"table": oid}).fetchall()
    return {facts.name: facts for facts in rows}
