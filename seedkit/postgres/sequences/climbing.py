"""Climbs gaps with `nextval`, monotone by construction: many small ones in a statement, a large one in slices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg
from msgspec.structs import replace
from psycopg import sql

from seedkit.core.sequences.reading import SequenceReading, is_behind
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.core.sequences.rungs import CLIMB_STEPS
from seedkit.core.sequences.state import SequenceState
from seedkit.postgres.sequences.reading import read_sequences
from seedkit.postgres.sequences.statements import climb_statement
from seedkit.postgres.session import Session
from seedkit.postgres.transactions.lock_waits import LockWaits
from seedkit.postgres.transactions.short_transactions import rows_of_each, short_transaction

_SNAPSHOT = sql.SQL(
    "select case current_setting('transaction_isolation')"
    " when 'read committed' then pg_current_snapshot()::text end as snapshot"
)
"""The same text twice says that no transaction has ended in between (one of our own counts as another's); above READ
COMMITTED a transaction would always say so, and says nothing."""


def climb_in_batches(
    connection: Session, readings: Sequence[SequenceReading], options: RepairOptions, waits: LockWaits
) -> dict[int, SequenceState | None]:
    """Climb many gaps, and tell by OID the states reached; None where only a reading can tell.

    Those that can't be climbed are left out. Commits nothing of a transaction that is open.
    """
    climbed: dict[int, SequenceState | None] = {}
    for batch in _batches(readings):
        climbed |= _climb_together(connection, batch, options, waits)
    return climbed


def _batches(readings: Sequence[SequenceReading]) -> Iterator[list[SequenceReading]]:
    """Divide readings so that no batch has more steps to climb than one sequence may have."""
    batch: list[SequenceReading] = []
    steps = 0
    for reading in readings:
        if batch and steps + reading.judgement.steps > CLIMB_STEPS:
            yield batch
            batch, steps = [], 0
        batch.append(reading)
        steps += reading.judgement.steps
    if batch:
        yield batch


def _climb_together(
    connection: Session, readings: Sequence[SequenceReading], options: RepairOptions, waits: LockWaits
) -> dict[int, SequenceState | None]:
    """Climb several gaps in one statement, and tell the states reached; None where only a reading can tell.

    One that fails is halved down to the culprits, which are left out.
    """
    try:
        with waits.together() as timeout:
            *rows, after = rows_of_each(connection, [[climb_statement(readings), _SNAPSHOT]], timeout)
    except psycopg.Error:
        if connection.closed:
            raise
        middle = len(readings) // 2
        halves = (readings[:middle], readings[middle:]) if middle else ()
        rest = (_climb_the_rest(connection, half, options, waits) for half in halves)
        return {oid: state for climbed in rest for oid, state in climbed.items()}
    values = {row["sequence"]: row["value"] for row in rows}
    return {
        reading.sequence.oid: _reached(reading, values[reading.sequence.oid], after["snapshot"]) for reading in readings
    }


def _reached(reading: SequenceReading, value: int, snapshot: str | None) -> SequenceState | None:
    """Say how a climb has left a sequence, if nobody has committed anything since it was read.

    Else there may be other ids, or another definition: `nextval` waits for who alters the sequence. And with a CACHE,
    the value that we have drawn is not the sequence's last.
    """
    if reading.snapshot != snapshot or reading.state.cache > 1:
        return None
    return replace(reading.state, last_value=value, is_called=True)


def _climb_the_rest(
    connection: Session, readings: Sequence[SequenceReading], options: RepairOptions, waits: LockWaits
) -> dict[int, SequenceState | None]:
    """Read again after a climb that failed, as what it had climbed by then stays climbed; then climb what is behind."""
    again = read_sequences(connection, [reading.sequence for reading in readings], options, waits)
    behind = [found for found in again if is_behind(found)]
    climbed: dict[int, SequenceState | None] = {found.sequence.oid: None for found in again if not is_behind(found)}
    return climbed | (_climb_together(connection, behind, options, waits) if behind else {})


def climb(connection: Session, reading: SequenceReading, waits: LockWaits) -> None:
    """Climb one gap, in slices, so that no statement runs long or gathers much."""
    judgement, increment = reading.judgement, reading.state.increment
    for steps in range(CLIMB_STEPS, judgement.steps + CLIMB_STEPS, CLIMB_STEPS):
        goal = reading.state.base + min(steps, judgement.steps) * increment
        with waits.alone() as timeout, short_transaction(connection, timeout):
            connection.execute(climb_statement([reading], goal=goal))
