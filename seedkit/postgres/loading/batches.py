"""Loads rows as values, a batch at a time, where there can be no stage that holds them all.

That is so for a role that may not create temporary tables, and for a table with rules, which COPY ignores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import psycopg

from seedkit.core.reports.runs import TableReport
from seedkit.core.rows.blocks import Block, RowSource, ValueBlock
from seedkit.core.rows.keys import OnConflict
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import SeedkitError
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.loading.blame import place_of_key, placed, repeated
from seedkit.postgres.loading.copying import Run, inlined, runs_in_order
from seedkit.postgres.loading.merging.merge import Counts
from seedkit.postgres.loading.merging.repeated_key_queries import keys_statement
from seedkit.postgres.loading.numbering import AnyBlock
from seedkit.postgres.loading.reports import table_report
from seedkit.postgres.loading.rows_there import refuse_rows_there
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.loading.table_loads import TableLoad

Send: TypeAlias = Callable[[Connection, Stage], Counts]


class SeenKeys:
    """The keys of a load so far, by their hash; two equal ones are an error, whatever files they stand in."""

    def __init__(self, load: TableLoad) -> None:
        self._load = load
        self._seen: dict[int, Sequence[str | None]] = {}

    def add(self, connection: Connection, stage: Stage) -> None:
        """Note the keys of a stage; raises LoadError for one that has been there before."""
        for found in execute_alone(connection, keys_statement(stage)).fetchall() if stage.key else ():
            texts = found[-len(stage.key) :]
            alike = found[: -len(stage.key)]
            key = hash((stage.key, alike or texts))
            if key in self._seen:
                raise repeated(self._load, stage.key, self._seen[key] or texts, texts)
            self._seen[key] = texts if alike else ()


def load_in_batches(connection: Connection, load: TableLoad, send: Send) -> TableReport:
    """Load a table block by block; `send` writes one stage. Raises LoadError with the row's place."""
    seen = SeenKeys(load)
    sent = updated = inserted = 0
    for run in runs_in_order(_countable(load)):
        for block in run.blocks:
            counts = _sent(connection, run, block, seen, send)
            run.rows += block.rows
            sent, updated, inserted = sent + block.rows, updated + counts[0], inserted + counts[1]
    return table_report(load, inserted=inserted, updated=updated, rows=sent)


def _countable(load: TableLoad) -> TableLoad:
    """Have each shape of rows that are recognised as a whole come as one block, of the fewest columns first.

    Equal rows are counted against those that the table has: one that was sent before must not be among these.
    """
    return replace(
        load, sources=tuple(_by_shape(source) if _counts(load, source) else source for source in load.sources)
    )


def _counts(load: TableLoad, source: RowSource) -> bool:
    return not source.key and (not load.table.keys or source.on_conflict is OnConflict.ERROR)


def _by_shape(source: RowSource) -> RowSource:
    return replace(source, blocks=partial(_joined, source))


def _joined(source: RowSource) -> Iterator[AnyBlock]:
    found: dict[RowShape, list[AnyBlock]] = {}
    for block in source.blocks():
        found.setdefault(block.shape, []).append(block)
    for shape in sorted(found, key=lambda shape: len(shape.columns)):
        yield _one_block(shape, found[shape])


def _one_block(shape: RowShape, blocks: Sequence[AnyBlock]) -> AnyBlock:
    values = [row for block in blocks if isinstance(block, ValueBlock) for row in block.values]
    if values:
        return ValueBlock(shape, values)
    texts = [block.text for block in blocks if isinstance(block, Block)]
    return Block(shape, b"".join(texts), sum(block.rows for block in blocks))


def _sent(connection: Connection, run: Run, block: AnyBlock, seen: SeenKeys, send: Send) -> Counts:
    try:
        with connection.transaction():
            stage = inlined(connection, run.stage, [block])
            seen.add(connection, stage)
            refuse_rows_there(connection, run.load, [stage])
            return send(connection, stage)
    except psycopg.Error as error:
        if connection.closed:
            raise
        raise _blamed(connection, error, run, block, send) from error


def _blamed(connection: Connection, error: psycopg.Error, run: Run, block: AnyBlock, send: Send) -> SeedkitError:
    """Find the row that was refused: by the key that PostgreSQL names, else by sending the rows one by one."""
    place = place_of_key(error, [run.source])
    number = None if place else _refused_row(connection, error, run, block, send)
    if number is not None:
        place = run.source.locate(run.shape, run.before + run.rows + number)
    return placed(error, run.load, run.source, place)


def _refused_row(connection: Connection, error: psycopg.Error, run: Run, block: AnyBlock, send: Send) -> int | None:
    with connection.transaction(force_rollback=True):
        for number, row in enumerate(_single_rows(block), start=1):
            try:
                with connection.transaction():
                    send(connection, inlined(connection, run.stage, [row]))
            except psycopg.Error as refusal:
                if refusal.sqlstate == error.sqlstate:
                    return number
    return None


def _single_rows(block: AnyBlock) -> Iterator[AnyBlock]:
    if isinstance(block, ValueBlock):
        yield from (ValueBlock(block.shape, [values]) for values in block.values)
    else:
        yield from (Block(block.shape, line, 1) for line in block.text.splitlines(keepends=True))
