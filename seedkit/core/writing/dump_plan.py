"""Decides what a dump holds: which tables, their order and that of their rows, and which references are followed.

Asks no server and writes no file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seedkit.core.catalog import Catalog, Column, ForeignKey, Table
from seedkit.core.fixture_language.file_names import typed_name
from seedkit.core.names import in_quotes
from seedkit.core.planning.dependency_order import load_order
from seedkit.errors import CatalogError

_ORDERED_CATEGORIES = frozenset("NDTB")


@dataclass(frozen=True, slots=True, kw_only=True)
class SortColumn:
    """A column by which rows are sorted; `as_text` where its own order is not the same in every database."""

    name: str
    as_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A foreign key along which a dump finds rows that its own rows need."""

    child: Table
    parent: Table
    key: ForeignKey


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDump:
    """A table of a dump; `name` is how a fixture names it.

    Of a named table all rows are dumped, or those that `condition` (SQL, as typed) chooses; of any other only those
    that are referred to. `order` is empty where rows are sorted by their whole text.
    """

    table: Table
    name: str
    columns: tuple[Column, ...]
    order: tuple[SortColumn, ...]
    named: bool
    condition: str | None = None

    @property
    def whole(self) -> bool:
        """Whether every row of the table is dumped."""
        return self.named and self.condition is None


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpPlan:
    """The tables of a dump, referenced ones first, and the references that are followed.

    `first` lead from the rows that were asked for, `further` from rows that were found so.
    """

    tables: tuple[TableDump, ...]
    first: tuple[Reference, ...] = ()
    further: tuple[Reference, ...] = ()

    @property
    def has_conditions(self) -> bool:
        """Whether the statements of the dump hold SQL that somebody typed."""
        return any(table.condition is not None for table in self.tables)


def plan_dump(catalog: Catalog, tables: Mapping[int, Table], named: Sequence[int], condition: str | None) -> DumpPlan:
    """Plan the dump of the named tables and of all others that are given, which the rows of these may refer to."""
    names = {relation.oid: typed_name(catalog, relation) for relation in catalog.relations if relation.oid in tables}

    def needed(oid: int) -> list[int]:
        return [key.references for key in tables[oid].foreign_keys]

    order = [oid for group in load_order(sorted(tables, key=names.__getitem__), needed) for oid in group]
    dumps = tuple(
        TableDump(
            table=tables[oid],
            name=names[oid],
            columns=_writable_columns(tables[oid]),
            order=sort_columns(tables[oid]),
            named=oid in named,
            condition=condition if oid in named else None,
        )
        for oid in order
    )
    whole = {dump.table.oid for dump in dumps if dump.whole}
    references = _references(tables, whole)
    return DumpPlan(
        tables=dumps,
        first=tuple(reference for reference in references if reference.child.oid in named),
        further=tuple(reference for reference in references if reference.child.oid not in whole),
    )


def sort_columns(table: Table) -> tuple[SortColumn, ...]:
    """Choose the columns that sort rows alike in every database: the primary key, else a unique key that is not null.

    Text is sorted as bytes, since collations differ; types without an order of their own by their text.
    """
    by_name = {column.name: column for column in table.columns}
    for key in sorted(table.keys, key=lambda key: not key.primary):
        columns = [by_name[name] for name in key.columns]
        if all(column.not_null for column in columns):
            return tuple(SortColumn(name=column.name, as_text=not _has_one_order(column)) for column in columns)
    return ()


def _has_one_order(column: Column) -> bool:
    return column.category in _ORDERED_CATEGORIES or column.base_type == "uuid"


def _writable_columns(table: Table) -> tuple[Column, ...]:
    columns = tuple(column for column in table.columns if not column.generated)
    if not columns:
        raise CatalogError(
            f"table {in_quotes(table.name)} has no column that a fixture could name",
            hint="Leave it out: a fixture has nothing to say of such a row.",
        )
    return columns


def _references(tables: Mapping[int, Table], whole: set[int]) -> tuple[Reference, ...]:
    """List the foreign keys that lead to tables of which not every row is dumped anyway."""
    return tuple(
        Reference(child=table, parent=tables[key.references], key=key)
        for table in tables.values()
        for key in table.foreign_keys
        if key.references in tables and key.references not in whole
    )
