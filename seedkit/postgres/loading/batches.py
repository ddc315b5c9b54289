"""Loads rows as values, a batch at a time, where there can be no stage that holds them all.

That is so for a role that may not create temporary tables, and for a table with rules, which COPY ignores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

import psycopg
from msgspec.structs import replace

from seedkit.core.reports.runs import TableReport
from seedkit.core.rows.blocks import RowSource
from seedkit.core.rows.shapes import RowShape
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.loading.blame import RepeatedKeyError, placed
from seedkit.postgres.loading.copying import Run, inlined, runs_in_order
from seedkit.postgres.loading.merging.merge import Counts
from seedkit.postgres.loading.merging.repeated_key_queries import keys_statement
from seedkit.postgres.loading.merging.swallowed import ask_wanted, told
from seedkit.postgres.loading.numbering import AnyBlock, joined
from seedkit.postgres.loading.reports import table_report
from seedkit.postgres.loading.rows_there import refuse_rows_there
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.progress import current

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
                raise RepeatedKeyError(self._load, stage.key, self._seen[key] or texts, texts)
            self._seen[key] = texts if alike else ()


def load_in_batches(
    connection: Connection, load: TableLoad, send: Send, split: Callable[[TableLoad], Iterator[Run]] = runs_in_order
) -> TableReport:
    """Load a table in the blocks of `split`; `send` writes one stage. Raises LoadError with the row's place."""
    seen, progress = SeenKeys(load), current()
    sent = updated = inserted = wanted = 0
    for run in split(_countable(load)):
        for block in run.blocks:
            counts, to_write = _sent(connection, run, block, seen, send)
            run.rows += block.rows
            progress.rows += block.rows
            sent, updated, inserted = sent + block.rows, updated + counts[0], inserted + counts[1]
            wanted += to_write
    return table_report(load, inserted=inserted, updated=updated, wanted=wanted, rows=sent)


def _countable(load: TableLoad) -> TableLoad:
    """Have each shape of rows that are counted come as one block, of the fewest columns first.

    Equal rows are counted against those that the table has: one that was sent before must not be among these.
    """
    return replace(load, sources=tuple(_counted(source) if load.counts(source) else source for source in load.sources))


def _counted(source: RowSource) -> RowSource:
    return replace(source, blocks=partial(_joined, source))


def _joined(source: RowSource) -> Iterator[AnyBlock]:
    found: dict[RowShape, list[AnyBlock]] = {}
    for block in source.blocks():
        found.setdefault(block.shape, []).append(block)
    for shape in sorted(found, key=lambda shape: len(shape.columns)):
        yield joined(found[shape])


def _sent(connection: Connection, run: Run, block: AnyBlock, seen: SeenKeys, send: Send) -> tuple[Counts, int]:
    """Write a block; count what was, and what was to be."""
    try:
        with connection.transaction():
            stage = inlined(connection, run.stage, [block])
            seen.add(connection, stage)
            refuse_rows_there(connection, run.load, [stage])
            [wanted] = told(ask_wanted(connection, [stage]), [stage])
            return send(connection, stage), wanted
    except psycopg.Error as error:
        if connection.closed:
            raise
        raise placed(error, run.load, run.source, None) from error
