"""Reads what PostgreSQL knows about tables; takes no lock on any of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from psycopg.rows import dict_row

from seedkit.core.catalog import Catalog, Column, ForeignKey, Relation, Table, UniqueKey
from seedkit.core.column_types import ColumnType
from seedkit.core.names import QualifiedName, TableName
from seedkit.postgres.column_types import read_types
from seedkit.postgres.connection import Connection, query


def read_catalog(connection: Connection) -> Catalog:
    """Read the names of all tables, views and sequences outside PostgreSQL's own schemas, in one query."""
    rows = connection.execute(query("relations")).fetchall()
    return Catalog(
        tuple(
            Relation(oid=oid, name=QualifiedName(schema, name), kind=kind, visible=visible)
            for oid, schema, name, kind, visible in rows
        )
    )


def read_tables(connection: Connection, oids: Iterable[int]) -> dict[int, Table]:
    """Read the columns, keys and foreign keys of some tables by OID: one query, two where types are made of parts."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(query("tables"), {"tables": list(oids)}).fetchall()
    structures = {column["structure"] for row in rows for column in row["columns"]}
    types = read_types(connection, structures - {None})
    return {row["oid"]: _table(row, types) for row in rows}


def read_join_tables(connection: Connection, oids: Collection[int]) -> dict[int, Table]:
    """Read, by OID, the tables that do nothing but join one of some tables with another or with itself."""
    found = connection.execute(query("join_tables"), {"tables": list(oids)}).fetchall()
    return read_tables(connection, [oid for (oid,) in found]) if found else {}


def _table(row: dict[str, Any], types: Mapping[int, ColumnType]) -> Table:
    return Table(
        oid=row["oid"],
        name=TableName(row["schema"], row["name"]),
        kind=row["kind"],
        columns=tuple(Column(**(column | {"structure": types.get(column["structure"])})) for column in row["columns"]),
        keys=tuple(UniqueKey(**(key | {"columns": tuple(key["columns"])})) for key in row["keys"]),
        foreign_keys=tuple(_foreign_key(key) for key in row["foreign_keys"]),
        row_security=row["row_security"],
        rules=row["rules"],
        statement_triggers=row["statement_triggers"],
    )


def _foreign_key(key: dict[str, Any]) -> ForeignKey:
    columns = {name: tuple(key[name]) for name in ("columns", "referenced_columns")}
    return ForeignKey(name=key["name"], references=key["references"], **columns)
