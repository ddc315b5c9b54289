"""Checks and repairs sequences: reads them, lets the core judge, moves those that are behind, and reads them again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import psycopg
from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.reports.moves import moved_report
from seedkit.core.reports.runs import SequenceReport
from seedkit.core.reports.sequences import report_sequence
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.reading import SequenceReading, Unjudged, is_behind
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.postgres.connection import in_transaction
from seedkit.postgres.sequences.advance import Refusal, advance
from seedkit.postgres.sequences.reading import chunks, read_sequences
from seedkit.postgres.sequences.refusals import refused
from seedkit.postgres.sequences.session_cache import drain_own_cache
from seedkit.postgres.sequences.statements import lock_tables_statement, table_locks
from seedkit.postgres.session import Session
from seedkit.postgres.transactions.all_or_none import take_all, take_at_once
from seedkit.postgres.transactions.lock_waits import LockWaits
from seedkit.postgres.transactions.node_waits import told_by_nodes, waits_on_all_nodes
from seedkit.postgres.transactions.short_transactions import sees_all_committed, short_transaction
from seedkit.progress import current

ATTEMPTS = 5

Found: TypeAlias = "SequenceReading | Unjudged"


def check_sequences(
    connection: Session, sequences: Sequence[FeedingSequence], options: RepairOptions
) -> list[SequenceReport]:
    """Judge sequences and write nothing; one that can't be judged is reported as skipped, with the reason.

    Of those that each node of a cluster has, the other nodes' are reported besides where they are not right.
    """
    waits = LockWaits(options.lock_timeout)
    here: list[SequenceReport] = []
    elsewhere: list[SequenceReport] = []
    for chunk in _counted(chunks(sequences)):
        found = _judged(connection, chunk, options, waits)
        here += map(report_sequence, found)
        if any(reading.sequence.nodes for reading in found):
            from seedkit.postgres.sequences.other_nodes import check_others

            elsewhere += check_others(connection, found, options, waits)
    return here + elsewhere


def check_here(
    connection: Session, sequences: Sequence[FeedingSequence], options: RepairOptions
) -> list[SequenceReport]:
    """Judge sequences of the node that is asked, and write nothing: a report for each, in the order given."""
    waits = LockWaits(options.lock_timeout)
    return [
        report_sequence(found) for chunk in chunks(sequences) for found in _judged(connection, chunk, options, waits)
    ]


def _judged(
    connection: Session, sequences: Sequence[FeedingSequence], options: RepairOptions, waits: LockWaits
) -> list[Found]:
    found = read_sequences(connection, sequences, options, waits)
    return found if sees_all_committed(connection) else [_by_snapshot(reading) for reading in found]


def repair_sequences(
    connection: Session, sequences: Sequence[FeedingSequence], options: RepairOptions
) -> list[SequenceReport]:
    """Move every sequence that is behind, and report each as it stands afterwards.

    A transaction that is open stays open: nothing is committed, and no lock is waited for that a writer who waits for
    us may hold. Otherwise all is done in short transactions of our own. A sequence that can't be judged or moved is
    reported with the reason; the others go on.
    """
    waits = LockWaits(options.lock_timeout)
    if not options.wait:
        parts = _counted(chunks(sequences))
        return [report for chunk in parts for report in _repaired(connection, chunk, options, waits)]
    in_order = sorted(sequences, key=lambda sequence: min(column.table_oid for column in sequence.columns))
    parts = _counted(zip(in_order))
    return [report for [sequence] in parts for report in _repaired_alone(connection, sequence, options, waits)]


def _counted(parts: Iterable[Sequence[FeedingSequence]]) -> Iterator[Sequence[FeedingSequence]]:
    """Hand on what is worked on together, and count what is done."""
    progress = current()
    for part in parts:
        yield part
        progress.count(len(part), "sequence")


def _repaired_alone(
    connection: Session, sequence: FeedingSequence, options: RepairOptions, waits: LockWaits
) -> list[SequenceReport]:
    """Repair one sequence once all writers of its tables have committed, while no new one can begin."""
    try:
        with waits.alone() as timeout, told_by_nodes(connection):
            everywhere = waits_on_all_nodes(timeout) if sequence.nodes and not in_transaction(connection) else []
            with short_transaction(connection, timeout):
                for statement in everywhere:
                    connection.execute(statement)
                _lock_tables(connection, sequence)
                return _repaired(connection, [sequence], options, waits)
    except psycopg.Error as error:
        return [report_sequence(refused(connection, sequence, error))]


def _lock_tables(connection: Session, sequence: FeedingSequence) -> None:
    """Lock a sequence's tables: all of them, or none while one is not to be had; those of a cluster in turn."""
    locks = table_locks(sequence)
    if len(locks) == 1 or sequence.nodes:
        connection.execute(lock_tables_statement(sequence))
    elif not take_at_once(connection, locks):
        take_all(connection, locks)


class _Moved(Struct, frozen=True, kw_only=True):
    """What came of sequences, by OID: how each was found last, and which could not be moved.

    `discarded` are those whose CACHE other sessions have lost.
    """

    found: dict[int, Found]
    refusals: dict[int, Refusal]
    discarded: frozenset[int]


def _repaired(
    connection: Session, sequences: Sequence[FeedingSequence], options: RepairOptions, waits: LockWaits
) -> list[SequenceReport]:
    """Read sequences, move those that are behind, and report on all."""
    first = read_sequences(connection, sequences, options, waits)
    judged = [reading for reading in first if isinstance(reading, SequenceReading)]
    found = {reading.sequence.oid: reading for reading in first} | drain_own_cache(connection, judged, waits)
    moved = _moved(connection, found, options, waits)
    last = [_explained(reading, moved.refusals) for reading in moved.found.values()]
    trusted = all(map(is_behind, first)) or sees_all_committed(connection)
    reports = [
        moved_report(before, after, discarded=before.sequence.oid in moved.discarded)
        if trusted or is_behind(before)
        else report_sequence(_by_snapshot(after))
        for before, after in zip(first, last, strict=True)
    ]
    if trusted and any(sequence.nodes for sequence in sequences):
        from seedkit.postgres.sequences.other_nodes import repair_others

        reports += repair_others(connection, last, options, waits)
    return reports


def _moved(connection: Session, found: dict[int, Found], options: RepairOptions, waits: LockWaits) -> _Moved:
    """Advance until a fresh reading says that nothing is left to do; others may insert or repair meanwhile.

    A climb during which nobody has committed anything has its answer without one.
    """
    refusals: dict[int, Refusal] = {}
    discarded = frozenset[int]()
    for _ in range(ATTEMPTS):
        behind = {oid: reading for oid, reading in found.items() if oid not in refusals and is_behind(reading)}
        if not behind:
            break
        outcome = advance(connection, list(behind.values()), options, waits)
        refusals |= outcome.refusals
        discarded |= outcome.discarded
        climbed = {oid: replace(behind[oid], state=state) for oid, state in outcome.states.items()}
        others = [reading.sequence for oid, reading in behind.items() if oid not in climbed]
        again = {reading.sequence.oid: reading for reading in read_sequences(connection, others, options, waits)}
        found = found | climbed | again
    return _Moved(found=found, refusals=refusals, discarded=discarded)


def _explained(found: Found, refusals: dict[int, Refusal]) -> Found:
    """Add to a sequence that is still behind why it could not be moved."""
    if not is_behind(found):
        return found
    refusal = refusals.get(found.sequence.oid, Refusal(reason="other sessions kept it behind", hint="Try again."))
    return replace(found, reason=refusal.reason, hint=refusal.hint)


def _by_snapshot(found: Found) -> Found:
    """Believe a snapshot of a borrowed transaction only where it says that a sequence is behind.

    Above READ COMMITTED it dates from the transaction's beginning: max() answered NULL there where 500 stood.
    """
    if isinstance(found, Unjudged) or is_behind(found):
        return found
    return Unjudged(
        sequence=found.sequence,
        reason="not judged: this transaction's snapshot may hide newer ids",
        hint="Use a transaction that is READ COMMITTED.",
    )
