"""Makes room for rows that take their key from a sequence: moves it past the ids that are there, before they draw.

A fixture may hold rows with ids and rows without, and a table rows that somebody put in by hand: the sequence knows of
neither, and the first id it gave would be one that is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from seedkit.core.catalog import Table
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.reach import with_ids
from seedkit.core.sequences.reading import SequenceReading, is_behind
from seedkit.core.sequences.repair_options import BY_VISIBLE_ROWS
from seedkit.postgres.search_path import safe_path
from seedkit.postgres.sequences.advance import advance
from seedkit.postgres.sequences.feeding import read_feeding
from seedkit.postgres.sequences.reading import read_sequences
from seedkit.postgres.session import Session


def make_room(
    connection: Session, table: Table, columns: Collection[str], ids: Collection[int] = ()
) -> list[SequenceReading]:
    """Move the sequences of some columns past the ids of the table, and past `ids` that are about to be inserted.

    Gives those that were to be moved, as they were found.
    """
    with safe_path(connection):
        feeding = read_feeding(connection, [table.oid], here=True).sequences
        meant = [each for each in feeding if feeds(each, table, columns)]
        return [reading for reading in make_room_in(connection, meant, ids) if is_behind(reading)]


def feeds(sequence: FeedingSequence, table: Table, columns: Collection[str]) -> bool:
    """Whether a sequence feeds one of some columns of a table."""
    return any(fed.table_oid == table.oid and fed.name in columns for fed in sequence.columns)


def make_room_in(
    connection: Session, sequences: Sequence[FeedingSequence], ids: Collection[int] = ()
) -> list[SequenceReading]:
    """Do the same for sequences that are known; gives all that could be judged, as they were found."""
    readings = read_room(connection, sequences, ids)
    advance(connection, [reading for reading in readings if is_behind(reading)], BY_VISIBLE_ROWS)
    return readings


def read_room(
    connection: Session, sequences: Sequence[FeedingSequence], ids: Collection[int] = ()
) -> list[SequenceReading]:
    """Judge sequences by the ids that are there and others that are about to come; moves none."""
    found = read_sequences(connection, sequences, BY_VISIBLE_ROWS)
    return [with_ids(reading, ids) for reading in found if isinstance(reading, SequenceReading)]
