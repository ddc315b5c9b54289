"""Where a sequence that a caller names is not moved without consent: its ids say nothing about it, or lie too far."""

from __future__ import annotations

from seedkit.core.catalog import Column, Table
from seedkit.core.names import column_of, in_quotes
from seedkit.core.sequences.feeding import Feeding, FeedingSequence, Link
from seedkit.core.sequences.reading import SequenceReading
from seedkit.errors import SequenceError

WIDE_GAP = 1_000_000
"""Steps; a gap up to this is never out of proportion."""

STEPS_PER_ROW = 1_000
"""A wide gap with more steps than that for each row of the table is none that drawing one id after the other leaves."""

COUNTED_ROWS = 1_000_000
"""Rows that are counted; of a larger table PostgreSQL's estimate is taken."""

_FORCE = "With --force it is moved all the same."


def refuse_computed(table: Table, column: Column, sequence: str, feeding: Feeding) -> None:
    """Raise SequenceError where the column's values are made from a sequence's, and are not those themselves."""
    if why := _computed(table, column, feeding):
        place = column_of(table.name, column.name)
        raise SequenceError(
            f"sequence {in_quotes(sequence)} can not be moved by the values of {place}: {why}",
            hint=f"Such values say nothing about the sequence. {_FORCE}",
        )


def _computed(table: Table, column: Column, feeding: Feeding) -> str | None:
    for sequence in feeding.sequences:
        for fed in sequence.columns:
            if (fed.table_oid, fed.name) == (table.oid, column.name) and fed.computed and fed.link is Link.DRAWS:
                by = f" by {fed.function}" if fed.function else ""
                return f"they are computed from those of {sequence.name}{by}"
    doubts = (each for each in feeding.unresolved if (each.table_oid, each.column) == (table.oid, column.name))
    return next((doubt.reason for doubt in doubts if doubt.computed), None)


def is_merely_named(sequence: FeedingSequence) -> bool:
    """Whether nothing but its being named links a sequence to its first column."""
    first = sequence.columns[0]
    return first.link is Link.NAMED and sequence.owner_column != (first.table, first.name)


def is_wide(reading: SequenceReading) -> bool:
    """Whether a gap is so wide that it has to be in proportion to the rows."""
    return reading.judgement.steps - reading.margin > WIDE_GAP


def refuse_disproportion(reading: SequenceReading, rows: int) -> None:
    """Raise SequenceError for a gap that so many rows do not account for, as of timestamps in the high bits."""
    steps = reading.judgement.steps - reading.margin
    if not is_wide(reading) or steps <= rows * STEPS_PER_ROW:
        return
    sequence, column = reading.sequence, reading.sequence.columns[0]
    counted = "1 row" if rows == 1 else f"{rows:,} rows"
    raise SequenceError(
        f"id {reading.extreme_id} is {steps:,} steps ahead of sequence {in_quotes(sequence.name)}, "
        f"out of all proportion to the {counted} of {column.table}",
        hint=f"Are these ids timestamps, or random? Then they were not drawn one after the other. {_FORCE}",
    )
