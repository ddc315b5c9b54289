"""Moves sequences forward, by the gentlest way that will do, and never backwards.

`nextval` and `setval` are not undone by ROLLBACK, and plain reading and setting race with writers. So a small gap is
climbed with `nextval` itself, which is monotone by construction; a large one is set while writers are locked out, or,
where that lock can't be had, only while the gap is too large for writers to cross meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import psycopg
from psycopg import sql

from seedkit.core.names import quote_identifier
from seedkit.core.sequences.judgement import (
    FeedingSequence,
    RepairOptions,
    SequenceReading,
    SequenceState,
    Verdict,
    is_behind,
)
from seedkit.errors import SequenceError
from seedkit.postgres.connection import Connection, in_transaction
from seedkit.postgres.sequences.reading import BATCH_LOCK_TIMEOUT, read_sequences, refused
from seedkit.postgres.sequences.statements import (
    CLIMB_STEPS,
    climb_statement,
    gap_set_statements,
    locked_set_statements,
    widest_race,
)
from seedkit.postgres.transactions.short_transactions import rows_of_each, short_transaction

LONGEST_CLIMB_STEPS = 10_000_000
LOCK_TRIES = 3
PAUSE_SECONDS = 0.05

_SNAPSHOT = sql.SQL(
    "select case current_setting('transaction_isolation')"
    " when 'read committed' then pg_current_snapshot()::text end as snapshot"
)
"""The same text twice says that no transaction has ended in between (one of our own counts as another's); above READ
COMMITTED a transaction would always say so, and says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a sequence could not be moved, and what to do about it."""

    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt to move sequences, by OID.

    `discarded` are those whose CACHE other sessions have lost: they give out no lower value any more. `states` tells
    how climbing has left sequences that need not be read again.
    """

    refusals: dict[int, Refusal]
    discarded: frozenset[int]
    states: dict[int, SequenceState]


class Rung(Enum):
    """The ways to move a sequence, the gentlest first."""

    CLIMB = "climb"
    SET_UNDER_LOCK = "set under lock"
    SET_ACROSS_GAP = "set across the gap"


def advance(connection: Connection, readings: Sequence[SequenceReading], options: RepairOptions) -> Outcome:
    """Move sequences that are behind to their targets or past them.

    Commits nothing of a transaction that is open. In one of our own, waits for a lock no longer than the options say.
    The caller reads those again whose state is not told: another session may have been quicker, or a lock not free.
    """
    ours = not in_transaction(connection)
    climbed: dict[int, SequenceState | None] = {}
    for batch in _batches([reading for reading in readings if _climbs_in_one_statement(reading, discard=ours)]):
        climbed |= _climb_together(connection, batch, options)
    alone = [reading for reading in readings if reading.sequence.oid not in climbed]
    refusals, discarded = _advance_each(connection, alone, options)
    states = {oid: state for oid, state in climbed.items() if state is not None}
    return Outcome(refusals=refusals, discarded=discarded, states=states)


def _climbs_in_one_statement(reading: SequenceReading, *, discard: bool) -> bool:
    small = reading.judgement.steps <= CLIMB_STEPS and reading.sequence.usable
    return small and not (discard and _can_discard(reading))


def _can_discard(reading: SequenceReading) -> bool:
    """Whether values that other sessions hold can be taken from them, if the lock for it can be had."""
    return reading.state.cache > 1 and reading.sequence.owned and reading.sequence.settable


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
    connection: Connection, readings: Sequence[SequenceReading], options: RepairOptions
) -> dict[int, SequenceState | None]:
    """Climb several gaps in one statement, and tell the states reached; None where only a reading can tell.

    One that fails is halved down to the culprits, which are left out.
    """
    try:
        *rows, after = rows_of_each(connection, [[climb_statement(readings), _SNAPSHOT]], BATCH_LOCK_TIMEOUT)
    except psycopg.Error:
        if connection.closed:
            raise
        middle = len(readings) // 2
        halves = (readings[:middle], readings[middle:]) if middle else ()
        return {oid: state for half in halves for oid, state in _climb_the_rest(connection, half, options).items()}
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
    connection: Connection, readings: Sequence[SequenceReading], options: RepairOptions
) -> dict[int, SequenceState | None]:
    """Read again after a climb that failed, as what it had climbed by then stays climbed; then climb what is behind."""
    again = read_sequences(connection, [reading.sequence for reading in readings], options)
    behind = [found for found in again if is_behind(found)]
    climbed: dict[int, SequenceState | None] = {found.sequence.oid: None for found in again if not is_behind(found)}
    return climbed | (_climb_together(connection, behind, options) if behind else {})


def _advance_each(
    connection: Connection, readings: Sequence[SequenceReading], options: RepairOptions
) -> tuple[dict[int, Refusal], frozenset[int]]:
    """Move one after the other; give why some could not be moved, and those that other sessions lost values of."""
    refusals: dict[int, Refusal] = {}
    discarded: set[int] = set()
    for reading in readings:
        try:
            if _advance_one(connection, reading, options):
                discarded.add(reading.sequence.oid)
        except SequenceError as error:
            refusals[reading.sequence.oid] = Refusal(reason=error.message, hint=error.hint)
        except psycopg.Error as error:
            found = refused(connection, reading.sequence, error)
            refusals[reading.sequence.oid] = Refusal(reason=found.reason, hint=found.hint)
    return refusals, frozenset(discarded)


def _advance_one(connection: Connection, reading: SequenceReading, options: RepairOptions) -> bool:
    """Move a sequence by the best way that is open; True where that took from other sessions the values they held."""
    rung = rung_for(reading, in_transaction=in_transaction(connection))
    if rung is Rung.SET_UNDER_LOCK and _set_under_lock(connection, reading):
        return reading.state.cache > 1
    if rung is Rung.CLIMB or reading.judgement.steps <= widest_race(reading):
        _climb(connection, reading, options)
    else:
        _set_across_gap(connection, reading, options)
    return False


def drain_own_cache(connection: Connection, readings: Sequence[SequenceReading], options: RepairOptions) -> None:
    """Use up what this very session holds of a CACHE, where its next value would be taken.

    The sequence itself shows only the end of what was handed out to sessions. An insert of ours comes first out of
    what ours holds, so a sequence that is in step may give a value that is there already.
    """
    for reading in readings:
        if reading.state.cache == 1 or reading.extreme_id is None or not reading.sequence.usable:
            continue
        held = _own_value(connection, reading.sequence)
        if held is not None and _is_taken(held, reading):
            with short_transaction(connection, options.lock_timeout):
                connection.execute(climb_statement([reading], goal=reading.extreme_id))


def _own_value(connection: Connection, sequence: FeedingSequence) -> int | None:
    """Ask for the value that this session drew last of a sequence, None where it has drawn none."""
    try:
        with connection.transaction():
            row = connection.execute("select currval(%s::oid::regclass)", (sequence.oid,)).fetchone()
    except psycopg.errors.ObjectNotInPrerequisiteState:
        return None
    return int(row[0]) if row else None


def _is_taken(held: int, reading: SequenceReading) -> bool:
    """Whether the value after the one drawn may be among the ids: the sequence is past them, this session is not."""
    if reading.extreme_id is None or reading.judgement.verdict not in (Verdict.IN_STEP, Verdict.AHEAD):
        return False
    return (reading.extreme_id - held) * reading.state.increment > 0


def rung_for(reading: SequenceReading, *, in_transaction: bool) -> Rung:
    """Choose the way to move a sequence that is behind; raises SequenceError where no right suffices."""
    sequence, steps = reading.sequence, reading.judgement.steps
    if not in_transaction and _can_discard(reading):
        return Rung.SET_UNDER_LOCK
    if steps <= widest_race(reading) or not sequence.settable:
        _require_climbable(reading)
        return Rung.CLIMB
    return Rung.SET_UNDER_LOCK if sequence.owned and not in_transaction else Rung.SET_ACROSS_GAP


def _require_climbable(reading: SequenceReading) -> None:
    sequence, steps = reading.sequence, reading.judgement.steps
    if not sequence.usable:
        raise SequenceError("this role may not use the sequence", hint=_grant("usage", sequence))
    if steps > LONGEST_CLIMB_STEPS and not sequence.settable:
        raise SequenceError(
            f"it is {steps:,} steps behind, too far to climb, and this role may not set it",
            hint=_grant("update", sequence),
        )


def _climb(connection: Connection, reading: SequenceReading, options: RepairOptions) -> None:
    """Climb in slices, so that no statement runs long or gathers much."""
    judgement, increment = reading.judgement, reading.state.increment
    for steps in range(CLIMB_STEPS, judgement.steps + CLIMB_STEPS, CLIMB_STEPS):
        goal = reading.state.base + min(steps, judgement.steps) * increment
        with short_transaction(connection, options.lock_timeout):
            connection.execute(climb_statement([reading], goal=goal))


def _set_under_lock(connection: Connection, reading: SequenceReading) -> bool:
    """Set the sequence in a transaction of its own, with writers locked out; False where the lock can't be had."""
    for _ in range(LOCK_TRIES):
        try:
            with connection.transaction():
                for statement in locked_set_statements(reading):
                    connection.execute(statement)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            continue
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True
    return False


def _set_across_gap(connection: Connection, reading: SequenceReading, options: RepairOptions) -> None:
    """Set the sequence while it is further behind than writers can come in the meantime."""
    with short_transaction(connection, options.lock_timeout):
        if not _alone(connection, reading.sequence):
            time.sleep(PAUSE_SECONDS)
            return
        for statement in gap_set_statements(reading):
            connection.execute(statement)


def _alone(connection: Connection, sequence: FeedingSequence) -> bool:
    """Take the repairers' lock on the sequence if it is free; never wait for it with a transaction's locks in hand."""
    row = connection.execute(
        "select pg_try_advisory_xact_lock(hashtextextended('seedkit:' || %s::text, 0))", (sequence.oid,)
    ).fetchone()
    return bool(row and row[0])


def _grant(right: str, sequence: FeedingSequence) -> str:
    return f"grant {right} on sequence {sequence.name} to {quote_identifier(sequence.role)};"
