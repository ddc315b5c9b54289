"""What this very session holds of a sequence's CACHE, and would give before the sequence's own next value."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from msgspec.structs import replace

from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.judgement import Verdict
from seedkit.core.sequences.reading import SequenceReading, Unjudged
from seedkit.postgres.sequences.refusals import refused
from seedkit.postgres.sequences.statements import climb_statement
from seedkit.postgres.session import Session
from seedkit.postgres.transactions.lock_waits import LockWaits
from seedkit.postgres.transactions.short_transactions import short_transaction


def drain_own_cache(connection: Session, readings: Sequence[SequenceReading], waits: LockWaits) -> dict[int, Unjudged]:
    """Use up what this very session holds of a CACHE, where its next value would be taken.

    The sequence itself shows only the end of what was handed out to sessions. An insert of ours comes first out of
    what ours holds, so a sequence that is in step may give a value that is there already. Those of which that can't be
    asked, or not be used up, are given by OID: they are not to be called right.
    """
    doubtful: dict[int, Unjudged] = {}
    for reading in filter(_may_be_held, readings):
        try:
            _drain(connection, reading, waits)
        except psycopg.Error as error:
            found = refused(connection, reading.sequence, error)
            reason = f"what this session holds of its CACHE may be taken ({found.reason})"
            doubtful[reading.sequence.oid] = replace(found, reason=reason)
    return doubtful


def _may_be_held(reading: SequenceReading) -> bool:
    """Whether the sequence itself is past its ids, while a session might not be."""
    passed = reading.judgement.verdict in (Verdict.IN_STEP, Verdict.AHEAD)
    return passed and reading.state.cache > 1 and reading.extreme_id is not None and reading.sequence.usable


def _drain(connection: Session, reading: SequenceReading, waits: LockWaits) -> None:
    held = _own_value(connection, reading.sequence)
    if held is not None and _is_taken(held, reading):
        with waits.alone() as timeout, short_transaction(connection, timeout):
            connection.execute(climb_statement([reading], goal=reading.extreme_id))


def _own_value(connection: Session, sequence: FeedingSequence) -> int | None:
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
    """Whether the value after the one drawn may be among the ids."""
    return reading.extreme_id is not None and (reading.extreme_id - held) * reading.state.increment > 0
