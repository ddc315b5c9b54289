"""Decides what a dump holds: which tables, their order and that of their rows, and which references are followed.

Asks no server and writes no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.file_names import typed_name
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.names import in_quotes
from seedkit.core.planning.dependency_order import load_order
from seedkit.core.relations import Catalog
from seedkit.errors import CatalogError

_ORDERED_CATEGORIES = frozenset("NDTB")


class SortColumn(Struct, frozen=True, kw_only=True):
    """A column by which rows are sorted; `as_text` where its own order is not the same in every database."""

    name: str
    as_text: bool


class Reference(Struct, frozen=True, kw_only=True):
    """A foreign key along which a dump finds rows that its own rows need."""

    child: Table
    parent: Table
    key: ForeignKey


class TableDump(Struct, frozen=True, kw_only=True):
    """A table of a dump; `name` is how a fixture names it.

    Of a named table all rows are dumped, or those that `condition` (SQL, as typed) chooses; of any other only those
    that are referred to. `order` is empty where rows are sorted by their whole text. `elsewhere` are the OIDs of the
    partitions of the table that the dump writes by themselves.
    """

    table: Table
    name: str
    columns: tuple[Column, ...]
    order: tuple[SortColumn, ...]
    named: bool
    condition: str | None = None
    elsewhere: tuple[int, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every row of the table is dumped."""
        return self.named and self.condition is None


class DumpPlan(Struct, frozen=True, kw_only=True):
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

    @property
    def references(self) -> tuple[Reference, ...]:
        """All references that are followed."""
        return tuple(dict.fromkeys((*self.first, *self.further)))

    def searches(self, dump: TableDump) -> bool:
        """Whether rows of a table that is not dumped whole may be found by references: to it, a part, or the whole."""
        return not dump.whole and any(
            reference.parent.oid in dump.table.lineage or dump.table.oid in reference.parent.lineage
            for reference in self.references
        )


def plan_dump(catalog: Catalog, tables: Mapping[int, Table], named: Sequence[int], condition: str | None) -> DumpPlan:
    """Plan the dump of the named tables and of all others that are given, which the rows of these may refer to.

    A row stands once: with the partition that is named, else with the uppermost table that is given.
    """
    written = {oid: table for oid, table in tables.items() if oid in named or not tables.keys() & {*table.partition_of}}
    names = {relation.oid: typed_name(catalog, relation) for relation in catalog.relations if relation.oid in written}

    def needed(oid: int) -> list[int]:
        keys = written[oid].foreign_keys
        return [other.oid for other in written.values() if any(key.leads_to(other.lineage) for key in keys)]

    order = [oid for group in load_order(sorted(written, key=names.__getitem__), needed) for oid in group]
    dumps = tuple(
        TableDump(
            table=tables[oid],
            name=names[oid],
            columns=_writable_columns(tables[oid]),
            order=sort_columns(tables[oid]),
            named=oid in named,
            condition=condition if oid in named else None,
            elsewhere=tuple(part for other in written.values() if oid in other.partition_of for part in _parts(other)),
        )
        for oid in order
    )
    whole = {dump.table.oid for dump in dumps if dump.whole}
    references = _references(written.values(), tables, whole)
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
            hint="Leave it out, of --all with --exclude. A row of defaults is - {} in a fixture.",
        )
    return columns


def _parts(table: Table) -> tuple[int, ...]:
    return (table.oid, *table.partitions)


def _references(children: Iterable[Table], tables: Mapping[int, Table], whole: set[int]) -> tuple[Reference, ...]:
    """List the foreign keys that lead to tables of which not every row is dumped anyway."""
    return tuple(
        Reference(child=table, parent=tables[key.references], key=key)
        for table in children
        for key in table.foreign_keys
        if key.references in tables and not whole & {*tables[key.references].lineage}
    )
