"""Turns the rows of fixtures into blocks of COPY text, and finds a row's place in its file again.

The hot path of loading: rows that are written plainly go by the chunk, the others through one encoder for each shape,
values to text to bytes, no line numbers kept. When PostgreSQL refuses the nth row of a shape, the files are read once
more to say where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.row_language import RowReading, ready_row
from seedkit.core.fixture_language.tag_names import SAME_IN_EACH_ROW
from seedkit.core.fixture_language.tags import MEANINGS
from seedkit.core.fixture_language.template_rows import TemplateRows
from seedkit.core.fixtures import Chunk, FixtureTable, Row, Value
from seedkit.core.rows.blocks import Block, PlacedBlock, PlacedRow, Question, RowSource, WaitingRows
from seedkit.core.rows.file_order import shape_rule
from seedkit.core.rows.keys import on_conflict_named
from seedkit.core.rows.passed_chunks import BEGINNING, Mark, PassedChunks
from seedkit.core.rows.recognition import Recognition, column_texts
from seedkit.core.rows.row_encoders import RowEncoder, RowEncoders
from seedkit.core.rows.shapes import RowShape
from seedkit.core.rows.shown_texts import reads_as
from seedkit.core.rows.template_blocks import template_blocks
from seedkit.errors import Origin

if TYPE_CHECKING:
    from seedkit.core.rows.passing_keys import PassingKeys

ReadRows: TypeAlias = Callable[[FixtureTable, Table], RowReading]
"""Begins a reading of a fixture's rows in the fixture language."""


def fixture_source(
    fixture: FixtureTable,
    table: Table,
    read: ReadRows,
    *,
    may_query: bool = False,
    question: Question | None = None,
    keys: PassingKeys | None = None,
) -> RowSource:
    """Offer a fixture's rows for loading into its table; `read` reads them, and may ask the database meanwhile.

    `question` is what they have to know before; `keys` takes their keys as they pass.
    """
    rows = _Rows(fixture, table, read, question, keys)
    return RowSource(
        name=str(fixture.origin.path),
        may_query=may_query,
        question=question,
        may_compute="!sql" in fixture.tags,
        one_by_one=bool(fixture.tags & MEANINGS.keys() and table.foreign_keys and not table.statement_triggers),
        blocks=rows.blocks,
        on_conflict=on_conflict_named(fixture.options.on_conflict or "update", fixture.origin),
        key=fixture.options.key,
        origin=fixture.origin,
        labelled=fixture.labelled,
        locate=rows.locate,
        locate_key=lambda key, texts: _locate_key(fixture, table, read, key, texts),
        placed=lambda: _placed_rows(fixture, table, read),
        placed_since=rows.placed_since,
        again=lambda: fixture_blocks(fixture, table, read),
    )


class _Rows:
    """The rows of a fixture, which knows where to look for one that was read."""

    def __init__(
        self,
        fixture: FixtureTable,
        table: Table,
        read: ReadRows,
        question: Question | None,
        keys: PassingKeys | None,
    ) -> None:
        self._fixture, self._table, self._read = fixture, table, read
        self._question, self._keys = question, keys
        self._passed = PassedChunks()

    def blocks(self) -> Iterator[Block]:
        """Encode all rows."""
        if self._question:
            self._question.ask()
        self._passed = PassedChunks()
        return fixture_blocks(self._fixture, self._table, self._read, self._passed, self._keys)

    def locate(self, shape: RowShape, number: int) -> Origin | None:
        """Find the place of the nth row (from 1) of a shape."""
        mark = self._mark(self._passed.above_row(shape, number))
        return _locate_row(self._fixture, self._table, self._read, (shape, number), mark)

    def placed_since(self, line: int) -> Iterator[PlacedRow | PlacedBlock]:
        """Read the rows again from a line on, and some above it; all of them where rows have several shapes."""
        return _placed_rows(self._fixture, self._table, self._read, self._mark(self._passed.above_line(line)))

    def _mark(self, mark: Mark) -> Mark:
        """Give a place from which rows mean the same as in the whole file: none above says what they are."""
        return BEGINNING if self._fixture.labelled or self._fixture.tags - SAME_IN_EACH_ROW else mark


def fixture_blocks(
    fixture: FixtureTable,
    table: Table,
    read: ReadRows,
    passed: PassedChunks | None = None,
    keys: PassingKeys | None = None,
) -> Iterator[Block]:
    """Encode a fixture's rows; rows with other columns are gathered in blocks of their own, in order if that shows.

    Raises CatalogError for a column that the table doesn't have, FixtureError for a value that can't be one.
    """
    reading, encoders = read(fixture, table), RowEncoders(fixture, table)
    waiting, passed = WaitingRows(shape_rule(table)), passed or PassedChunks()
    parts = _parts_of_chunks(fixture, table, reading, note=passed.note)
    for part, _ in keys.passing(parts) if keys else parts:
        if isinstance(part, Block):
            passed.rows[part.shape] += part.rows
            yield from waiting.past(part)
            continue
        for ready in reading.parts(part):
            if isinstance(ready, TemplateRows):
                place = Origin(path=fixture.origin.path, line=ready.first.row.line)
                yield from template_blocks(ready, encoders.of(ready_row(ready.first)), place, waiting)
                continue
            encoder = encoders.of(ready)
            passed.rows[encoder.shape] += 1
            encoded = encoder.encoded(ready.row, fixture)
            if isinstance(encoded, Block):
                yield from waiting.past(encoded)
            elif full := waiting.add(encoder.shape, encoded):
                yield full
    yield from waiting.rest()


def told_values(fixture: FixtureTable, table: Table, read: ReadRows, column: str) -> Iterator[Iterable[Value]]:
    """Give what a fixture's rows have in one column, as their texts in the file; None where they don't tell it."""
    reading = read(fixture, table)
    for part, _ in _parts_of_chunks(fixture, table, reading, told=column):
        if not isinstance(part, Block):
            yield reading.told(column, part)
        elif column in part.shape.columns:
            yield column_texts(part, part.shape.columns.index(column))
        else:
            yield [None]


def _parts_of_chunks(
    fixture: FixtureTable,
    table: Table,
    reading: RowReading,
    *,
    told: str | None = None,
    since: Mark = BEGINNING,
    note: Callable[[Chunk, int], None] = lambda _chunk, _rows: None,
) -> Iterator[tuple[Block | Iterable[Row], Callable[[], Sequence[int]]]]:
    """Give a fixture's rows in their order: as COPY text with what tells their lines where they are recognised.

    Where only one column is to be `told`, the others may need the language. `note` is told of each chunk, and how many
    rows stand above it.
    """
    recognition, passed = Recognition(fixture, table, reading, told=told), since.file_rows
    reading.passed(since.above.total())
    for chunk in fixture.chunks.chunks(since.place) if fixture.chunks else [None]:
        if chunk:
            note(chunk, passed)
        if chunk and (recognised := recognition.blocks(chunk)):
            for block, lines in recognised:
                yield block, lines
                reading.passed(block.rows)
                passed += block.rows
            continue
        rows = _read_alone(fixture, chunk, recognition)
        chunk = None  # noqa: PLW2901 - may be long
        if rows is None:
            yield islice(fixture.rows(), passed, None), tuple
            return
        yield rows, tuple
        passed += len(rows)


def _read_alone(fixture: FixtureTable, chunk: Chunk | None, recognition: Recognition) -> list[Row] | None:
    """Read a chunk without the others; None where that can't be, or a label has stood above."""
    rows = fixture.chunks.rows(chunk) if fixture.chunks and chunk else None
    if rows is None or not recognition.labels.are_new([row.label for row in rows if row.label is not None]):
        return None
    return rows


def _with_encoder(fixture: FixtureTable, table: Table, read: ReadRows) -> Iterator[tuple[Row, RowEncoder]]:
    encoders = RowEncoders(fixture, table)
    for ready in read(fixture, table).ready(fixture.rows()):
        yield ready.row, encoders.of(ready)


def _placed_rows(
    fixture: FixtureTable, table: Table, read: ReadRows, since: Mark = BEGINNING
) -> Iterator[PlacedRow | PlacedBlock]:
    reading, encoders = read(fixture, table), RowEncoders(fixture, table)
    for part, lines_of in _parts_of_chunks(fixture, table, reading, since=since):
        if isinstance(part, Block):
            yield PlacedBlock(part.shape, lines_of(), part.text)
        else:
            for ready in reading.ready(part):
                encoder = encoders.of(ready)
                yield PlacedRow(encoder.shape, ready.row.line, encoder.line(ready.row, fixture))


def _locate_row(
    fixture: FixtureTable, table: Table, read: ReadRows, row: tuple[RowShape, int], since: Mark
) -> Origin | None:
    """Find the place of the nth row (from 1) of a shape, by reading the file again."""
    reading, encoders = read(fixture, table), RowEncoders(fixture, table)
    shape, number = row[0], row[1] - since.above[row[0]]
    for part, lines_of in _parts_of_chunks(fixture, table, reading, since=since):
        lines: Iterable[int] = ()
        if not isinstance(part, Block):
            lines = (ready.row.line for ready in reading.ready(part) if encoders.of(ready).shape == shape)
        elif part.shape == shape:
            lines = lines_of()
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
