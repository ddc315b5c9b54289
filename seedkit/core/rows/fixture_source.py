"""Turns the rows of fixtures into blocks of COPY text, and finds a row's place in its file again.

The hot path of loading: rows that are written plainly go by the chunk, the others through one encoder for each shape,
values to text to bytes, no line numbers kept. When PostgreSQL refuses the nth row of a shape, the files are read once
more to say where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.row_language import ReadyRow, RowReading
from seedkit.core.fixture_language.row_plans import stamps_missing
from seedkit.core.fixtures import Chunk, FixtureTable, Row, Value
from seedkit.core.names import Columns, in_quotes
from seedkit.core.rows.blocks import Block, PlacedRow, RowSource, WaitingRows
from seedkit.core.rows.column_recogniser import ColumnRecogniser
from seedkit.core.rows.constant_columns import with_constants
from seedkit.core.rows.file_order import shape_rule
from seedkit.core.rows.keys import no_column_hint, on_conflict_named
from seedkit.core.rows.shapes import RowShape
from seedkit.core.rows.shown_texts import reads_as
from seedkit.core.values.copy_text import ESCAPED
from seedkit.core.values.encoder_choice import Encoder, encoder_for
from seedkit.core.values.timestamps import time_drops_an_offset
from seedkit.errors import CatalogError, FixtureError, Origin, blamed_on

ReadRows: TypeAlias = Callable[[FixtureTable, Table], RowReading]
"""Begins a reading of a fixture's rows in the fixture language."""


def fixture_source(fixture: FixtureTable, table: Table, read: ReadRows, *, may_query: bool = False) -> RowSource:
    """Offer a fixture's rows for loading into its table; `read` reads them, and may ask the database meanwhile."""
    return RowSource(
        name=str(fixture.origin.path),
        may_query=may_query,
        may_compute="!sql" in fixture.tags,
        blocks=lambda: fixture_blocks(fixture, table, read),
        on_conflict=on_conflict_named(fixture.options.on_conflict or "update", fixture.origin),
        key=fixture.options.key,
        origin=fixture.origin,
        locate=lambda shape, number: _locate_row(fixture, table, read, shape, number),
        locate_key=lambda key, texts: _locate_key(fixture, table, read, key, texts),
        placed=lambda: _placed_rows(fixture, table, read),
        again=lambda: fixture_blocks(fixture, table, read),
    )


class RowEncoder:
    """Encodes rows that name the same columns; their shape is in the table's order, whatever the file's."""

    def __init__(
        self, table: Table, names: Sequence[str], once: Columns = (), computed: tuple[tuple[str, str], ...] = ()
    ) -> None:
        if not (names or computed) and (hint := no_column_hint(table)):
            raise FixtureError("a row names no column", hint=hint)
        chosen = sorted((writable_column(table, name) for name in names), key=lambda column: column.number)
        columns = tuple(column.name for column in chosen)
        for name, _ in computed:
            writable_column(table, name)
        self.shape = RowShape(columns=columns, once=tuple(name for name in columns if name in once), computed=computed)
        self._encoders: list[tuple[str, Encoder]] = [(column.name, encoder_for(column)) for column in chosen]
        self._times = [column.name for column in chosen if column.value_type.base_type == "time without time zone"]

    def line(self, row: Row, fixture: FixtureTable) -> str:
        """Encode one row as a line of COPY text; raises FixtureError at the row's own place."""
        values = row.values
        try:
            texts = [encode(values[name]) for name, encode in self._encoders]
        except FixtureError as error:
            error.origin = Origin(path=fixture.origin.path, line=row.line)
            raise
        line = "\t".join(["\\N" if text is None else text.translate(ESCAPED) for text in texts]) + "\n"
        if "\0" in line:
            names = (name for (name, _), text in zip(self._encoders, texts, strict=True) if text and "\0" in text)
            raise code_zero(next(names), Origin(path=fixture.origin.path, line=row.line))
        for name in self._times:
            if isinstance(text := values[name], str) and time_drops_an_offset(text):
                told = f'the offset of "{text}" is dropped, as column "{name}" is a time without time zone'
                fixture.warn(Origin(path=fixture.origin.path, line=row.line), name, told)
        return line


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


def fixture_blocks(fixture: FixtureTable, table: Table, read: ReadRows) -> Iterator[Block]:
    """Encode a fixture's rows; rows with other columns are gathered in blocks of their own, in order if that shows.

    Raises CatalogError for a column that the table doesn't have, FixtureError for a value that can't be one.
    """
    reading, encoders = read(fixture, table), _Encoders(fixture, table)
    waiting = WaitingRows(shape_rule(table))
    for part in _parts(fixture, table, reading):
        if isinstance(part, Block):
            if earlier := waiting.before(part.shape):
                yield earlier
            yield part
            continue
        for ready in reading.ready(part):
            encoder = encoders.of(ready)
            if full := waiting.add(encoder.shape, encoder.line(ready.row, fixture)):
                yield full
    yield from waiting.rest()


def told_values(fixture: FixtureTable, table: Table, read: ReadRows, column: str) -> Iterator[Iterable[Value]]:
    """Give what a fixture's rows have in one column, as their texts in the file; None where they don't tell it."""
    reading = read(fixture, table)
    for part in _parts(fixture, table, reading, stamped=False):
        if not isinstance(part, Block):
            yield reading.told(column, part)
        elif column in part.shape.columns:
            yield _column_texts(part, part.shape.columns.index(column))
        else:
            yield [None]


def _column_texts(recognised: Block, place: int) -> list[str | None]:
    lines = recognised.text.decode().split("\n")[:-1]
    texts = (line.split("\t", place + 1)[place] for line in lines)
    return [None if text == "\\N" else text for text in texts]


def _parts(
    fixture: FixtureTable, table: Table, reading: RowReading, *, stamped: bool = True
) -> Iterator[Block | Iterable[Row]]:
    """Give a fixture's rows in their order: as COPY text where they are recognised, else as rows.

    Those that are to be `stamped` are not recognised.
    """
    return (part for part, _ in _parts_of_chunks(fixture, table, reading, stamped=stamped))


def _parts_of_chunks(
    fixture: FixtureTable, table: Table, reading: RowReading, *, stamped: bool = True
) -> Iterator[tuple[Block | Iterable[Row], Chunk | None]]:
    """Give a fixture's rows, those that are recognised with the chunk that they stand in."""
    recogniser, passed = ColumnRecogniser(table), 0
    for chunk in fixture.chunks.chunks() if fixture.chunks else [None]:
        recognised = recogniser.recognise(chunk.text) if chunk else None
        if recognised and (added := fixture.added(recognised.columns)):
            recognised = with_constants(recognised, table, added)
        if chunk and recognised and not (stamped and stamps_missing(table, recognised.columns)):
            yield Block(RowShape(columns=recognised.columns), recognised.text, recognised.rows), chunk
            reading.passed(recognised.rows)
            passed += recognised.rows
            continue
        rows = fixture.chunks.rows(chunk) if fixture.chunks and chunk else None
        if rows is None:
            yield islice(fixture.rows(), passed, None), None
            return
        yield rows, None
        passed += len(rows)


class _Encoders:
    """The encoders of a fixture's rows, one for each order of names and each shape."""

    def __init__(self, fixture: FixtureTable, table: Table) -> None:
        self._path = fixture.origin.path
        self._table = table
        self._by_kind: dict[object, RowEncoder] = {}

    def of(self, ready: ReadyRow) -> RowEncoder:
        row, once, computed = ready
        kind = (*row.values, once, computed)
        encoder = self._by_kind.get(kind)
        if encoder is None:
            with blamed_on(Origin(path=self._path, line=row.line)):
                encoder = self._by_kind[kind] = RowEncoder(self._table, tuple(row.values), once, computed)
        return encoder


def _placed_rows(fixture: FixtureTable, table: Table, read: ReadRows) -> Iterator[PlacedRow]:
    reading, encoders = read(fixture, table), _Encoders(fixture, table)
    for part, chunk in _parts_of_chunks(fixture, table, reading):
        if isinstance(part, Block):
            for line, text in zip(_lines_of(chunk, part.rows), part.text.decode().split("\n"), strict=False):
                yield PlacedRow(part.shape, line, f"{text}\n")
        else:
            for ready in reading.ready(part):
                encoder = encoders.of(ready)
                yield PlacedRow(encoder.shape, ready.row.line, encoder.line(ready.row, fixture))


def _lines_of(chunk: Chunk | None, rows: int) -> Sequence[int]:
    """Tell the lines of a chunk's rows, which was recognised: all of them take the same number of lines."""
    text, first = chunk or Chunk("", 1)
    step = (text.removesuffix("\n").count("\n") + 1) // rows
    return range(first, first + rows * step, step)


def _locate_row(fixture: FixtureTable, table: Table, read: ReadRows, shape: RowShape, number: int) -> Origin | None:
    """Find the place of the nth row (from 1) of a shape, by reading the file again."""
    reading, encoders = read(fixture, table), _Encoders(fixture, table)
    for part, chunk in _parts_of_chunks(fixture, table, reading):
        lines: Iterable[int] = ()
        if not isinstance(part, Block):
            lines = (ready.row.line for ready in reading.ready(part) if encoders.of(ready).shape == shape)
        elif part.shape == shape:
            lines = _lines_of(chunk, part.rows)
        for line in lines:
            number -= 1
            if number == 0:
                return Origin(path=fixture.origin.path, line=line)
    return None


def _locate_key(
    fixture: FixtureTable, table: Table, read: ReadRows, key: Sequence[str], texts: Sequence[str | None]
) -> list[Origin]:
    """Find the places of the rows whose key columns hold what PostgreSQL shows as these texts, by reading again."""
    columns = [column for name in key for column in table.columns if column.name == name]
    if len(columns) != len(texts):
        return []
    expected = list(zip(columns, texts, strict=True))
    return [
        Origin(path=fixture.origin.path, line=row.line)
        for row, _, _ in read(fixture, table).ready(fixture.rows())
        if all(reads_as(row.values.get(column.name), text, column) for column, text in expected)
    ]
