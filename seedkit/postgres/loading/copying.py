"""Sends rows to the server: by COPY, or as the text of an inline stage."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from typing import Any, TypeAlias

import psycopg
from msgspec import Struct
from msgspec.structs import replace
from psycopg import sql
from psycopg.abc import Transformer as TransformerLike
from psycopg.adapt import PyFormat, Transformer
from psycopg.types.json import Json, Jsonb

from seedkit.core.catalog import Column, Table
from seedkit.core.rows.blocks import Block, RowSource, ValueBlock
from seedkit.core.rows.keys import refuse_unnamed, refuse_unplaced, row_key
from seedkit.core.rows.shapes import RowShape
from seedkit.core.values.copy_text import fields_of
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.core.values.python_values import fixture_value
from seedkit.postgres.connection import Connection, codec_of
from seedkit.postgres.identifiers import copy_statement
from seedkit.postgres.loading.blame import as_told, located
from seedkit.postgres.loading.numbering import AnyBlock, Numbering
from seedkit.postgres.loading.stages import NUMBER, Stage
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.loading.unwritable import UnwritableValueError, unwritable_told
from seedkit.postgres.loading.value_texts import by_column, some_rows
from seedkit.progress import CHECKING_FOREIGN_KEYS, current

_Kind: TypeAlias = "tuple[RowShape, bool]"


class Run(Struct, kw_only=True):
    """Consecutive blocks of a source that one COPY takes; `before` counts its rows of this shape in earlier ones.

    Those of a `numbered` run go to a stage, with their numbers.
    """

    load: TableLoad
    source: RowSource
    shape: RowShape
    numbered: bool
    blocks: Iterator[AnyBlock]
    before: int
    rows: int = 0

    @property
    def stage(self) -> Stage:
        """The temporary stage for these rows; raises LoadError where a second run could not recognise them."""
        source, table = self.source, self.load.table
        columns = self.shape.stable
        refuse_unnamed(table, self.shape, source.on_conflict, source.origin)
        refuse_unplaced(table, self.shape, source.key, lambda: source.locate(self.shape, 1) or source.origin)
        key = row_key(table, columns, source.key, source.on_conflict, source.origin, labelled=source.labelled)
        return Stage(table=table, shape=self.shape, key=key, on_conflict=source.on_conflict, numbered=self.numbered)


def runs(load: TableLoad, *, empty: bool = False) -> Iterator[Run]:
    """Split a table's rows where another COPY must begin; rows of several shapes are numbered, where order shows.

    An `empty` table has none that rows could be counted against.
    """
    numbering = Numbering(load, empty=empty)
    for source in load.sources:
        yield from _runs(load, source, numbering.blocks(source))


def runs_in_order(load: TableLoad) -> Iterator[Run]:
    """Split a table's rows where another statement must begin, for those who send them as they come."""
    for source in load.sources:
        yield from _runs(load, source, source.blocks())


def _runs(load: TableLoad, source: RowSource, blocks: Iterable[AnyBlock]) -> Iterator[Run]:
    sent: Counter[RowShape] = Counter()
    for (shape, numbered), found in _copies(source, blocks):
        run = Run(load=load, source=source, shape=shape, numbered=numbered, blocks=found, before=sent[shape])
        yield run
        sent[shape] += run.rows


def _copies(source: RowSource, blocks: Iterable[AnyBlock]) -> Iterator[tuple[_Kind, Iterator[AnyBlock]]]:
    """Group the blocks that one COPY takes: those of the same kind, but those alone that ask or take long to make."""
    if source.may_query or source.one_by_one:
        yield from ((_kind(block), iter([block])) for block in blocks)
    else:
        yield from groupby(blocks, key=_kind)


def _kind(block: AnyBlock) -> _Kind:
    return block.shape, block.numbers is not None


@contextmanager
def sent(
    connection: Connection, target: sql.Composable, run: Run, *, checks: bool = False
) -> Iterator[psycopg.Cursor[Any]]:
    """Send a run's rows; at the context's end the server has answered, and the cursor tells how many rows it took.

    These may be fewer: a trigger may have refused some without a word. `checks` says that it has their foreign keys to
    check, which it does when it has them all.
    """
    progress, cursor = current(), connection.cursor()
    columns = (*run.shape.columns, NUMBER) if run.numbered else run.shape.columns
    with cursor.copy(copy_statement(target, columns)) as copy:
        for block in run.blocks:
            with _numbered_value(run):
                _write(connection, copy, block, run.load.table)
            run.rows += block.rows
            progress.rows += block.rows
        if checks:
            progress.turn_to(CHECKING_FOREIGN_KEYS)
        yield cursor


@contextmanager
def _numbered_value(run: Run) -> Iterator[None]:
    """Tell the number of the row whose value can't be written, in a run that has sent some rows already."""
    try:
        yield
    except UnwritableValueError as error:
        if number := run.source.number(run.shape, run.before + run.rows + error.nth):
            error.stands_in(number)
        raise


@contextmanager
def places_of(run: Run) -> Iterator[None]:
    """Explain what PostgreSQL refuses of a run, with its place."""
    try:
        yield
    except psycopg.Error as error:
        told = as_told(error, [run.load])
        with current().at("looking for the row that is refused"):
            found = located(told, run.load, run.source, run.shape, before=run.before)
        raise found from told


def _write(connection: Connection, copy: psycopg.Copy, block: AnyBlock, table: Table) -> None:
    if isinstance(block, Block):
        octets = block.text if block.numbers is None else _with_numbers(block, block.numbers)
        codec = codec_of(connection)
        copy.write(octets if codec[0] == "utf-8" else octets.decode().encode(*codec))
    else:
        with unwritable_told(block, table, partial(_written, connection)):
            _write_values(connection, copy, block, table)


def _write_values(connection: Connection, copy: psycopg.Copy, block: ValueBlock, table: Table) -> None:
    rows = _adapted(block, table)
    for part in some_rows(rows if block.numbers is None else _numbered(rows, block.numbers)):
        if (text := by_column(part, connection)) is not None:
            copy.write(text.encode(*codec_of(connection)))
            continue
        for values in part:
            copy.write_row(values)


def _with_numbers(block: Block, numbers: Sequence[int]) -> bytes:
    lines = block.text.removesuffix(b"\n").split(b"\n")
    if not block.shape.columns:
        return b"".join(b"%d\n" % number for number in numbers)
    return b"".join(b"%b\t%d\n" % numbered for numbered in zip(lines, numbers, strict=True))


def _numbered(rows: Iterable[Sequence[object]], numbers: Sequence[int]) -> Iterator[Sequence[object]]:
    return ([*values, number] for values, number in zip(rows, numbers, strict=True))


def _adapted(block: ValueBlock, table: Table) -> Iterable[Sequence[object]]:
    """Write what the driver has no way to write as a fixture would: documents, and mappings for types made of parts."""
    writers = [_writer(table.column(name)) for name in block.shape.columns]
    if not any(writers):
        return block.values
    return (
        [write(value) if write else value for value, write in zip(values, writers, strict=True)]
        for values in block.values
    )


def _writer(column: Column) -> Callable[[object], object] | None:
    if column.value_type.is_document:
        return _document
    if column.structure is None:
        return None
    encode = encoder_for(column)
    return lambda value: encode(fixture_value(value)) if _holds_mapping(value) else value


def _holds_mapping(value: object) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and any(map(_holds_mapping, value)))


def _document(value: object) -> object:
    return value if value is None or isinstance(value, (Json, Jsonb)) else Json(value)


def inlined(connection: Connection, stage: Stage, blocks: Iterable[AnyBlock]) -> Stage:
    """Put blocks of a stage's shape into the stage itself."""
    rows = [row for block in blocks for row in _documents(connection, stage, block)]
    return replace(stage, document=json.dumps(rows, ensure_ascii=False, separators=(",", ":")), rows=len(rows))


def _documents(connection: Connection, stage: Stage, block: AnyBlock) -> Iterator[dict[str, str | None]]:
    columns, numbers = stage.shape.columns, iter(block.numbers or ())
    for fields in _texts(connection, block, stage.table):
        row = dict(zip(columns, fields, strict=False))  # without columns, COPY text has one field that is empty
        yield row | {NUMBER: str(next(numbers))} if stage.numbered else row


def _texts(connection: Connection, block: AnyBlock, table: Table) -> Iterable[Sequence[str | None]]:
    if isinstance(block, Block):
        return fields_of(block.text)
    return _value_texts(connection, block, table)


def _value_texts(connection: Connection, block: ValueBlock, table: Table) -> Iterator[Sequence[str | None]]:
    transformer = Transformer.from_context(connection)
    codec = codec_of(connection)
    with unwritable_told(block, table, partial(_written, connection)):
        for values in _adapted(block, table):
            yield [_text(transformer, value, codec) for value in values]


def _written(connection: Connection, column: Column, value: object) -> str | None:
    """Write one value of a program's row."""
    write = _writer(column)
    return _text(Transformer.from_context(connection), write(value) if write else value, codec_of(connection))


def _text(transformer: TransformerLike, value: object, codec: tuple[str, str]) -> str | None:
    """Write a value as the driver writes it for COPY."""
    if value is None:
        return None
    dumped = transformer.get_dumper(value, PyFormat.TEXT).dump(value)
    return None if dumped is None else bytes(dumped).decode(*codec)
