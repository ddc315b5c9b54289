"""Reads sequences together with the ids in the columns they feed: ids first, state second."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import psycopg
from psycopg import sql

from seedkit.core.names import TableName, quote_identifier
from seedkit.core.reports.sequences import why_unjudgeable
from seedkit.core.reports.standby import ASK_PRIMARY
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.ids import extreme_id, whole_id
from seedkit.core.sequences.reach import DOUBTS, with_ids_in_common
from seedkit.core.sequences.reading import SequenceReading, Unjudged
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.core.sequences.state import SequenceState
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explain
from seedkit.postgres.identifiers import nothing_but_tables
from seedkit.postgres.search_path import FOREIGN_TABLES_TOO, refuses_views
from seedkit.postgres.sequences.extremes import extreme_ids, ids_beyond
from seedkit.postgres.server_limits import limit_hint
from seedkit.postgres.transactions.short_transactions import rows_of_each

CHUNK = 100
"""Sequences read in one statement: PostgreSQL's planner takes three times as long for 250 (docs/decisions.md)."""

WORK = 500
"""Sequences that are worked on together: their chunks share a round trip; what was read of others can be forgotten."""

REREADS = 3
PAUSE_SECONDS = 0.05
BATCH_LOCK_TIMEOUT = "300ms"
"""How long a chunk waits for a locked table before it is halved; the culprit alone waits as long as is asked."""


def chunks(sequences: Sequence[FeedingSequence]) -> Iterator[Sequence[FeedingSequence]]:
    """Divide sequences into what is worked on together."""
    return _divided(sequences, WORK)


def _divided(sequences: Sequence[FeedingSequence], size: int) -> Iterator[Sequence[FeedingSequence]]:
    return (sequences[start : start + size] for start in range(0, len(sequences), size))


def read_sequences(
    connection: Connection, sequences: Sequence[FeedingSequence], options: RepairOptions
) -> list[SequenceReading | Unjudged]:
    """Read sequences together, in the order given; what fails is halved down to the culprit.

    Where the highest id is one that the sequence can't give, or stands at its very end, the ids before that are read
    as well.
    """
    found = _read_within(connection, sequences, options, {})
    for doubt in DOUBTS:
        if bounds := doubt.bounds(found):
            asked = [sequence for sequence in sequences if sequence.oid in bounds]
            found = doubt.settled(found, _read_within(connection, asked, options, bounds))
    return found


def _read_within(
    connection: Connection, sequences: Sequence[FeedingSequence], options: RepairOptions, bounds: Mapping[int, int]
) -> list[SequenceReading | Unjudged]:
    """Read sequences with the highest ids up to the bounds (by OID) that some have."""
    unjudged = {sequence.oid: reason for sequence in sequences if (reason := _unreadable(sequence, options))}
    asked = [sequence for sequence in sequences if sequence.oid not in unjudged]
    try:
        rows = _read_rows(connection, asked, options, bounds)
    except psycopg.Error as error:
        if len(sequences) == 1:
            return [refused(connection, sequences[0], error)]
        middle = len(sequences) // 2
        halves = sequences[:middle], sequences[middle:]
        return [found for half in halves for found in _read_within(connection, half, options, bounds)]
    return [unjudged.get(sequence.oid) or _reading(sequence, rows, options) for sequence in sequences]


def refused(connection: Connection, sequence: FeedingSequence, error: psycopg.Error) -> Unjudged:
    """Keep one sequence's refusal from stopping the others; a lost connection stops them all."""
    if connection.closed:
        raise explain(error, f"working on sequence {sequence.name}") from error
    reason = error.diag.message_primary or str(error)
    if isinstance(error, (psycopg.errors.FeatureNotSupported, psycopg.errors.ObjectNotInPrerequisiteState)):
        reason = f"another relation has taken the place of its table ({reason})"
    return Unjudged(sequence=sequence, reason=reason, hint=_refusal_hint(error))


def _refusal_hint(error: psycopg.Error) -> str | None:
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return "Another session holds a lock on it: try again when that has ended, or with a longer --lock-timeout."
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return "Ask its owner: grant select on the table, usage on its schema, and update on the table for --wait."
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction) or "recovery" in str(error):
        return "This session can not write: run it on the primary server, in a session that is not read-only."
    return limit_hint(error) or error.diag.message_hint


def _unreadable(sequence: FeedingSequence, options: RepairOptions) -> Unjudged | None:
    role = quote_identifier(sequence.role)
    if not sequence.readable:
        hint = f"grant select on sequence {sequence.name} to {role};"
        return Unjudged(sequence=sequence, reason="this role may not read the sequence", hint=hint)
    for column in sequence.telling or sequence.columns:
        if reason := why_unjudgeable(column, by_visible_rows=options.by_visible_rows):
            grant = None if column.readable else f"grant select on {column.table} to {role};"
            return Unjudged(sequence=sequence, reason=reason, hint=ASK_PRIMARY if column.without_contents else grant)
    return None


def _read_rows(
    connection: Connection, sequences: Sequence[FeedingSequence], options: RepairOptions, bounds: Mapping[int, int]
) -> dict[int, dict[str, Any]]:
    """Read the states by OID; a sequence that another session is rewriting shows no row, and is read again."""
    rows: dict[int, dict[str, Any]] = {}
    for attempt in range(REREADS):
        missing = [sequence for sequence in sequences if sequence.oid not in rows]
        if not missing:
            break
        if attempt:
            time.sleep(PAUSE_SECONDS)
        rows |= _read_once(connection, missing, options, bounds)
    return rows


def _read_once(
    connection: Connection, sequences: Sequence[FeedingSequence], options: RepairOptions, bounds: Mapping[int, int]
) -> dict[int, dict[str, Any]]:
    timeout = options.lock_timeout if len(sequences) == 1 else BATCH_LOCK_TIMEOUT
    checked = not refuses_views(connection)
    transactions = [_reading_statements(chunk, bounds, checked=checked) for chunk in _together(sequences)]
    return {row["oid"]: row for row in rows_of_each(connection, transactions, timeout)}


def _together(sequences: Sequence[FeedingSequence]) -> Iterator[Sequence[FeedingSequence]]:
    """Divide sequences into transactions; one whose table is large and has to be scanned is alone."""
    scanned = {sequence.oid for sequence in sequences if any(column.long_scan for column in sequence.telling)}
    quick = [sequence for sequence in sequences if sequence.oid not in scanned]
    return chain(_divided(quick, CHUNK), ([sequence] for sequence in sequences if sequence.oid in scanned))


def _reading_statements(
    sequences: Sequence[FeedingSequence], bounds: Mapping[int, int], *, checked: bool
) -> list[sql.SQL | sql.Composed]:
    """Write the statement of one transaction, and before it what it needs; `checked` has it refuse views itself."""
    foreign = any(column.foreign_leaves for sequence in sequences for column in sequence.columns)
    relaxed = [FOREIGN_TABLES_TOO] if foreign and not checked else []
    return [*relaxed, _reading_statement(sequences, bounds, checked=checked)]


def _reading_statement(
    sequences: Sequence[FeedingSequence], bounds: Mapping[int, int], *, checked: bool
) -> sql.Composed:
    """Ask for the extreme ids by the statement's snapshot, and for the states, which are never older than that."""
    return sql.SQL(
        """
        {}
        select
            state.oid,
            state.ids,
            state.beyond::int8 as beyond,
            state.last_value::int8 as last_value,
            state.is_called::bool as is_called,
            definition.seqincrement as increment,
            definition.seqmin as minimum,
            definition.seqmax as maximum,
            definition.seqcache as cache,
            definition.seqcycle as cycle,
            pg_is_in_recovery() as standby,
            pg_current_snapshot()::text as snapshot
        from ({}) as state (oid, ids, beyond, last_value, is_called)
        join pg_sequence as definition on definition.seqrelid = state.oid
        """
    ).format(
        _check(sequences) if checked else sql.SQL(""),
        sql.SQL(" union all ").join(_state_query(sequence, bounds.get(sequence.oid)) for sequence in sequences),
    )


def _check(sequences: Sequence[FeedingSequence]) -> sql.Composable:
    tables = [place.table for sequence in sequences for place in sequence.places]
    return sql.SQL("with checked as ({})").format(nothing_but_tables(tables)) if tables else sql.SQL("")


def _state_query(sequence: FeedingSequence, bound: int | None) -> sql.Composed:
    places = sequence.places
    return sql.SQL("select {}::int8, array[{}]::text[], {}, concat(last_value), concat(is_called) from {}").format(
        sql.Literal(sequence.oid),
        extreme_ids(sequence, places, bound),
        ids_beyond(sequence, places, bound),
        sql.Identifier(sequence.name.schema, sequence.name.name),
    )


def _reading(
    sequence: FeedingSequence, rows: dict[int, dict[str, Any]], options: RepairOptions
) -> SequenceReading | Unjudged:
    row = dict(rows.get(sequence.oid, {}))
    if not row:
        return Unjudged(sequence=sequence, reason="another session is rewriting the sequence", hint="Try again.")
    try:
        ids = [whole_id(text, ascending=sequence.ascending) for text in row.pop("ids")]
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


def has_id(connection: Connection, table: TableName, column: str, value: int) -> bool:
    """Whether a row of the table has this id."""
    statement = sql.SQL("select exists (select from {} where {} = {})").format(
        sql.Identifier(table.schema, table.name), sql.Identifier(column), sql.Literal(value)
    )
    row = connection.execute(statement).fetchone()
    return bool(row and row[0])
