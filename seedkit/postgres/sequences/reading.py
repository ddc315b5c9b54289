"""Reads sequences together with the ids in the columns they feed: ids first, state second."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import psycopg
from msgspec import Struct
from msgspec.structs import replace
from psycopg import sql
from psycopg.rows import dict_row

from seedkit.core.names import TableName, quote_identifier
from seedkit.core.reports.sequences import why_unjudgeable
from seedkit.core.reports.standby import ASK_PRIMARY
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.ids import extreme_id
from seedkit.core.sequences.reach import DOUBTS, with_ids_in_common
from seedkit.core.sequences.reading import SequenceReading, Unjudged, unjudged_on_nodes
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.core.sequences.state import SequenceState
from seedkit.errors import SequenceError
from seedkit.postgres.as_owners import can_act_as_owners, rows_as_owners
from seedkit.postgres.search_path import refuses_views
from seedkit.postgres.sequences.reading_statements import reading_statements
from seedkit.postgres.sequences.refusals import ENDED, NOT_THERE, TAKEN, refused
from seedkit.postgres.sequences.text_keys import id_in
from seedkit.postgres.session import Session
from seedkit.postgres.transactions.lock_waits import LockWaits
from seedkit.postgres.transactions.short_transactions import rows_of_each

CHUNK = 100
"""Sequences read in one statement: PostgreSQL's planner takes three times as long for 250 (docs/decisions.md)."""

WORK = 500
"""Sequences that are worked on together: their chunks share a round trip; what was read of others can be forgotten."""

_REWRITTEN = "another session is rewriting the sequence"

REREADS = 3
PAUSE_SECONDS = 0.05


def chunks(sequences: Sequence[FeedingSequence]) -> Iterator[Sequence[FeedingSequence]]:
    """Divide sequences into what is worked on together."""
    return _divided(sequences, WORK)


def _divided(sequences: Sequence[FeedingSequence], size: int) -> Iterator[Sequence[FeedingSequence]]:
    return (sequences[start : start + size] for start in range(0, len(sequences), size))


def read_sequences(
    connection: Session,
    sequences: Sequence[FeedingSequence],
    options: RepairOptions,
    waits: LockWaits | None = None,
) -> list[SequenceReading | Unjudged]:
    """Read sequences together, in the order given; what fails is halved down to the culprit.

    Where the highest id is one that the sequence can't give, or stands at its very end, the ids before that are read
    as well. `waits` are those of the run, where it has more to do.
    """
    waits = waits or LockWaits(options.lock_timeout)
    if options.by_visible_rows:
        sequences = [sequence.as_ours() for sequence in sequences]
    found = _Reader(connection, options, waits, {}).read(sequences)
    for doubt in DOUBTS:
        if bounds := doubt.bounds(found):
            asked = [sequence for sequence in sequences if sequence.oid in bounds]
            found = doubt.settled(found, _Reader(connection, options, waits, bounds).read(asked))
    return found


class _Reader(Struct, frozen=True):
    """Reads sequences with the highest ids up to the bounds (by OID) that some have."""

    connection: Session
    options: RepairOptions
    waits: LockWaits
    bounds: Mapping[int, int]

    def read(self, sequences: Sequence[FeedingSequence]) -> list[SequenceReading | Unjudged]:
        told: dict[int, SequenceReading | Unjudged] = {}
        for sequence in sequences:
            if unreadable := _unreadable(sequence, self.options):
                told[sequence.oid] = unreadable
            elif sequence.is_apart or (sequence.is_others and not can_act_as_owners(self.connection)):
                told[sequence.oid] = self._alone(sequence)
        planned = self._planned([sequence for sequence in sequences if sequence.oid not in told])
        told |= {found.sequence.oid: found for found in planned}
        return [told[sequence.oid] for sequence in sequences]

    def _planned(self, sequences: Sequence[FeedingSequence]) -> list[SequenceReading | Unjudged]:
        try:
            rows = self._rows(sequences)
        except psycopg.Error as error:
            if len(sequences) == 1:
                return [self._alone(sequences[0], error)]
            middle = len(sequences) // 2
            halves = sequences[:middle], sequences[middle:]
            return [found for half in halves for found in self._planned(half)]
        return [_reading(sequence, rows, self.options) for sequence in sequences]

    def _rows(self, sequences: Sequence[FeedingSequence]) -> dict[int, dict[str, Any]]:
        """Read the states by OID; a sequence that another session is rewriting shows no row, and is read again."""
        rows: dict[int, dict[str, Any]] = {}
        for attempt in range(REREADS):
            missing = [sequence for sequence in sequences if sequence.oid not in rows]
            if not missing:
                break
            if attempt:
                time.sleep(PAUSE_SECONDS)
            for alike in _read_alike(missing):
                rows |= self._read_once(alike)
        return rows

    def _read_once(self, sequences: Sequence[FeedingSequence]) -> dict[int, dict[str, Any]]:
        """Read the states by OID, of sequences that are read alike."""
        checked = not refuses_views(self.connection)
        ask = rows_as_owners if sequences[0].is_others else rows_of_each
        with self.waits.alone() if len(sequences) == 1 else self.waits.together() as timeout:
            if sequences[0].nodes is not None:
                from seedkit.postgres.sequences.node_rows import rows_on_nodes

                return rows_on_nodes(self.connection, _together(sequences), self.bounds, ask, timeout)
            transactions = [reading_statements(chunk, self.bounds, checked=checked) for chunk in _together(sequences)]
            rows = ask(self.connection, transactions, timeout)
        return {row["oid"]: row for row in rows}

    def _alone(self, sequence: FeedingSequence, error: psycopg.Error | None = None) -> SequenceReading | Unjudged:
        if sequence.nodes is None:
            return self._apart(sequence, error)
        why = refused(self.connection, sequence, error) if error else None
        return why if why and not sequence.is_others else unjudged_on_nodes(sequence, why)

    def _apart(self, sequence: FeedingSequence, error: psycopg.Error | None = None) -> SequenceReading | Unjudged:
        """Read one sequence without a plan, also after a planned query has met an error; that counts, if this fails.

        Not where it was ended, as a lock is not waited for twice; nor, of ours, where another relation may be in the
        place of the table or the sequence.
        """
        from seedkit.postgres.sequences.unplanned import is_guessed, unplanned, unplanned_ids

        found = refused(self.connection, sequence, error) if error else None
        not_ours = (*TAKEN, *NOT_THERE)
        if found and (isinstance(error, ENDED) or (isinstance(error, not_ours) and not sequence.is_others)):
            return found
        try:
            with self.waits.alone() as timeout, unplanned(self.connection, timeout, self.options):
                ids = unplanned_ids(self.connection, sequence, self.bounds.get(sequence.oid))
                state = self._state_apart(sequence)
        except psycopg.Error as failed:
            return found or refused(self.connection, sequence, failed)
        except ValueError as strange:
            return found or Unjudged(sequence=sequence, reason=str(strange))
        except SequenceError as unknown:
            removable = found is not None and found.removable
            return Unjudged(sequence=sequence, reason=unknown.message, hint=unknown.hint, removable=removable)
        reading = _reading(sequence, {sequence.oid: state | ids} if state else {}, self.options)
        if sequence.is_others and isinstance(reading, SequenceReading) and is_guessed(self.connection, reading):
            return Unjudged(
                sequence=sequence,
                reason="what it gives first is not known without running code of its owner with our rights",
                hint="Run it as a role that may read it and is no superuser.",
            )
        return reading

    def _state_apart(self, sequence: FeedingSequence) -> dict[str, Any]:
        if sequence.read_as is not None or sequence.read_apart:
            from seedkit.postgres.sequences.unplanned import unplanned_state

            return unplanned_state(self.connection, sequence)
        checked = not refuses_views(self.connection)
        *preparation, statement = reading_statements([replace(sequence, columns=())], {}, checked=checked)
        for prepared in preparation:
            self.connection.execute(prepared)
        return self.connection.cursor(row_factory=dict_row).execute(statement).fetchone() or {}


def _unreadable(sequence: FeedingSequence, options: RepairOptions) -> Unjudged | None:
    role = quote_identifier(sequence.role)
    if not sequence.readable:
        hint = f"grant select on sequence {sequence.name} to {role};"
        return Unjudged(sequence=sequence, reason="this role may not read the sequence", hint=hint, removable=True)
    for column in sequence.telling or sequence.columns:
        if reason := why_unjudgeable(column, by_visible_rows=options.by_visible_rows):
            grant = None if column.readable else f"grant select on {column.table} to {role};"
            told = ASK_PRIMARY if column.without_contents else grant
            return Unjudged(sequence=sequence, reason=reason, hint=told, removable=not column.readable)
    return None


def _read_alike(sequences: Sequence[FeedingSequence]) -> list[list[FeedingSequence]]:
    """Divide sequences by the role with whose rights they are read, and by whether each node has its own."""
    found: dict[object, list[FeedingSequence]] = {}
    for sequence in sequences:
        found.setdefault((sequence.readers, sequence.nodes), []).append(sequence)
    return list(found.values())


def _together(sequences: Sequence[FeedingSequence]) -> Iterator[Sequence[FeedingSequence]]:
    """Divide sequences into transactions; one whose table is large and has to be scanned is alone."""
    scanned = {sequence.oid for sequence in sequences if any(column.long_scan for column in sequence.telling)}
    quick = [sequence for sequence in sequences if sequence.oid not in scanned]
    return chain(_divided(quick, CHUNK), ([sequence] for sequence in sequences if sequence.oid in scanned))


def _reading(
    sequence: FeedingSequence, rows: dict[int, dict[str, Any]], options: RepairOptions
) -> SequenceReading | Unjudged:
    row = dict(rows.get(sequence.oid, {}))
    if not row:
        return Unjudged(sequence=sequence, reason=_REWRITTEN, hint="Try again.", removable=True)
    if sequence.nodes is not None:
        from seedkit.postgres.sequences.node_rows import reading_on_nodes

        return with_ids_in_common(reading_on_nodes(sequence, sequence.nodes.here, row, options))
    ascending, places = sequence.ascending, sequence.places
    try:
        ids = [
            id_in(text, place.column, ascending=ascending) for text, place in zip(row.pop("ids"), places, strict=True)
        ]
    except ValueError as error:
        columns = " or ".join(map(str, sequence.telling))
        return Unjudged(sequence=sequence, reason=f"the highest value of {columns} says nothing: {error}")
    del row["oid"]
    highest = extreme_id(ids, ascending=sequence.ascending)
    reading = SequenceReading(
        sequence=sequence,
        extreme_id=highest,
        deciding=None if highest is None else sequence.places[ids.index(highest)].column,
        margin=options.margin,
        owned_range=options.id_range,
        **{name: row.pop(name) for name in ("beyond", "standby", "snapshot")},
        state=SequenceState(**row),
    )
    return with_ids_in_common(reading)


def has_id(connection: Session, table: TableName, column: str, value: int) -> bool:
    """Whether a row of the table has this id, which is written as the column's type reads it: that may be a text."""
    statement = sql.SQL("select exists (select 1 from {} where {} = {})").format(
        sql.Identifier(table.schema, table.name), sql.Identifier(column), sql.Literal(str(value))
    )
    row = connection.execute(statement).fetchone()
    return bool(row and row[0])
