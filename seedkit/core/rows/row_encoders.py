"""Encodes the rows of fixtures as COPY text: one encoder for each shape, values to text to bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.row_language import ReadyRow
from seedkit.core.fixtures import FixtureTable, Quoted, Row, Value
from seedkit.core.names import Columns, in_quotes
from seedkit.core.rows.blocks import Block
from seedkit.core.rows.keys import key_constants, no_column_hint, on_conflict_named
from seedkit.core.rows.shapes import RowShape
from seedkit.core.values.copy_text import is_wide, wide_line, written_line
from seedkit.core.values.dates import TIMES, ZONED_TIME, dropped_by_time
from seedkit.core.values.encoder_choice import Encoder, encoder_for
from seedkit.errors import CatalogError, FixtureError, Origin, blamed_on

NO_CONSTANTS: Mapping[str, str] = MappingProxyType({})


class RowEncoders:
    """The encoders of a fixture's rows, one for each order of names and each shape."""

    def __init__(self, fixture: FixtureTable, table: Table) -> None:
        self._fixture = fixture
        self._table = table
        self._by_kind: dict[object, RowEncoder] = {}

    def of(self, ready: ReadyRow) -> RowEncoder:
        """Return the encoder of a row."""
        row, once, computed = ready
        kind = (*row.values, once, computed)
        encoder = self._by_kind.get(kind)
        if encoder is None:
            with blamed_on(Origin(path=self._fixture.origin.path, line=row.line)):
                encoder = self._by_kind[kind] = RowEncoder(
                    self._table, tuple(row.values), once, computed, self._constants(ready)
                )
        return encoder

    def _constants(self, ready: ReadyRow) -> Mapping[str, str]:
        computed = {name for name, _ in ready.computed}
        given = [name for name in ready.row.values if name not in ready.once]
        constants = fixture_constants(self._fixture, self._table, given)
        return {name: value for name, value in constants.items() if name not in {*computed, *ready.once}}


def fixture_constants(fixture: FixtureTable, table: Table, given: Sequence[str]) -> dict[str, str]:
    """Give what a fixture's rows that name some columns need besides to be recognised: see `key_constants`."""
    options = fixture.options
    return key_constants(table, given, options.key, on_conflict_named(options.on_conflict or "update", fixture.origin))


class RowEncoder:
    """Encodes rows that name the same columns; their shape is in the table's order, whatever the file's.

    `constants` are the values of further columns, the same for each row.
    """

    def __init__(
        self,
        table: Table,
        names: Sequence[str],
        once: Columns = (),
        computed: tuple[tuple[str, str], ...] = (),
        constants: Mapping[str, str] = NO_CONSTANTS,
    ) -> None:
        if not (names or constants or computed) and (hint := no_column_hint(table)):
            raise FixtureError("a row names no column", hint=hint)
        chosen = sorted(
            (writable_column(table, name) for name in (*names, *constants)), key=lambda column: column.number
        )
        self.constants = {name: Quoted(value) for name, value in constants.items()}
        columns = tuple(column.name for column in chosen)
        for name, _ in computed:
            writable_column(table, name)
        self.shape = RowShape(columns=columns, once=tuple(name for name in columns if name in once), computed=computed)
        self.encoders: list[tuple[str, Encoder]] = [(column.name, encoder_for(column)) for column in chosen]
        self._times = [column for column in chosen if column.value_type.innermost.base_type in TIMES]

    def encoded(self, row: Row, fixture: FixtureTable) -> str | Block:
        """Encode one row as `line` does, a very long one as a block."""
        texts = self._texts(row, fixture)
        if not is_wide(texts):
            return self._line(texts, row, fixture)
        octets = wide_line(texts)
        if b"\0" in octets:
            raise self._code_zero(texts, row, fixture)
        return Block(self.shape, octets, 1)

    def line(self, row: Row, fixture: FixtureTable) -> str:
        """Encode one row as a line of COPY text; raises FixtureError at the row's own place."""
        return self._line(self._texts(row, fixture), row, fixture)

    def _line(self, texts: Sequence[str | None], row: Row, fixture: FixtureTable) -> str:
        line = written_line(texts)
        if "\0" in line:
            raise self._code_zero(texts, row, fixture)
        return line

    def _code_zero(self, texts: Sequence[str | None], row: Row, fixture: FixtureTable) -> FixtureError:
        names = (name for (name, _), text in zip(self.encoders, texts, strict=True) if text and "\0" in text)
        return code_zero(next(names), Origin(path=fixture.origin.path, line=row.line))

    def _texts(self, row: Row, fixture: FixtureTable) -> list[str | None]:
        values = self.values(row)
        try:
            texts = [encode(values[name]) for name, encode in self.encoders]
        except FixtureError as error:
            error.origin = Origin(path=fixture.origin.path, line=row.line)
            raise
        for column in self._times:
            for told in _dropped(values[column.name], column):
                fixture.warn(Origin(path=fixture.origin.path, line=row.line), column.name, told)
        return texts

    def values(self, row: Row) -> Mapping[str, Value]:
        """Give a row's values, with those that all such rows have."""
        return {**row.values, **self.constants} if self.constants else row.values


def _dropped(value: Value, column: Column) -> Iterator[str]:
    """Tell what a column of times drops of a value, or of each one in a list."""
    if isinstance(value, list):
        for part in value:
            yield from _dropped(part, column)
        return
    time = column.value_type.innermost.base_type
    if isinstance(value, str) and (dropped := dropped_by_time(value, zoned=time == ZONED_TIME)):
        yield f'{dropped}, as column "{column.name}" is a {time}'


def code_zero(column: str, origin: Origin) -> FixtureError:
    """Refuse a text that PostgreSQL can't hold."""
    return FixtureError(
        f'column "{column}" holds a character of code 0, which PostgreSQL has in no text',
        origin=origin,
        hint="Take it out. Bytes go into a bytea column, as !!binary or !file.",
    )


def writable_column(table: Table, name: str) -> Column:
    """Return the column of that name; raises CatalogError where there is none, or a generated one."""
    column = table.column(name)
    if column.generated:
        raise CatalogError(
            f'column "{name}" of table {in_quotes(table.name)} is generated and can not be written',
            hint="Leave it out of the fixture.",
        )
    return column
