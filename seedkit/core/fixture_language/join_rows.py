"""Rows of a pure join table that stand as a list in a labelled row: `roles: [admin, editor]` (Rails)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.references import literal_test
from seedkit.core.fixture_language.row_templates import expanded
from seedkit.core.fixtures import FixtureOptions, FixtureTable, Quoted, Row, Spelling, Tagged, Value
from seedkit.errors import FixtureError, Origin


class Join(Struct, frozen=True, kw_only=True):
    """A join table as seen from one of the two tables: its column for that table's key, and the one for the other's.

    `names` are those of the two tables where nothing but the names of the columns tells of them.
    """

    table: Table
    own_column: str
    other_column: str
    other_table: int
    names: tuple[str, str] | None = None


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
        spelling=Spelling.YAML,
        header=(),
    )


def _rows(fixture: FixtureTable, name: str, join: Join, own_key: str | None) -> Iterator[Row]:
    for row in expanded(fixture):
        if name in row.values:
            own = _own(row, own_key, fixture, join)
            for other in _others(row.values[name], join, row.line):
                yield Row(None, row.line, {join.own_column: own, join.other_column: other})


def _own(row: Row, own_key: str | None, fixture: FixtureTable, join: Join) -> Value:
    names = sorted((name for name in row.values if own_key and name.lower() == own_key.lower()), key=own_key.__ne__)
    literal = row.values[names[0]] if names else None
    if literal is not None:
        return literal
    if row.label is None:
        raise FixtureError(
            "a row with rows of a join table has neither a key nor a label",
            origin=Origin(path=fixture.origin.path, line=row.line),
        )
    label = f"{join.names[0]}.{row.label}" if join.names else row.label
    return Tagged(tag="!ref", value=Quoted(label), line=row.line)


def _others(value: Value, join: Join, line: int) -> list[Value]:
    """Read a list, or the text `admin, editor`; in a column of text every name is a label."""
    items: list[Value] = [item.strip() for item in value.split(",")] if isinstance(value, str) else []
    items = value if isinstance(value, list) else items
    is_literal = literal_test(join.table.column(join.other_column))
    if is_literal is not None and join.names is None:
        return items
    return [_other(item, join, line, is_literal or (lambda _: False)) for item in items]


def _other(item: Value, join: Join, line: int, is_literal: Callable[[str], object]) -> Value:
    if not isinstance(item, str) or is_literal(item):
        return item
    return Tagged(tag="!ref", value=f"{join.names[1]}.{item}" if join.names else item, line=line)
