"""Empties tables for a fresh start: one TRUNCATE of those that were planned, and of no other.

A table that inherits from one of them is another; a partition is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.names import TableName, in_quotes
from seedkit.core.reports.columns import few
from seedkit.errors import UsageError
from seedkit.postgres.connection import Connection, takes_statements
from seedkit.postgres.driver_errors import explain
from seedkit.postgres.identifiers import own_rows
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import safe_path


def empty_tables(connection: Connection, tables: Sequence[Table]) -> None:
    """Truncate tables in the open transaction, which undoes it; never CASCADE, and sequences stay where they are.

    Raises UsageError, with the number of its rows, where a table that is not among them refers to one of them.
    """
    if not tables:
        return
    in_order = sorted(tables, key=lambda table: table.oid)
    if refusals := list(_outside_references(connection, [table.oid for table in in_order])):
        raise UsageError(
            f"a fresh run would have to empty {' and '.join(refusals)} as well",
            detail="A foreign key refers from there to a table of the plan. Nothing was changed.",
            hint="Seed it too, name it in @seeder(tables=[...]), or empty it yourself first.",
        )
    names = sql.SQL(", ").join(map(own_rows, in_order))
    try:
        with connection.transaction():
            connection.execute(sql.SQL("truncate {} continue identity restrict").format(names))
    except psycopg.Error as error:
        told = few([str(table.name) for table in in_order])
        explained = explain(error, f"emptying {told}")
        if takes_statements(connection) and (triggers := _triggers_of_truncate(connection, in_order)):
            explained.hint = f"TRUNCATE fires {few(triggers)}: disable it, or empty the tables yourself."
        raise explained from error


def _triggers_of_truncate(connection: Connection, tables: Sequence[Table]) -> list[str]:
    """List the triggers that a TRUNCATE of tables fires, each with its table."""
    with safe_path(connection):
        found = connection.execute(query("truncate_triggers"), {"tables": [table.oid for table in tables]}).fetchall()
    names = {table.oid: table.name for table in tables}
    return [f"the trigger {in_quotes(trigger)} of table {in_quotes(names[oid])}" for oid, trigger in found]


def _outside_references(connection: Connection, oids: list[int]) -> Iterator[str]:
    with safe_path(connection):
        found = connection.execute(query("outside_references"), {"tables": oids}).fetchall()
    for schema, name, kind, readable in found:
        rows = sql.SQL("{}" if kind == "p" else "only {}").format(sql.Identifier(schema, name))
        count = _row_count(connection, rows) if readable else "its rows can not be counted"
        yield f"{TableName(schema, name)} ({count})"


def _row_count(connection: Connection, rows: sql.Composable) -> str:
    row = connection.execute(sql.SQL("select pg_catalog.count(*) from {}").format(rows)).fetchone()
    count = row[0] if row else 0
    return "1 row" if count == 1 else f"{count:,} rows"
