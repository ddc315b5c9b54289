"""What this very session holds of a sequence's CACHE, and would give before the sequence's own next value."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.judgement import Verdict
from seedkit.core.sequences.reading import SequenceReading
from seedkit.postgres.connection import Connection
from seedkit.postgres.sequences.statements import climb_statement
from seedkit.postgres.transactions.lock_waits import LockWaits
from seedkit.postgres.transactions.short_transactions import short_transaction


def drain_own_cache(connection: Connection, readings: Sequence[SequenceReading], waits: LockWaits) -> None:
    """Use up what this very session holds of a CACHE, where its next value would be taken.

    The sequence itself shows only the end of what was handed out to sessions. An insert of ours comes first out of
    what ours holds, so a sequence that is in step may give a value that is there already.
    """
    for reading in readings:
        if reading.state.cache == 1 or reading.extreme_id is None or not reading.sequence.usable:
            continue
        held = _own_value(connection, reading.sequence)
        if held is not None and _is_taken(held, reading):
            with waits.alone() as timeout, short_transaction(connection, timeout):
                connection.execute(climb_statement([reading], goal=reading.extreme_id))


def _own_value(connection: Connection, sequence: FeedingSequence) -> int | None:
    """Ask for the value that this session drew last of a sequence, None where it has drawn none."""
    try:
        with connection.transaction():
            row = connection.execute(
                "select pg_catalog.currval(%s::pg_catalog.oid::pg_catalog.regclass)", (sequence.oid,)
            ).fetchone()
    except psycopg.errors.ObjectNotInPrerequisiteState:
        return None
    return int(row[0]) if row else None


def _is_taken(held: int, reading: SequenceReading) -> bool:
    """Whether the value after the one drawn may be among the ids: the sequence is past them, this session is not."""
    if reading.extreme_id is None or reading.judgement.verdict not in (Verdict.IN_STEP, Verdict.AHEAD):
        return False
    return (reading.extreme_id - held) * reading.state.increment > 0
