"""Tables held in place: locked as by a reader, and still those that the catalog has shown.

For servers that can't refuse a view which somebody has put in a table's place meanwhile (CVE-2024-7348), and for
statements that may read views, such as a condition of the user's own.
"""

from __future__ import annotations

from collections.abc import Mapping

from psycopg import sql

from seedkit.core.names import TableName
from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query


def hold_tables(connection: Connection, tables: Mapping[int, TableName]) -> list[TableName]:
    """Lock tables, given by their OIDs, to the end of the transaction; give those that are no longer what they were."""
    if not tables:
        return []
    in_order = {oid: tables[oid] for oid in sorted(tables)}
    names = sql.SQL(", ").join(sql.Identifier(table.schema, table.name) for table in in_order.values())
    connection.execute(sql.SQL("lock table only {} in access share mode").format(names))
    shown = {
        "oids": list(in_order),
        "schemas": [table.schema for table in in_order.values()],
        "names": [table.name for table in in_order.values()],
    }
    return [tables[oid] for (oid,) in connection.execute(query("swapped_tables"), shown).fetchall()]
