"""Moves sequences forward, by the gentlest way that will do, and never backwards.

`nextval` and `setval` are not undone by ROLLBACK, and plain reading and setting race with writers. So a small gap is
climbed with `nextval` itself, which is monotone by construction; a large one is set while writers are locked out, or,
where that lock can't be had, only while the gap is too large for writers to cross meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import psycopg
from psycopg import sql

from seedkit.core.names import quote_identifier
from seedkit.core.sequences import FeedingSequence, SequenceReading, Verdict
from seedkit.errors import SequenceError
from seedkit.postgres.connection import Connection, in_transaction
from seedkit.postgres.sequence_reading import refused

CLIMB_STEPS = 100_000
"""Gaps up to this are climbed: 1 to 3 ms a thousand steps (measured, REPAIR.md)."""

LONGEST_CLIMB_STEPS = 10_000_000
STEPS_PER_CACHED_VALUE = 1_000
LOCK_TRIES = 3
LOCK_TIMEOUT = "300ms"
PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a sequence could not be moved, and what to do about it."""

    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt to move sequences, by OID.

    `discarded` are those whose CACHE other sessions have lost: they give out no lower value any more.
    """

    refusals: dict[int, Refusal]
    discarded: frozenset[int]


class Rung(Enum):
    """The ways to move a sequence, the gentlest first."""

    CLIMB = "climb"
    SET_UNDER_LOCK = "set under lock"
    SET_ACROSS_GAP = "set across the gap"


def advance(connection: Connection, readings: Sequence[SequenceReading]) -> Outcome:
    """Move sequences that are behind to their targets or past them.

    Commits nothing of a transaction that is open. The caller reads the sequences again: another session may have been
    quicker, or a lock may not have been free.
    """
    ours = not in_transaction(connection)
    alone = [reading for reading in readings if not _climbs_in_one_statement(reading, discard=ours)]
    for batch in _batches([reading for reading in readings if reading not in alone]):
        if not _climb_together(connection, batch):
            alone += batch
    return _advance_each(connection, alone)


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


def _climb_together(connection: Connection, readings: Sequence[SequenceReading]) -> bool:
    """Climb several gaps in one statement; False where it fails, for the culprit to be found one by one."""
    try:
        with connection.transaction():
            connection.execute(climb_statement(readings))
    except psycopg.Error:
        if connection.closed:
            raise
        return False
    return True


def _advance_each(connection: Connection, readings: Sequence[SequenceReading]) -> Outcome:
    refusals: dict[int, Refusal] = {}
    discarded: set[int] = set()
    for reading in readings:
        try:
            if _advance_one(connection, reading):
                discarded.add(reading.sequence.oid)
        except SequenceError as error:
            refusals[reading.sequence.oid] = Refusal(reason=error.message, hint=error.hint)
        except psycopg.Error as error:
            found = refused(connection, reading.sequence, error)
            refusals[reading.sequence.oid] = Refusal(reason=found.reason, hint=found.hint)
    return Outcome(refusals=refusals, discarded=frozenset(discarded))


def _advance_one(connection: Connection, reading: SequenceReading) -> bool:
    """Move a sequence by the best way that is open; True where that took from other sessions the values they held."""
    rung = rung_for(reading, in_transaction=in_transaction(connection))
    if rung is Rung.SET_UNDER_LOCK and _set_under_lock(connection, reading):
        return reading.state.cache > 1
    if rung is Rung.CLIMB or reading.judgement.steps <= _widest_race(reading):
        _climb(connection, reading)
    else:
        _set_across_gap(connection, reading)
    return False


def drain_own_cache(connection: Connection, readings: Sequence[SequenceReading]) -> None:
    """Use up what this very session holds of a CACHE, where its next value would be taken.

    The sequence itself shows only the end of what was handed out to sessions. An insert of ours comes first out of
    what ours holds, so a sequence that is in step may give a value that is there already.
    """
    for reading in readings:
        if reading.state.cache == 1 or reading.extreme_id is None or not reading.sequence.usable:
            continue
        held = _own_value(connection, reading.sequence)
        if held is not None and _is_taken(held, reading):
            with connection.transaction():
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
    if steps <= _widest_race(reading) or not sequence.settable:
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


def _widest_race(reading: SequenceReading) -> int:
    """How many steps writers might come forward between a read and a write; a larger gap is safe to set."""
    return max(CLIMB_STEPS, STEPS_PER_CACHED_VALUE * reading.state.cache)


def _climb(connection: Connection, reading: SequenceReading) -> None:
    """Climb in slices, so that no statement runs long or gathers much."""
    judgement, increment = reading.judgement, reading.state.increment
    for steps in range(CLIMB_STEPS, judgement.steps + CLIMB_STEPS, CLIMB_STEPS):
        goal = reading.state.base + min(steps, judgement.steps) * increment
        with connection.transaction():
            connection.execute(climb_statement([reading], goal=goal))


def climb_statement(readings: Sequence[SequenceReading], goal: int | None = None) -> sql.Composed:
    """Call `nextval` on each sequence until it has reached its target (or a goal before it).

    A CYCLE that has started again meanwhile gives a value before its base, and would be climbed all the way round: it
    stops there. (So may a value that our session holds of a CACHE, where nothing stops it.)
    """
    targets = sql.SQL(", ").join(
        sql.SQL("({}::oid, {}::bigint, {}::numeric, {}::int)").format(
            sql.Literal(reading.sequence.oid),
            sql.Literal(reading.judgement.target if goal is None else goal),
            sql.Literal(reading.state.base if reading.state.cycle and reading.state.cache == 1 else None),
            sql.Literal(1 if reading.sequence.ascending else -1),
        )
        for reading in readings
    )
    return sql.SQL(
        """
        with recursive climb (sequence, target, base, direction, value) as (
            select sequence, target, base, direction, nextval(sequence::regclass)
            from (values {}) as behind (sequence, target, base, direction)
            union all
            select sequence, target, base, direction, nextval(sequence::regclass)
            from climb
            where sign(target::numeric - value) = direction and (base is null or sign(value - base) = direction)
        )
        select count(*) from climb
        """
    ).format(targets)


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


def locked_set_statements(reading: SequenceReading) -> list[sql.Composed]:
    """Write the statements of a short transaction that sets a sequence while other sessions' `nextval` has to wait."""
    return [
        sql.SQL("set local lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)),
        _locking_statement(reading),
        _set_statement(reading, further_than=0),
    ]


def _locking_statement(reading: SequenceReading) -> sql.Composed:
    """Write an ALTER SEQUENCE that changes nothing: the only kind of statement that keeps `nextval` out.

    The one that sets the increment rewrites the sequence: other sessions then discard what they hold of its CACHE.
    """
    sequence = reading.sequence
    name = sql.Identifier(sequence.name.schema, sequence.name.name)
    if reading.state.cache > 1:
        return sql.SQL("alter sequence {} increment by {}").format(name, sql.Literal(reading.state.increment))
    if sequence.identity:
        return sql.SQL("alter sequence {} owner to {}").format(name, sql.Identifier(sequence.owner_role))
    if sequence.owner_column is None:
        return sql.SQL("alter sequence {} owned by none").format(name)
    table, column = sequence.owner_column
    return sql.SQL("alter sequence {} owned by {}").format(name, sql.Identifier(table.schema, table.name, column))


def _set_across_gap(connection: Connection, reading: SequenceReading) -> None:
    """Set the sequence while it is further behind than writers can come in the meantime."""
    with connection.transaction():
        if not _alone(connection, reading.sequence):
            time.sleep(PAUSE_SECONDS)
            return
        for statement in gap_set_statements(reading):
            connection.execute(statement)


def gap_set_statements(reading: SequenceReading) -> list[sql.Composed]:
    """Write the statements that set a sequence across a large gap, without a lock that writers would wait for.

    Reading the last value first takes RowExclusive to the end of the transaction, so that the write can't wait behind
    somebody's ALTER SEQUENCE and land late: without it a sequence at 1000 was set back to 20 (REPAIR.md, section 3).
    """
    oid = sql.Literal(reading.sequence.oid)
    return [
        sql.SQL("select pg_sequence_last_value({}::oid::regclass)").format(oid),
        _set_statement(reading, further_than=_widest_race(reading)),
    ]


def _alone(connection: Connection, sequence: FeedingSequence) -> bool:
    """Take the repairers' lock on the sequence if it is free; never wait for it with a transaction's locks in hand."""
    row = connection.execute(
        "select pg_try_advisory_xact_lock(hashtextextended('seedkit:' || %s::text, 0))", (sequence.oid,)
    ).fetchone()
    return bool(row and row[0])


def _set_statement(reading: SequenceReading, further_than: int) -> sql.Composed:
    """Set the sequence if it is further behind its target than so many steps, as the same statement reads it."""
    sequence = reading.sequence
    return sql.SQL(
        """
        select setval({oid}::oid::regclass, {target})
        from {name}
        where ({target}::numeric - last_value + case when is_called then 0 else {increment} end)
            / {increment} > {further_than}
        """
    ).format(
        oid=sql.Literal(sequence.oid),
        name=sql.Identifier(sequence.name.schema, sequence.name.name),
        target=sql.Literal(reading.judgement.target),
        increment=sql.Literal(sequence.increment),
        further_than=sql.Literal(further_than),
    )


def _grant(right: str, sequence: FeedingSequence) -> str:
    return f"grant {right} on sequence {sequence.name} to {quote_identifier(sequence.role)};"
