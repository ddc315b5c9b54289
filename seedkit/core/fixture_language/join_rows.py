"""Rows of a pure join table that stand as a list in a labelled row: `roles: [admin, editor]` (Rails)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.references import literal_test
from seedkit.core.fixture_language.row_templates import expanded
from seedkit.core.fixtures import FixtureOptions, FixtureTable, Quoted, Row, Tagged, Value
from seedkit.errors import FixtureError, Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A join table as seen from one of the two tables: its column for that table's key, and the one for the other's."""

    table: Table
    own_column: str
    other_column: str
    other_table: int


def joins_of(joined: Table, tables: list[Table]) -> list[Join]:
    """List the joins of a table among pure join tables: two foreign keys of one column each, and no other column.

    The first column of a table that joins a table with itself is its own.
    """
    found: dict[tuple[int, int], Join] = {}
    for table in tables:
        keys = [key for key in table.foreign_keys if len(key.columns) == 1]
        if len(table.columns) == len(keys) == 2:
            for own, other in (keys, keys[::-1]):
                if own.leads_to(joined.lineage):
                    join = Join(
                        table=table,
                        own_column=own.columns[0],
                        other_column=other.columns[0],
                        other_table=other.references,
                    )
                    found.setdefault((table.oid, other.references), join)
    return list(found.values())


def join_fixture(fixture: FixtureTable, name: str, join: Join, own_key: str | None) -> FixtureTable:
    """Offer the rows of a join table that a fixture's rows hold under `name`; `own_key` is their table's key column."""
    return replace(
        fixture,
        table=str(join.table.name),
        options=FixtureOptions(environments=fixture.options.environments),
        rows=partial(_rows, fixture, name, join, own_key),
        labelled=False,
        tags=fixture.tags | {"!ref"},
        joins=frozenset(),
        chunks=None,
        looked_through=None,
    )


def _rows(fixture: FixtureTable, name: str, join: Join, own_key: str | None) -> Iterator[Row]:
    for row in expanded(fixture):
        if name in row.values:
            own = _own(row, own_key, fixture)
            for other in _others(row.values[name], join):
                yield Row(None, row.line, {join.own_column: own, join.other_column: other})


def _own(row: Row, own_key: str | None, fixture: FixtureTable) -> Value:
    names = sorted((name for name in row.values if own_key and name.lower() == own_key.lower()), key=own_key.__ne__)
    literal = row.values[names[0]] if names else None
    if literal is not None:
        return literal
    if row.label is None:
        raise FixtureError(
            "a row with rows of a join table has neither a key nor a label",
            origin=Origin(path=fixture.origin.path, line=row.line),
        )
    return Tagged(tag="!ref", value=Quoted(row.label), line=row.line)


def _others(value: Value, join: Join) -> list[Value]:
    """Read a list, or the text `admin, editor`; in a column of text every name is a label."""
    items: list[Value] = [item.strip() for item in value.split(",")] if isinstance(value, str) else []
    items = value if isinstance(value, list) else items
    if literal_test(join.table.column(join.other_column)) is not None:
        return items
    return [Tagged(tag="!ref", value=item, line=0) if isinstance(item, str) else item for item in items]
