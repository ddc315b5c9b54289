"""Tables as they are described to who writes rows: what finds a column, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.references import stem_of
from seedkit.core.generation.schema import TableRules


class TableToDescribe(Struct, frozen=True, kw_only=True):
    """A table as fixtures see it, by the name that finds it; `joins` name tables that its rows may list.

    `references` are the names of tables by OID.
    """

    name: str
    rules: TableRules
    joins: Sequence[str] = ()
    comment: str | None = None
    references: Mapping[int, str] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        """The table itself."""
        return self.rules.table


def written(table: Table) -> Sequence[Column]:
    """List the columns that a row may give."""
    return [column for column in table.columns if not column.generated]


def stems(table: Table, column: Column) -> Iterator[str]:
    """Give the names under which a column takes a label: without `_id`, or the name of the column it refers to."""
    for key in table.foreign_keys:
        if column.name in key.columns:
            referred = key.referenced_columns[key.columns.index(column.name)]
            yield from filter(None, [stem_of(column.name, referred)])
    yield from filter(None, [stem_of(column.name)])


def told(table: TableToDescribe, column: Column) -> Iterator[str]:
    """Say what a person who points at the column wants to know."""
    yield column.type_name
    primary = table.table.primary_key
    if primary and column.name in primary.columns:
        yield "primary key"
    elif column.not_null:
        yield "not null"
    if column.identity or column.has_default:
        yield "the database has a value where it is left out"
    for key in table.table.foreign_keys:
        if column.name in key.columns and key.references in table.references:
            yield f"refers to {table.references[key.references]}"
    if comment := table.rules.comments.get(column.name):
        yield comment
