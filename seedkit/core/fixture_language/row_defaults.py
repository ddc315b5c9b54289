"""The defaults of a file: what its rows have under keys that they leave out. A row's own value wins, also a null."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.own_labels import with_label
from seedkit.core.fixture_language.pointers import columns_called
from seedkit.core.fixture_language.references import reference_column
from seedkit.core.fixture_language.rest import REST_TAG, rest_columns
from seedkit.core.fixture_language.row_plans import holds_tag
from seedkit.core.fixtures import Chunk, FixtureChunks, FixtureTable, Row, RowDefault, Tagged, Value
from seedkit.core.names import in_quotes
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.errors import CatalogError, FixtureError, Origin, blamed_on


def with_defaults(fixture: FixtureTable, table: Table, joins: Collection[str]) -> FixtureTable:
    """Offer a fixture's rows with its file's defaults, those that its table has a column for; `joins` are no columns.

    Raises FixtureError or CatalogError at the place of a default that its column can't have.
    """
    if not (fixture.options.defaults or fixture.options.rest):
        return fixture
    defaults, look = _Defaults(fixture, table, joins), fixture.looked_through
    return replace(
        fixture,
        rows=lambda: defaults.completed(fixture.rows()),
        chunks=fixture.chunks and replace(fixture.chunks, rows=partial(_chunk_rows, defaults, fixture.chunks)),
        looked_through=look and (lambda note: defaults.completed(look(note))),
        added=defaults.added,
        tags=fixture.tags | ({REST_TAG} if fixture.options.rest else set()),
    )


def refuse_unmeant_defaults(fixture: FixtureTable, tables: Sequence[tuple[Table, Collection[str]]]) -> None:
    """Raise the error for a default that none of a file's tables has a column for; each comes with its joins."""
    for name, default in fixture.options.defaults.items():
        if any(meant_column(name, table, joins) for table, joins in tables):
            continue
        if len(tables) == 1:
            tables[0][0].column(name, _place(fixture, default))
        names = " and ".join(in_quotes(table.name) for table, _ in tables)
        raise FixtureError(f'none of the tables {names} has a column "{name}"', origin=_place(fixture, default))


class _Defaults:
    """The defaults that rows of one table can have, by their keys, and which of them rows with certain keys take."""

    def __init__(self, fixture: FixtureTable, table: Table, joins: Collection[str]) -> None:
        self._table, self._joins = table, joins
        self._by_column: dict[str, tuple[str, Value]] = {}
        self._missing: dict[tuple[str, ...], Mapping[str, Value]] = {}
        for name, default in fixture.options.defaults.items():
            if column := meant_column(name, table, joins):
                with blamed_on(_place(fixture, default)):
                    self._refuse_second(name, column)
                    _refuse_misfit(default.value, next((c for c in table.columns if c.name == column), None))
                self._by_column[column] = (name, default.value)
        if line := fixture.options.rest:
            rest = Tagged(tag=REST_TAG, value=None, line=line)
            left = [name for name in rest_columns(table, fixture.options.key) if name not in self._by_column]
            self._by_column |= {name: (name, rest) for name in left}

    def completed(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Give rows with what they leave out."""
        for row in rows:
            missing = self.added(tuple(row.values))
            if missing:
                added = missing if row.label is None else with_label(missing, row.label)
                yield Row(row.label, row.line, {**row.values, **added})
            else:
                yield row

    def added(self, names: tuple[str, ...]) -> Mapping[str, Value]:
        """Give what rows with these keys take."""
        missing = self._missing.get(names)
        if missing is None:
            own = {meant_column(name, self._table, self._joins) for name in names}
            missing = dict(pair for column, pair in self._by_column.items() if column not in own)
            self._missing[names] = missing
        return missing

    def _refuse_second(self, name: str, column: str) -> None:
        if column in self._by_column:
            first, _ = self._by_column[column]
            raise FixtureError(f'"{first}" and "{name}" both mean the column "{column}"', hint="Keep one of them.")


def _chunk_rows(defaults: _Defaults, chunks: FixtureChunks, chunk: Chunk) -> list[Row] | None:
    rows = chunks.rows(chunk)
    return None if rows is None else list(defaults.completed(rows))


def meant_column(name: str, table: Table, joins: Collection[str]) -> str | None:
    """Give the column that a key means, its own name where it is a join, or None."""
    if (column := table.find_column(name)) is not None:
        return column.name
    if name in joins:
        return name
    called = columns_called(table, name)
    return reference_column(table, name) or (called[0] if len(called) == 1 else None)


def _refuse_misfit(value: Value, column: Column | None) -> None:
    if isinstance(value, Tagged) and value.tag == "!range":
        raise FixtureError("!range makes rows, and a default is a value of each", hint="Write it into a row.")
    if column is not None and column.generated:
        raise CatalogError(f'column "{column.name}" is generated and can not be written', hint="Take it out.")
    if column is not None and not holds_tag(value) and not (isinstance(value, str) and "$LABEL" in value):
        encoder_for(column)(value)


def _place(fixture: FixtureTable, default: RowDefault) -> Origin:
    return Origin(path=fixture.origin.path, line=default.line)
