"""Turns the rows of fixtures into blocks of COPY text, and finds a row's place in its file again.

The hot path of loading: rows that are written plainly go by the chunk, the others through one encoder for each shape,
values to text to bytes, no line numbers kept. When PostgreSQL refuses the nth row of a shape, the files are read once
more to say where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.row_language import RowReading, ready_row
from seedkit.core.fixture_language.row_plans import stamps_missing
from seedkit.core.fixture_language.tags import MEANINGS
from seedkit.core.fixture_language.template_columns import TemplateRows
from seedkit.core.fixtures import Chunk, FixtureTable, Row, Value
from seedkit.core.names import Columns
from seedkit.core.rows.blocks import Block, PlacedBlock, PlacedRow, RowSource, WaitingRows
from seedkit.core.rows.column_recogniser import ColumnRecogniser
from seedkit.core.rows.constant_columns import with_constants
from seedkit.core.rows.file_order import shape_rule
from seedkit.core.rows.keys import on_conflict_named
from seedkit.core.rows.row_encoders import RowEncoder, RowEncoders, fixture_constants
from seedkit.core.rows.shapes import RowShape
from seedkit.core.rows.shown_texts import reads_as
from seedkit.core.rows.template_blocks import template_blocks
from seedkit.errors import Origin

ReadRows: TypeAlias = Callable[[FixtureTable, Table], RowReading]
"""Begins a reading of a fixture's rows in the fixture language."""


def fixture_source(fixture: FixtureTable, table: Table, read: ReadRows, *, may_query: bool = False) -> RowSource:
    """Offer a fixture's rows for loading into its table; `read` reads them, and may ask the database meanwhile."""
    return RowSource(
        name=str(fixture.origin.path),
        may_query=may_query,
        may_compute="!sql" in fixture.tags,
        one_by_one=bool(fixture.tags & MEANINGS.keys() and table.foreign_keys and not table.statement_triggers),
        blocks=lambda: fixture_blocks(fixture, table, read),
        on_conflict=on_conflict_named(fixture.options.on_conflict or "update", fixture.origin),
        key=fixture.options.key,
        origin=fixture.origin,
        labelled=fixture.labelled,
        locate=lambda shape, number: _locate_row(fixture, table, read, shape, number),
        locate_key=lambda key, texts: _locate_key(fixture, table, read, key, texts),
        placed=lambda: _placed_rows(fixture, table, read),
        again=lambda: fixture_blocks(fixture, table, read),
    )


def fixture_blocks(fixture: FixtureTable, table: Table, read: ReadRows) -> Iterator[Block]:
    """Encode a fixture's rows; rows with other columns are gathered in blocks of their own, in order if that shows.

    Raises CatalogError for a column that the table doesn't have, FixtureError for a value that can't be one.
    """
    reading, encoders = read(fixture, table), RowEncoders(fixture, table)
    waiting = WaitingRows(shape_rule(table))
    for part in _parts(fixture, table, reading):
        if isinstance(part, Block):
            if earlier := waiting.before(part.shape):
                yield earlier
            yield part
            continue
        for ready in reading.parts(part):
            if isinstance(ready, TemplateRows):
                place = Origin(path=fixture.origin.path, line=ready.first.row.line)
                yield from template_blocks(ready, encoders.of(ready_row(ready.first)), place, waiting)
                continue
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
    fields = recognised.text.decode().replace("\n", "\t").split("\t")[:-1]
    texts: list[str | None] = [*fields[place :: len(recognised.shape.columns)]]
    return [None if text == "\\N" else text for text in texts] if "\\N" in texts else texts


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
    recognition, passed = _Recognition(fixture, table, reading, stamped=stamped), 0
    for chunk in fixture.chunks.chunks() if fixture.chunks else [None]:
        block = recognition.block(chunk) if chunk else None
        if block:
            yield block, chunk
            reading.passed(block.rows)
            passed += block.rows
            continue
        rows = fixture.chunks.rows(chunk) if fixture.chunks and chunk else None
        if rows is None:
            yield islice(fixture.rows(), passed, None), None
            return
        yield rows, None
        passed += len(rows)


class _Recognition:
    """Recognises the rows of a fixture's chunks, unless they need what only the language gives them."""

    def __init__(self, fixture: FixtureTable, table: Table, reading: RowReading, *, stamped: bool) -> None:
        self._fixture, self._table, self._reading, self._stamped = fixture, table, reading, stamped
        self._recogniser = ColumnRecogniser(table)
        self._complete: dict[Columns, bool] = {}

    def block(self, chunk: Chunk) -> Block | None:
        """Give a chunk's rows, if they are recognised."""
        recognised = self._recogniser.recognise(chunk.text)
        if recognised and (added := self._fixture.added(recognised.columns)):
            recognised = with_constants(recognised, self._table, added, are_plain=self._reading.are_plain)
        if recognised is None or not self._are_complete(recognised.columns):
            return None
        columns = recognised.columns
        block = Block(RowShape(columns=columns), recognised.text, recognised.rows)
        labels = self._reading.holds_labels(columns, lambda name: _column_texts(block, columns.index(name)))
        return None if labels else block

    def _are_complete(self, columns: Columns) -> bool:
        """Whether rows with these columns need neither stamps, where they are to be stamped, nor constants of a key."""
        if columns not in self._complete:
            missing = self._stamped and stamps_missing(self._table, columns)
            self._complete[columns] = not (missing or fixture_constants(self._fixture, self._table, columns))
        return self._complete[columns]


def _with_encoder(fixture: FixtureTable, table: Table, read: ReadRows) -> Iterator[tuple[Row, RowEncoder]]:
    encoders = RowEncoders(fixture, table)
    for ready in read(fixture, table).ready(fixture.rows()):
        yield ready.row, encoders.of(ready)


def _placed_rows(fixture: FixtureTable, table: Table, read: ReadRows) -> Iterator[PlacedRow | PlacedBlock]:
    reading, encoders = read(fixture, table), RowEncoders(fixture, table)
    for part, chunk in _parts_of_chunks(fixture, table, reading):
        if isinstance(part, Block):
            yield PlacedBlock(part.shape, _lines_of(chunk, part.rows), part.text)
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
    reading, encoders = read(fixture, table), RowEncoders(fixture, table)
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
        for row, encoder in _with_encoder(fixture, table, read)
        if all(reads_as(encoder.values(row).get(column.name), text, column) for column, text in expected)
    ]
