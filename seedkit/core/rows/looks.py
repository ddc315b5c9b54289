"""Looks through the rows of a fixture for all that can be known to be wrong with them, without the server.

Loading stops at the first mistake. A look goes on: to the next column of the row, and to the next row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.row_language import RowReading
from seedkit.core.fixture_language.row_values import RowValues
from seedkit.core.fixtures import UNREAD, FixtureTable, Row, Tagged, Value
from seedkit.core.names import nearest
from seedkit.core.reports.mistakes import Kind, Mistake, leaving_out, mistake_of, null
from seedkit.core.rows.blocks import PlacedRow
from seedkit.core.rows.fixture_source import writable_column
from seedkit.core.rows.keys import on_conflict_named, row_key
from seedkit.core.rows.left_out import left_out
from seedkit.core.rows.shapes import RowShape
from seedkit.core.rows.written_labels import NotWrittenError
from seedkit.core.values.copy_text import field_text
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.errors import CatalogError, FixtureError, LoadError, Origin, SeedkitError

_MISTAKES = (FixtureError, CatalogError, LoadError)


class LookedRow(NamedTuple):
    """What a look has found in a row: mistakes, those that are some if the row is new, and what can be read of it."""

    line: int
    mistakes: list[Mistake]
    if_new: list[Mistake]
    readable: PlacedRow | None


def look_through(fixture: FixtureTable, table: Table, reading: RowReading) -> Iterator[LookedRow]:
    """Look through a fixture's rows, of a template through its first; where the file ends to be one, the look ends."""
    noted: list[SeedkitError] = []
    rows = fixture.looked_through(noted.append) if fixture.looked_through else fixture.rows()
    while True:
        try:
            row = next(rows, None)
        except _MISTAKES as error:
            noted.append(error)
            row = None
        if noted:
            yield LookedRow(0, [mistake_of(error, Kind.FILE, fixture.origin) for error in noted], [], None)
        noted.clear()
        if row is None:
            return
        yield _looked(fixture, table, reading, row)


def _looked(fixture: FixtureTable, table: Table, reading: RowReading, row: Row) -> LookedRow:
    place = Origin(path=fixture.origin.path, line=row.line)
    try:
        values = reading.attempt(row)
    except _MISTAKES as error:
        return LookedRow(row.line, [mistake_of(error, Kind.VALUE, place)], [], None)
    look = _Look(table, values, place)
    look.through()
    if not look.mistakes and not (values.plan.missing_key and row.label is not None):
        look.mistakes += _key_mistake(fixture, table, values)
    return LookedRow(row.line, look.mistakes, look.if_new(), look.readable())


def _key_mistake(fixture: FixtureTable, table: Table, row: RowValues) -> list[Mistake]:
    """Tell of rows that a second run could not recognise, at the place where loading does."""
    options, stable = fixture.options, [name for name in row.given if name not in row.once | row.computed.keys()]
    try:
        row_key(table, stable, options.key, on_conflict_named(options.on_conflict or "update"), fixture.origin)
    except (LoadError, CatalogError) as error:
        return [mistake_of(error, Kind.KEY, fixture.origin)]
    return []


class _Look:
    """A look at one row."""

    def __init__(self, table: Table, row: RowValues, place: Origin) -> None:
        self.mistakes: list[Mistake] = []
        self._table, self._row, self._place = table, row, place
        self._columns = {column.name: column for column in table.columns}
        self._texts: dict[str, str | None] = {}
        self._meant: set[str] = set()

    def through(self) -> None:
        for name, column in self._row.plan.columns.items():
            if _holds_unread(self._row.row.values[name]):
                continue
            try:
                self._read(writable_column(self._table, column))
            except NotWrittenError:
                continue
            except CatalogError as error:
                self._meant.update(nearest(column, self._columns, limit=1))
                self.mistakes.append(mistake_of(error, Kind.COLUMN, self._place))
            except _MISTAKES as error:
                self.mistakes.append(mistake_of(error, Kind.VALUE, self._place))

    def if_new(self) -> list[Mistake]:
        """List the columns that a new row must give and does not, unless something fills them."""
        row = self._row
        derived = {name for name in self._columns if row.derives(name)}
        names = left_out(self._table, {*row.given, *row.plan.stamped, *derived, *self._meant})
        nulls = (name for name, text in self._texts.items() if text is None and self._columns[name].refuses_null)
        return [
            *([leaving_out(self._table.name, names, self._place)] if names else []),
            *(null(self._table.name, name, self._place) for name in nulls),
        ]

    def readable(self) -> PlacedRow | None:
        """Give what could be read, as text."""
        columns = tuple(name for name in self._columns if name in self._texts)
        if not columns:
            return None
        line = "\t".join(field_text(self._texts[name]) for name in columns) + "\n"
        return PlacedRow(RowShape(columns=columns), self._place.line or 0, line)

    def _read(self, column: Column) -> None:
        value = self._row.value(column.name)
        if column.name not in self._row.computed:
            self._texts[column.name] = encoder_for(column)(value)


def _holds_unread(value: Value) -> bool:
    if isinstance(value, Tagged):
        return value.tag == UNREAD.tag or _holds_unread(value.value)
    if isinstance(value, dict):
        return any(map(_holds_unread, value.values()))
    return isinstance(value, list) and any(map(_holds_unread, value))
