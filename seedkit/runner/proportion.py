"""Looks, before a sequence is moved that is merely named, whether the gap is in proportion to the table's rows."""

from __future__ import annotations

from collections.abc import Sequence

from seedkit.core.sequences.consent import is_merely_named, is_wide, refuse_disproportion
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.reading import SequenceReading
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.postgres.sequences.reading import read_sequences
from seedkit.postgres.sequences.row_counts import count_rows
from seedkit.postgres.session import Session


def refuse_out_of_proportion(connection: Session, sequences: Sequence[FeedingSequence], options: RepairOptions) -> None:
    """Raise SequenceError for a named sequence that would move further than the rows account for; writes nothing."""
    named = [sequence for sequence in sequences if is_merely_named(sequence)]
    for reading in read_sequences(connection, named, options) if named else []:
        if isinstance(reading, SequenceReading) and is_wide(reading):
            refuse_disproportion(reading, count_rows(connection, reading.sequence.columns[0], options))
