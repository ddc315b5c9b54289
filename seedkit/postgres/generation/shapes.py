"""Reads what the types of columns ask of their values, and whether this server can hold XML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace
from psycopg.errors import FeatureNotSupported

from seedkit.core.column_types import TypeKind
from seedkit.core.generation.citext_operators import is_citext, plainly
from seedkit.core.generation.expressions.parser import parsed_check
from seedkit.core.generation.shapes import Shape
from seedkit.postgres.connection import Connection

Row = Mapping[str, Any]
Shapes = Callable[[int, str], Shape]
"""Gives the shape of a type by its OID and its name, which carries length and precision."""


def shapes(rows: Iterable[Row]) -> Shapes:
    """Put types together from the rows of the query `types`."""
    by_oid = {row["oid"]: row for row in rows}

    def shape(oid: int, name: str) -> Shape:
        row = by_oid[oid]
        if row["kind"] == "domain":
            return _domain(row, shape(row["part"], row["part_name"]))
        part_name = name.removesuffix("[]") if row["kind"] == "array" else row["part_name"]
        return Shape(
            type=name,
            kind=TypeKind(row["kind"]),
            part=None if row["part"] is None else shape(row["part"], part_name),
            fields=tuple((field["name"], shape(field["type"], field["type_name"])) for field in row["fields"]),
            labels=tuple(row["labels"]),
            delimiter=row["delimiter"],
        )

    return shape


def _domain(row: Row, below: Shape) -> Shape:
    citexts = {"value"} if is_citext(below.type) else set[str]()
    checks = tuple(plainly(parsed_check(check), citexts) for check in row["checks"])
    return replace(below, checks=(*below.checks, *checks), not_null=below.not_null or row["not_null"])


def without_xml(connection: Connection, found: Mapping[int, Mapping[str, Shape]]) -> Mapping[int, Mapping[str, Shape]]:
    """Say of some tables' types that XML holds nothing, where the server was built without libxml: asked once."""
    if not any(_speaks_of_xml(shape) for columns in found.values() for shape in columns.values()):
        return found
    if _takes_xml(connection):
        return found
    return {oid: {name: _emptied(shape) for name, shape in columns.items()} for oid, columns in found.items()}


def _speaks_of_xml(shape: Shape) -> bool:
    parts = (*([] if shape.part is None else [shape.part]), *(field for _, field in shape.fields))
    return shape.name == "xml" or any(map(_speaks_of_xml, parts))


def _takes_xml(connection: Connection) -> bool:
    try:
        with connection.transaction():
            connection.execute("select pg_catalog.xml_is_well_formed_content('<a/>')")
    except FeatureNotSupported:
        return False
    return True


def _emptied(shape: Shape) -> Shape:
    return replace(
        shape,
        holds_nothing=shape.name == "xml",
        part=None if shape.part is None else _emptied(shape.part),
        fields=tuple((name, _emptied(field)) for name, field in shape.fields),
    )
