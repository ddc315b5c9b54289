"""Turns the rows of fixtures into blocks of COPY text, and finds a row's place in its file again.

The hot path of loading: one encoder for each set of columns, values to text to bytes, no line numbers kept. When
PostgreSQL refuses the nth row of a set of columns, the files are read once more to say where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from seedkit.core.catalog import Column, Table
from seedkit.core.column_recogniser import ColumnRecogniser
from seedkit.core.fixtures import FixtureTable, Row, Value
from seedkit.core.row_keys import OnConflict, on_conflict_named
from seedkit.core.values import Encoder, encoder_for
from seedkit.errors import CatalogError, FixtureError, Origin

BLOCK_BYTES = 64 * 1024

Columns: TypeAlias = "tuple[str, ...]"


class Block(NamedTuple):
    """Consecutive rows of one set of columns, as COPY text."""

    columns: Columns
    text: bytes
    rows: int


class ValueBlock(NamedTuple):
    """Rows of one set of columns as Python values, which the driver turns into COPY text."""

    columns: Columns
    values: list[tuple[Any, ...]]

    @property
    def rows(self) -> int:
        """How many rows the block holds."""
        return len(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSource:
    """A stream of rows for one table, and what its author wants done with them.

    `name` is what a report calls it. `may_query` says that the rows come from code which may use the connection while
    it runs, so that no COPY must be open then. `key` is the author's choice of identifying columns, or empty. `locate`
    gives the place of the nth row (from 1) that names certain columns, `locate_key` of those whose columns hold certain
    texts.
    """

    name: str
    may_query: bool = False
    blocks: Callable[[], Iterator[Block | ValueBlock]]
    on_conflict: OnConflict
    key: tuple[str, ...]
    origin: Origin | None
    locate: Callable[[Columns, int], Origin | None]
    locate_key: Callable[[Sequence[str], Sequence[str | None]], list[Origin]]


def fixture_source(fixture: FixtureTable, table: Table) -> RowSource:
    """Offer a fixture's rows for loading into its table."""
    return RowSource(
        name=str(fixture.origin.path),
        blocks=lambda: fixture_blocks(fixture, table),
        on_conflict=on_conflict_named(fixture.options.on_conflict, fixture.origin),
        key=fixture.options.key,
        origin=fixture.origin,
        locate=lambda columns, number: _locate_row(fixture, table, columns, number),
        locate_key=lambda key, texts: _locate_key(fixture, table, key, texts),
    )


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class RowEncoder:
    """Encodes rows that name the same columns; `columns` is in the table's order, whatever the file's."""

    def __init__(self, table: Table, names: Sequence[str], origin: Origin) -> None:
        if not names:
            raise FixtureError("a row names no column", origin=origin, hint="Write at least one, or take it out.")
        chosen = sorted((_writable(table, name, origin) for name in names), key=lambda column: column.number)
        self.columns: Columns = tuple(column.name for column in chosen)
        self._encoders: list[tuple[str, Encoder]] = [(column.name, encoder_for(column)) for column in chosen]

    def line(self, row: Row, fixture: FixtureTable) -> str:
        """Encode one row as a line of COPY text; raises FixtureError at the row's own place."""
        values = row.values
        try:
            texts = [encode(values[name]) for name, encode in self._encoders]
        except FixtureError as error:
            error.origin = Origin(path=fixture.origin.path, line=row.line)
            raise
        return "\t".join(["\\N" if text is None else text.translate(_ESCAPES) for text in texts]) + "\n"


def _writable(table: Table, name: str, origin: Origin) -> Column:
    column = table.column(name, origin)
    if column.generated:
        raise CatalogError(
            f'column "{name}" of table "{table.name}" is generated and can not be written',
            origin=origin,
            hint="Leave it out of the fixture.",
        )
    return column


def fixture_blocks(fixture: FixtureTable, table: Table) -> Iterator[Block]:
    """Encode a fixture's rows; rows with other columns are gathered in blocks of their own.

    Raises CatalogError for a column that the table doesn't have, FixtureError for a value that can't be one.
    """
    encoders = _Encoders(fixture, table)
    gathered: dict[Columns, _Gathered] = {}
    for part in _parts(fixture, table):
        if isinstance(part, Block):  # rows of its columns that came before it are still waiting
            if waiting := gathered.pop(part.columns, None):
                yield waiting.taken()
            yield part
            continue
        for row in part:
            encoder = encoders.of(row)
            block = gathered.setdefault(encoder.columns, _Gathered(encoder.columns))
            if block.add(encoder.line(row, fixture)):
                yield gathered.pop(encoder.columns).taken()
    yield from (block.taken() for block in gathered.values())


def _parts(fixture: FixtureTable, table: Table) -> Iterator[Block | Iterable[Row]]:
    """Give a fixture's rows in their order: as COPY text where they are recognised, else as rows."""
    recogniser, passed = ColumnRecogniser(table), 0
    for chunk in fixture.chunks.chunks() if fixture.chunks else [None]:
        recognised = chunk and recogniser.recognise(chunk.text)
        if recognised:
            yield Block(*recognised)
            passed += recognised.rows
            continue
        rows = fixture.chunks.rows(chunk) if fixture.chunks and chunk else None
        if rows is None:
            yield islice(fixture.rows(), passed, None)
            return
        yield rows
        passed += len(rows)


class _Gathered:
    """The lines of one set of columns that wait for their block to be full."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.lines: list[str] = []
        self._size = 0

    def add(self, line: str) -> bool:
        self.lines.append(line)
        self._size += len(line)
        return self._size >= BLOCK_BYTES

    def taken(self) -> Block:
        block = Block(self.columns, "".join(self.lines).encode(), len(self.lines))
        self.lines, self._size = [], 0
        return block


class _Encoders:
    """The encoders of a fixture's rows, one for each order of names."""

    def __init__(self, fixture: FixtureTable, table: Table) -> None:
        self._path = fixture.origin.path
        self._table = table
        self._by_names: dict[tuple[str, ...], RowEncoder] = {}

    def of(self, row: Row) -> RowEncoder:
        names = tuple(row.values)
        encoder = self._by_names.get(names)
        if encoder is None:
            origin = Origin(path=self._path, line=row.line)
            encoder = self._by_names[names] = RowEncoder(self._table, names, origin)
        return encoder


def _locate_row(fixture: FixtureTable, table: Table, columns: Columns, number: int) -> Origin | None:
    """Find the place of the nth row (from 1) that names just these columns, by reading the file again."""
    encoders = _Encoders(fixture, table)
    for row in fixture.rows():
        if encoders.of(row).columns == columns:
            number -= 1
            if number == 0:
                return Origin(path=fixture.origin.path, line=row.line)
    return None


def _locate_key(fixture: FixtureTable, table: Table, key: Sequence[str], texts: Sequence[str | None]) -> list[Origin]:
    """Find the places of the rows whose key columns hold what PostgreSQL shows as these texts, by reading again."""
    columns = [column for name in key for column in table.columns if column.name == name]
    if len(columns) != len(texts):
        return []
    expected = list(zip(columns, texts, strict=True))
    return [
        Origin(path=fixture.origin.path, line=row.line)
        for row in fixture.rows()
        if all(_reads_as(row.values.get(column.name), text, column) for column, text in expected)
    ]


def _reads_as(value: Value, text: str | None, column: Column) -> bool:
    try:
        given = encoder_for(column)(value)
    except FixtureError:
        return False
    if given is None or text is None or column.category != "N":
        return given == text
    return _same_number(given, text)


def _same_number(first: str, second: str) -> bool:
    try:
        return Decimal(first) == Decimal(second)
    except InvalidOperation:
        return False
