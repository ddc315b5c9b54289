"""Makes room for rows that take their key from a sequence: moves it past the ids that are there, before they draw.

A fixture may hold rows with ids and rows without, and a table rows that somebody put in by hand: the sequence knows of
neither, and the first id it gave would be one that is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.rows.shapes import RowShape
from seedkit.core.sequences.judgement import (
    FeedingSequence,
    RepairOptions,
    SequenceReading,
    Verdict,
    extreme_id,
    whole_id,
)
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.sequences.advance import advance
from seedkit.postgres.sequences.feeding import read_feeding
from seedkit.postgres.sequences.reading import read_sequences

_OPTIONS = RepairOptions(by_visible_rows=True)


def drawn_columns(table: Table, shape: RowShape) -> tuple[str, ...]:
    """List the columns of a table's keys that rows of a shape leave to their default."""
    given = {*shape.columns, *(name for name, _ in shape.computed)}
    keys = {name for key in table.keys for name in key.columns}
    return tuple(
        column.name
        for column in table.columns
        if column.name in keys
        and column.name not in given
        and column.category == "N"
        and (column.has_default or column.identity)
    )


def make_room(connection: Connection, table: Table, columns: Collection[str], ids: Collection[int] = ()) -> None:
    """Move the sequences of some columns past the ids of the table, and past `ids` that are about to be inserted."""
    sequences = [
        sequence
        for sequence in read_feeding(connection, [table.oid]).sequences
        if any(fed.table_oid == table.oid and fed.name in columns for fed in sequence.columns)
    ]
    found = read_sequences(connection, sequences, _OPTIONS)
    readings = [_past(reading, ids) for reading in found if isinstance(reading, SequenceReading)]
    advance(connection, [reading for reading in readings if reading.judgement.verdict is Verdict.BEHIND], _OPTIONS)


def make_room_for(connection: Connection, table: Table, stages: Sequence[Stage]) -> None:
    """Make room for those of a table's staged rows that draw a key, past the ids that others of them bring."""
    drawn = dict.fromkeys(name for stage in stages for name in drawn_columns(table, stage.shape))
    for name in drawn:
        make_room(connection, table, [name], _staged_ids(connection, name, stages))


def _staged_ids(connection: Connection, column: str, stages: Sequence[Stage]) -> list[int]:
    """Read the highest and the lowest id that stages bring."""
    bringing = [stage for stage in stages if column in stage.shape.columns]
    if not bringing:
        return []
    rows = sql.SQL(" union all ").join(
        sql.SQL("select {} as id from {}").format(sql.Identifier(column), stage.identifier) for stage in bringing
    )
    found = connection.execute(sql.SQL("select max(id)::text, min(id)::text from ({}) as staged").format(rows))
    texts = found.fetchone() or ()
    return [number for text in texts if (number := whole_id(text, ascending=True)) is not None]


def _past(reading: SequenceReading, ids: Collection[int]) -> SequenceReading:
    sequence: FeedingSequence = reading.sequence
    return replace(reading, extreme_id=extreme_id([reading.extreme_id, *ids], ascending=sequence.ascending))
