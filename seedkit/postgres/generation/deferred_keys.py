"""Keys that are checked at the end of a transaction: of rows that have just come, they are checked at once.

Deferred triggers wait for the end, as what they do may depend on tables that have no rows yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from psycopg import sql

from seedkit.postgres.connection import Connection, pipelined
from seedkit.postgres.session import Answer

Names = tuple[tuple[str, str], ...]


def deferred_keys(asked: Answer) -> dict[int, Names]:
    """Give the schemas and names of deferred keys, by the OID of their table."""
    found: dict[int, Names] = {}
    for oid, schema, name in asked.fetchall():
        found[oid] = (*found.get(oid, ()), (schema, name))
    return found


def check_deferred_keys(connection: Connection, keys: Mapping[int, Names], tables: Iterable[int]) -> None:
    """Check the deferred keys of some tables now, and have them wait again; raises psycopg.Error where one refuses."""
    names = [sql.Identifier(schema, name) for oid in tables for schema, name in keys.get(oid, ())]
    if not names:
        return
    listed = sql.SQL(", ").join(names)
    with pipelined(connection):
        connection.execute(sql.SQL("set constraints {} immediate").format(listed))
        connection.execute(sql.SQL("set constraints {} deferred").format(listed))
