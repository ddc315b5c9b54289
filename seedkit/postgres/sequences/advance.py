"""Moves sequences forward, each by the way that `seedkit.core.sequences.rungs` chooses, and never backwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import psycopg
from msgspec import Struct

from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.reading import SequenceReading
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.core.sequences.rungs import Rung, climbable, climbs_in_one_statement, rungs_for, too_far, widest_race
from seedkit.core.sequences.state import SequenceState
from seedkit.errors import SequenceError
from seedkit.postgres.as_owners import rows_as_owners
from seedkit.postgres.connection import in_transaction, pipelined
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import enter_safe_path, forget_safe_path
from seedkit.postgres.sequences.climbing import climb, climb_in_batches
from seedkit.postgres.sequences.refusals import refused
from seedkit.postgres.sequences.statements import LOCK_TIMEOUT, altering_statements, by_oid, set_statements
from seedkit.postgres.session import Session
from seedkit.postgres.time_outs import transaction_without_time_outs
from seedkit.postgres.transactions.lock_waits import LockWaits
from seedkit.postgres.transactions.node_waits import told_by_nodes
from seedkit.postgres.transactions.short_transactions import sees_all_committed, short_transaction

LOCK_TRIES = 3
PAUSE_SECONDS = 0.05


class Refusal(Struct, frozen=True, kw_only=True):
    """Why a sequence could not be moved, and what to do about it."""

    reason: str
    hint: str | None = None


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of an attempt to move sequences, by OID.

    `discarded` are those whose CACHE other sessions have lost: they give out no lower value any more. `states` tells
    how climbing has left sequences that need not be read again.
    """

    refusals: dict[int, Refusal]
    discarded: frozenset[int]
    states: dict[int, SequenceState]


def advance(
    connection: Session, readings: Sequence[SequenceReading], options: RepairOptions, waits: LockWaits | None = None
) -> Outcome:
    """Move sequences that are behind to their targets or past them.

    Commits nothing of a transaction that is open. In one of our own, waits for a lock no longer than the options say.
    The caller reads those again whose state is not told: another session may have been quicker, or a lock not free.
    """
    waits = waits or LockWaits(options.lock_timeout)
    ours = not in_transaction(connection)
    together = [reading for reading in readings if climbs_in_one_statement(reading, discard=ours)]
    climbed = climb_in_batches(connection, together, options, waits)
    alone = [reading for reading in readings if reading.sequence.oid not in climbed]
    refusals, discarded = _advance_each(connection, alone, waits)
    states = {oid: state for oid, state in climbed.items() if state is not None}
    return Outcome(refusals=refusals, discarded=discarded, states=states)


def _advance_each(
    connection: Session, readings: Sequence[SequenceReading], waits: LockWaits
) -> tuple[dict[int, Refusal], frozenset[int]]:
    """Move one after the other; give why some could not be moved, and those that other sessions lost values of."""
    refusals: dict[int, Refusal] = {}
    discarded: set[int] = set()
    for reading in readings:
        try:
            taken = _advance_one(connection, reading, waits)
        except SequenceError as error:
            refusals[reading.sequence.oid] = Refusal(reason=error.message, hint=error.hint)
        else:
            if taken is Rung.SET_UNDER_LOCK and reading.state.cache > 1:
                discarded.add(reading.sequence.oid)
    return refusals, frozenset(discarded)


def _advance_one(connection: Session, reading: SequenceReading, waits: LockWaits) -> Rung:
    """Move a sequence by the best way that is not refused, and say by which; raises SequenceError with all reasons."""
    errors: dict[Rung, psycopg.Error] = {}
    for rung in rungs_for(reading, in_transaction=in_transaction(connection)):
        try:
            _WAYS[rung](connection, reading, waits)
        except psycopg.Error as error:
            errors[rung] = error
            if connection.closed or _ends_it(rung, error):
                break
        else:
            return rung
    raise _all_refused(connection, reading, errors)


def _ends_it(rung: Rung, error: psycopg.Error) -> bool:
    """Whether a refusal holds for the next way too: somebody wants an end, or a lock was waited for as long as asked.

    The lock that is given up soon is the one that only setting under a lock needs.
    """
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return rung is not Rung.SET_UNDER_LOCK
    return isinstance(error, psycopg.errors.QueryCanceled)


def _all_refused(connection: Session, reading: SequenceReading, errors: Mapping[Rung, psycopg.Error]) -> SequenceError:
    """Put together why each way was refused, in short where it was for the same reason; the last hint counts."""
    found = {rung: refused(connection, reading.sequence, error) for rung, error in errors.items()}
    reasons = {f"{rung.value}: {refusal.reason}": refusal.reason for rung, refusal in found.items()}
    if not climbable(reading):
        reasons |= {"": too_far(reading)}
    distinct = list(dict.fromkeys(reasons.values()))
    hints = [refusal.hint for refusal in found.values() if refusal.hint]
    told = distinct if len(distinct) == 1 else [label or reason for label, reason in reasons.items()]
    return SequenceError("; ".join(told), hint=hints[-1] if hints else None)


def _set_under_lock(connection: Session, reading: SequenceReading, waits: LockWaits) -> None:
    """Set the sequence in a transaction of its own, with writers locked out."""
    for tries_left in reversed(range(1 if waits.over else LOCK_TRIES)):
        try:
            with transaction_without_time_outs(connection):
                with pipelined(connection):
                    for statement in altering_statements(
                        reading
                    ):  # these may fire event triggers, whose names are others'
                        connection.execute(statement)
                enter_safe_path(connection)
                _refuse_another(connection, reading.sequence)
                for statement in set_statements(reading, further_than=0):
                    connection.execute(statement)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            if not tries_left:
                raise
        else:
            return
        finally:
            forget_safe_path(connection)


def _refuse_another(connection: Session, sequence: FeedingSequence) -> None:
    """See that the ALTER, which goes by name, has met the sequence that is meant; an error takes it back."""
    row = connection.execute(query("locked_sequences"), {"sequence": sequence.oid}).fetchone()
    if row is None or not row[0]:
        raise SequenceError(f"another relation has taken the place of sequence {sequence.name}", hint="Run it again.")


def _set_across_gap(connection: Session, reading: SequenceReading, waits: LockWaits) -> None:
    """Set the sequence while it is further behind than writers can come in the meantime."""
    with waits.alone() as timeout, short_transaction(connection, timeout):
        if not _alone(connection, reading.sequence):
            time.sleep(PAUSE_SECONDS)
            return
        for statement in set_statements(reading, further_than=widest_race(reading)):
            connection.execute(statement)


def _alone(connection: Session, sequence: FeedingSequence) -> bool:
    """Take the repairers' lock on the sequence if it is free; never wait for it with a transaction's locks in hand."""
    row = connection.execute(
        "select pg_try_advisory_xact_lock(hashtextextended('seedkit:' || %s::text, 0))", (sequence.oid,)
    ).fetchone()
    return bool(row and row[0])


def _bring_back(connection: Session, reading: SequenceReading, waits: LockWaits) -> None:
    """Set it back into its own range, with its tables locked; in a caller's transaction the locks are given back.

    Where their owner's code has run, all is taken back but what `setval` has done, which no ROLLBACK takes back.
    """
    from seedkit.postgres.sequences.way_back import bringing_back_statements

    ours = not in_transaction(connection)
    with waits.alone() as asked, told_by_nodes(connection):
        timeout = asked if ours else LOCK_TIMEOUT
        statements = bringing_back_statements(reading, timeout, by_oid)
        if reading.sequence.is_others:
            rows_as_owners(connection, [statements], timeout)
            return
        with short_transaction(connection, timeout) if ours else connection.transaction(force_rollback=True):
            if not sees_all_committed(connection):
                reason = "the highest id of its own range is not known: this transaction's snapshot may hide newer ones"
                raise SequenceError(reason, hint="Use a transaction that is READ COMMITTED.")
            for statement in statements:
                connection.execute(statement)


_WAYS: dict[Rung, Callable[[Session, SequenceReading, LockWaits], None]] = {
    Rung.CLIMB: climb,
    Rung.SET_UNDER_LOCK: _set_under_lock,
    Rung.SET_ACROSS_GAP: _set_across_gap,
    Rung.BRING_BACK: _bring_back,
}
