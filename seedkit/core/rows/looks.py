"""Looks through the rows of a fixture for all that can be known to be wrong with them, without the server.

Loading stops at the first mistake. A look goes on: to the next column of the row, and to the next row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.row_language import RowReading
from seedkit.core.fixture_language.row_values import RowValues
from seedkit.core.fixtures import UNREAD, Counted, FixtureTable, Row, Tagged, Value
from seedkit.core.names import Columns, nearest
from seedkit.core.reports.mistakes import Kind, Mistake, leaving_out, mistake_of, null, same_key
from seedkit.core.rows.blocks import PlacedRow
from seedkit.core.rows.keys import on_conflict_named, row_key
from seedkit.core.rows.labelled_rows import KeyTexts
from seedkit.core.rows.left_out import left_out
from seedkit.core.rows.row_encoders import code_zero, fixture_constants, writable_column
from seedkit.core.rows.shapes import RowShape
from seedkit.core.rows.written_labels import NotWrittenError
from seedkit.core.values.copy_text import field_text
from seedkit.core.values.encoder_choice import Encoder, encoder_for
from seedkit.errors import CatalogError, FixtureError, LoadError, Origin, SeedkitError

_MISTAKES = (FixtureError, CatalogError, LoadError)


class LookedRow(NamedTuple):
    """What a look has found in a row: mistakes, those that are some if the row is new, and what can be read of it.

    `key` is by which columns it is recognised, and their texts; empty where that isn't known.
    """

    place: Origin
    mistakes: Sequence[Mistake]
    if_new: Sequence[Mistake] = ()
    readable: PlacedRow | None = None
    key: KeyTexts = ()

    @property
    def key_columns(self) -> Columns:
        """The columns by which it is recognised."""
        return tuple(name for name, _ in self.key)


def look_through(fixture: FixtureTable, table: Table, reading: RowReading) -> Iterator[LookedRow]:
    """Look through a fixture's rows, of a template through its first; where the file ends to be one, the look ends."""
    noted: list[SeedkitError] = []
    encode = {column.name: encoder_for(column) for column in table.columns}
    rows = fixture.looked_through(noted.append) if fixture.looked_through else fixture.rows()
    while True:
        try:
            row = next(rows, None)
        except _MISTAKES as error:
            noted.append(error)
            row = None
        if noted:
            yield LookedRow(fixture.origin, [mistake_of(error, Kind.FILE, fixture.origin) for error in noted])
        noted.clear()
        if row is None:
            return
        yield _looked(fixture, table, reading, row, encode)


def _looked(
    fixture: FixtureTable, table: Table, reading: RowReading, row: Row, encode: Mapping[str, Encoder]
) -> LookedRow:
    place = Origin(path=fixture.origin.path, line=row.line)
    try:
        values = reading.attempt(row)
    except _MISTAKES as error:
        return LookedRow(place, [mistake_of(error, Kind.VALUE, place)])
    look = _Look(table, values, place, encode)
    look.through()
    key: KeyTexts = ()
    try:
        key = look.key(fixture)
    except (LoadError, CatalogError) as error:
        if not look.mistakes and not (values.plan.missing_key and row.label is not None):
            look.mistakes.append(mistake_of(error, Kind.KEY, fixture.origin))
    return LookedRow(place, look.mistakes, look.if_new(), look.readable(), key)


def twins(rows: Iterable[LookedRow], table: Table) -> Iterator[Mistake]:
    """Give the rows of a table that have a key for the second time."""
    first: dict[KeyTexts, Origin] = {}
    for row in rows:
        if not row.key:
            continue
        if row.key in first:
            yield same_key(table.name, row.key, row.place, first[row.key])
        first.setdefault(row.key, row.place)


class _Look:
    """A look at one row."""

    def __init__(self, table: Table, row: RowValues, place: Origin, encode: Mapping[str, Encoder]) -> None:
        self.mistakes: list[Mistake] = []
        self._table, self._row, self._place, self._encode = table, row, place, encode
        self._columns = {column.name: column for column in table.columns}
        self._texts: dict[str, str | None] = {}
        self._meant: set[str] = set()

    def through(self) -> None:
        for name, column in self._row.plan.columns.items():
            value = self._row.row.values[name]
            if _holds_unread(value) or (isinstance(value, Counted) and column not in self._columns):
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
        distinct = {key.columns[0] for key in self._table.keys if len(key.columns) == 1}
        nulls = (name for name, text in self._texts.items() if text is None and self._refuses_null(name))
        return [
            *([leaving_out(self._table.name, names, self._place, distinct)] if names else []),
            *(null(self._table.name, name, self._place) for name in nulls),
        ]

    def _refuses_null(self, name: str) -> bool:
        column = self._columns[name]
        return column.not_null or column.required

    def key(self, fixture: FixtureTable) -> KeyTexts:
        """Tell by what the row is recognised; raises LoadError where a second run could not do so."""
        row, options = self._row, fixture.options
        stable = [name for name in row.given if name not in row.once and name not in row.computed]
        on_conflict = on_conflict_named(options.on_conflict or "update")
        constants = {
            name: text
            for name, text in fixture_constants(fixture, self._table, stable).items()
            if name not in row.given
        }
        names = row_key(self._table, [*stable, *constants], options.key, on_conflict, fixture.origin)
        texts = tuple((name, constants.get(name, self._texts.get(name))) for name in names)
        return () if any(text is None for _, text in texts) else texts

    def readable(self) -> PlacedRow | None:
        """Give what could be read, as text."""
        columns = tuple(name for name in self._columns if name in self._texts)
        if not columns:
            return None
        line = "\t".join(field_text(self._texts[name]) for name in columns) + "\n"
        once = tuple(name for name in columns if name in self._row.once)
        return PlacedRow(RowShape(columns=columns, once=once), self._place.line or 0, line)

    def _read(self, column: Column) -> None:
        value = self._row.value(column.name)
        if column.name not in self._row.computed:
            text = self._encode[column.name](value)
            if text and "\0" in text:
                raise code_zero(column.name, self._place)
            self._texts[column.name] = text


def _holds_unread(value: Value) -> bool:
    if isinstance(value, Tagged):
        return value.tag == UNREAD.tag or _holds_unread(value.value)
    if isinstance(value, dict):
        return any(map(_holds_unread, value.values()))
    return isinstance(value, list) and any(map(_holds_unread, value))
