"""Sends rows to the server: by COPY, or as the text of an inline stage."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import psycopg
from psycopg import sql
from psycopg.abc import Transformer as TransformerLike
from psycopg.adapt import PyFormat, Transformer
from psycopg.types.json import Json, Jsonb

from seedkit.core.catalog import Column, Table
from seedkit.core.rows.blocks import Block, RowSource, ValueBlock
from seedkit.core.rows.keys import row_key
from seedkit.core.rows.shapes import RowShape
from seedkit.core.values.copy_text import fields_of
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.core.values.python_values import fixture_value
from seedkit.postgres.connection import Connection, codec_of
from seedkit.postgres.loading.blame import located
from seedkit.postgres.loading.stages import Stage, copy_statement
from seedkit.postgres.loading.table_loads import TableLoad

AnyBlock = Block | ValueBlock


@dataclass(slots=True, kw_only=True)
class Run:
    """Consecutive blocks of a source that one COPY takes; `before` counts its rows of this shape in earlier ones."""

    load: TableLoad
    source: RowSource
    shape: RowShape
    blocks: Iterator[AnyBlock]
    before: int
    rows: int = 0

    @property
    def stage(self) -> Stage:
        """The temporary stage for these rows; raises LoadError where a second run could not recognise them."""
        source, table = self.source, self.load.table
        columns = self.shape.stable
        key = row_key(table, columns, source.key, source.on_conflict, source.origin, labelled=source.labelled)
        return Stage(table=table, shape=self.shape, key=key, on_conflict=source.on_conflict)


def runs(load: TableLoad) -> Iterator[Run]:
    """Split a table's rows where another COPY must begin."""
    for source in load.sources:
        sent: Counter[RowShape] = Counter()
        for shape, blocks in _copies(source):
            run = Run(load=load, source=source, shape=shape, blocks=blocks, before=sent[shape])
            yield run
            sent[shape] += run.rows


def _copies(source: RowSource) -> Iterator[tuple[RowShape, Iterator[AnyBlock]]]:
    """Group the blocks that one COPY takes: those of the same shape, but each block of a seeder's rows alone."""
    if source.may_query:
        yield from ((block.shape, iter([block])) for block in source.blocks())
    else:
        yield from groupby(source.blocks(), key=lambda block: block.shape)


def copy_run(connection: Connection, target: sql.Composable, run: Run) -> int:
    """Send a run's rows, and give how many PostgreSQL took: a trigger may have refused some without a word."""
    try:
        with connection.cursor() as cursor:
            with cursor.copy(copy_statement(target, run.shape.columns)) as copy:
                for block in run.blocks:
                    _write(copy, block, run.load.table, codec_of(connection))
                    run.rows += block.rows
            return cursor.rowcount
    except psycopg.Error as error:
        raise located(error, run.load, run.source, run.shape, before=run.before) from error


def _write(copy: psycopg.Copy, block: AnyBlock, table: Table, codec: tuple[str, str]) -> None:
    if isinstance(block, Block):
        copy.write(block.text if codec[0] == "utf-8" else block.text.decode().encode(*codec))
    else:
        for values in _adapted(block, table):
            copy.write_row(values)


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
    columns = stage.shape.columns
    rows = [
        dict(zip(columns, fields, strict=False))  # without columns, COPY text has one field that is empty
        for block in blocks
        for fields in _texts(connection, block, stage.table)
    ]
    return replace(stage, document=json.dumps(rows, ensure_ascii=False, separators=(",", ":")))


def _texts(connection: Connection, block: AnyBlock, table: Table) -> Iterable[Sequence[str | None]]:
    if isinstance(block, Block):
        return fields_of(block.text)
    transformer = Transformer.from_context(connection)
    codec = codec_of(connection)
    return ([_text(transformer, value, codec) for value in values] for values in _adapted(block, table))


def _text(transformer: TransformerLike, value: object, codec: tuple[str, str]) -> str | None:
    """Write a value as the driver writes it for COPY."""
    if value is None:
        return None
    dumped = transformer.get_dumper(value, PyFormat.TEXT).dump(value)
    return None if dumped is None else bytes(dumped).decode(*codec)
