"""Reads what types are made of; takes no lock on any table."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from msgspec.structs import replace
from psycopg.rows import dict_row

from seedkit.core.column_types import ColumnType, Field, TypeKind
from seedkit.postgres.queries import query
from seedkit.postgres.session import Answer, Session


def read_types(connection: Session, oids: Collection[int]) -> dict[int, ColumnType]:
    """Read some types by OID, in one query; in none where none is asked for."""
    if not oids:
        return {}
    rows = ask_types(connection, types=oids).fetchall()
    by_oid = {row["oid"]: row | {"name": row["name"].removeprefix(row["found_in"])} for row in rows}

    @cache
    def built(oid: int) -> ColumnType:
        row = by_oid[oid]
        part = built(row["part"]) if row["part"] else None
        if row["kind"] == "domain" and part:
            return replace(part, name=row["name"])
        fields = tuple(Field(name=field["name"], type=built(field["type"])) for field in row["fields"])
        return _type(row, part, fields)

    return {oid: built(oid) for oid in oids}


def ask_types(connection: Session, *, types: Collection[int] = (), tables: Collection[int] = ()) -> Answer:
    """Ask for some types by OID, for those of the columns of some tables, and for all that these are made of."""
    parameters = {"types": list(types), "tables": list(tables)}
    return connection.cursor(row_factory=dict_row).execute(query("types"), parameters)


def _type(row: dict[str, Any], part: ColumnType | None, fields: tuple[Field, ...]) -> ColumnType:
    return ColumnType(
        name=row["name"],
        base_type=row["name"],
        kind=TypeKind(row["kind"]),
        part=part,
        delimiter=row["delimiter"],
        fields=fields,
        labels=tuple(row["labels"]),
    )
