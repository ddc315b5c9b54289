"""Small tables, fixtures and seeders; what a test does not care about is left at a default."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from seedkit.core.catalog import Column, Table, UniqueKey
from seedkit.core.column_types import ColumnType, TypeKind
from seedkit.core.fixture_language.candidates import Candidates
from seedkit.core.fixture_language.packed_texts import PackedTexts
from seedkit.core.fixture_language.row_language import RowLanguage
from seedkit.core.fixture_language.row_values import Setting
from seedkit.core.fixtures import FixtureOptions, FixtureTable, Row, Value
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.names import QualifiedName, TableName
from seedkit.core.planning.seeders import Seeder
from seedkit.core.relations import Catalog, Relation
from seedkit.errors import Origin

_CATEGORIES = {"boolean": "B", "text": "S", "timestamp without time zone": "D", "jsonb": "U", "json": "U"}


def a_column(name: str, type_name: str = "integer", **facts: Any) -> Column:
    """A column of a type, nullable and without a default; a type like `text[]` is an array."""
    category = "A" if type_name.endswith("[]") else _CATEGORIES.get(type_name, "N")
    column = Column(
        number=1,
        name=name,
        type_name=type_name,
        base_type=type_name,
        category=category,
        not_null=False,
        has_default=False,
        identity="",
        generated=False,
        structure=an_array_type(type_name) if category == "A" else None,
    )
    return replace(column, **facts)


def a_type(name: str, kind: TypeKind = TypeKind.SCALAR, **parts: Any) -> ColumnType:
    """A type of its own, not a domain."""
    return ColumnType(name=name, base_type=name, kind=kind, **parts)


def an_array_type(name: str) -> ColumnType:
    """An array type such as `text[]`."""
    return a_type(name, TypeKind.ARRAY, part=a_type(name.removesuffix("[]")))


def a_column_of(type_: ColumnType) -> Column:
    """A column `value` of a type made of parts."""
    return a_column("value", type_.name, category="X", structure=type_)


def a_table(
    name: str = "users",
    columns: Sequence[str | Column] = ("id", "email"),
    *,
    oid: int = 1,
    primary_key: Sequence[str] = (),
    unique: Sequence[Sequence[str]] = (),
    references: Sequence[int] = (),
) -> Table:
    """A table in the schema public; columns that are only named are of type text."""
    described = [a_column(column, "text") if isinstance(column, str) else column for column in columns]
    keys = [UniqueKey(name=f"{name}_pkey", columns=tuple(primary_key), primary=True)] if primary_key else []
    keys += [UniqueKey(name="_".join([name, *key]), columns=tuple(key), primary=False) for key in unique]
    return Table(
        oid=oid,
        name=TableName("public", name),
        kind="r",
        columns=tuple(replace(column, number=number) for number, column in enumerate(described, start=1)),
        keys=tuple(keys),
        foreign_keys=tuple(
            ForeignKey(name=f"fk_{other}", columns=(f"{other}_id",), references=other, referenced_columns=("id",))
            for other in references
        ),
        row_security=False,
    )


def a_fixture(
    table: str = "users", rows: Sequence[Mapping[str, Value]] = (), *, file: str | None = None, **options: Any
) -> FixtureTable:
    """A fixture whose nth row stands on line n."""
    kept = [Row(None, line, dict(row)) for line, row in enumerate(rows, start=1)]
    return FixtureTable(
        table=table,
        origin=Origin(path=Path(file or f"fixtures/{table}.yml")),
        options=FixtureOptions(**options),
        rows=lambda: iter(kept),
    )


class KnownLabels:
    """Labelled rows as table → label → column → value, by tables' names; a table's OID is its place among them."""

    def __init__(self, rows: Mapping[str, Mapping[str, Mapping[str, Value]]] | None = None) -> None:
        self._rows = rows or {}
        self._tables = [a_table(name, oid=oid) for oid, name in enumerate(self._rows)]

    def find(self, text: str) -> Table | None:
        return next((table for table in self._tables if table.name.name == text), None)

    def table(self, oid: int) -> Table:
        return self._tables[oid] if oid < len(self._tables) else a_table("others", oid=oid)

    def called(self, name: str, schema: str) -> Table | None:  # noqa: ARG002 - all are in one schema
        return self.find(name)

    def labelled_tables(self) -> Collection[int]:
        return range(len(self._tables))

    def renames(self, table: Table, text: str, column: str) -> bool:
        rows = self._rows.get(table.name.name, {})
        return text in rows and text not in [row.get(column) for row in rows.values()]

    def elsewhere(self, table: Table, label: str) -> str | None:  # noqa: ARG002 - all of them are known
        return None

    def named(self, table: Table) -> Collection[str]:
        return self._rows.get(table.name.name, {}).keys()

    def value(self, table: Table, label: str, column: str) -> Value:
        return self._rows[table.name.name][label][column]

    def candidates(self, table: Table) -> Candidates:
        return Candidates(PackedTexts(str(row["id"]) for row in self._rows[table.name.name].values()))

    def own_key(self, table: Table, label: str) -> Value:
        return self._rows.get(table.name.name, {}).get(label, {}).get("id")


A_SETTING = Setting(random_seed=0, now=datetime(2026, 1, 1, tzinfo=UTC))

plain_rows = RowLanguage(A_SETTING, KnownLabels()).reading
"""Reads the rows of fixtures that use no labels."""


def a_seeder(name: str, *, line: int = 1, **options: Any) -> Seeder:
    """A seeder that does nothing, in a module of its own name."""
    origin = Origin(path=Path(f"seeders/{name}.py"), line=line)
    return Seeder(name=name, function=lambda _: None, origin=origin, **options)


def a_catalog(*names: str | QualifiedName, **kinds: str) -> Catalog:
    """A catalog of relations such as `users` or `sales.orders`; only the schema public is on the search path.

    All are tables, but those given as `name=kind` with a letter of `pg_class.relkind`.
    """
    described = [*((name, "r") for name in names), *kinds.items()]
    relations = (
        Relation(oid=oid, name=(qualified := _qualified(name)), kind=kind, visible=qualified.schema == "public")
        for oid, (name, kind) in enumerate(described, start=1)
    )
    return Catalog(tuple(relations))


def _qualified(name: str | QualifiedName) -> QualifiedName:
    if isinstance(name, QualifiedName):
        return name
    schema, _, bare = name.rpartition(".")
    return QualifiedName(schema or "public", bare)
