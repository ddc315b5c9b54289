"""Reads the statistics that ANALYZE has left of tables: what this role may see of them, and no row."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from psycopg.rows import dict_row

from seedkit.core.catalog import Table
from seedkit.core.generation.statistics import ColumnStatistics, Statistics
from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import safe_path


def read_statistics(connection: Connection, tables: Mapping[int, Table]) -> dict[int, Statistics]:
    """Read what is known of the rows of some tables, by OID: one round trip in a `safe_path`."""
    with safe_path(connection):
        cursor = connection.cursor(row_factory=dict_row)
        rows = cursor.execute(query("generation_statistics"), {"tables": list(tables)}).fetchall()
    return {row["table"]: _statistics(tables[row["table"]], row) for row in rows}


def _statistics(table: Table, row: Mapping[str, Any]) -> Statistics:
    columns = {column["name"]: _column(column) for column in row["columns"]}
    return Statistics(rows=row["rows"], columns=columns, note=None if columns else _why_none(table, row))


def _column(column: Mapping[str, Any]) -> ColumnStatistics:
    shares = map(Decimal, column["shares"] or ())
    return ColumnStatistics(
        nulls=Decimal(column["nulls"]),
        common=tuple(zip(column["common"] or (), shares, strict=False)),  # a box's own commas part it
        bounds=tuple(column["bounds"] or ()),
    )


def _why_none(table: Table, row: Mapping[str, Any]) -> str:
    if not row["readable"]:
        return f"table {table.name}: this role may not read its rows, nor their statistics"
    if row["hidden"]:
        return f"table {table.name}: row-level security hides its statistics from this role"
    return f"table {table.name} has no statistics: run ANALYZE {table.name}"
