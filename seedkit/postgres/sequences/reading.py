"""Reads sequences together with the ids in the columns they feed: ids first, state second."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import psycopg
from psycopg import sql

from seedkit.core.names import TableName, quote_identifier
from seedkit.core.reports.sequences import why_unjudgeable
from seedkit.core.sequences.consent import COUNTED_ROWS
from seedkit.core.sequences.feeding import FedColumn, FeedingSequence
from seedkit.core.sequences.ids import extreme_id
from seedkit.core.sequences.reading import SequenceReading, Unjudged
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.core.sequences.state import SequenceState
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explain
from seedkit.postgres.identifiers import nothing_but_tables
from seedkit.postgres.search_path import FOREIGN_TABLES_TOO, refuses_views
from seedkit.postgres.sequences.extreme_ids import extreme_of, id_in
from seedkit.postgres.server_limits import limit_hint
from seedkit.postgres.transactions.short_transactions import rows_of_each, short_transaction

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
    """Read sequences together, in the order given; what fails is halved down to the culprit."""
    unjudged = {sequence.oid: reason for sequence in sequences if (reason := _unreadable(sequence, options))}
    asked = [sequence for sequence in sequences if sequence.oid not in unjudged]
    try:
        rows = _read_rows(connection, asked, options)
    except psycopg.Error as error:
        if len(sequences) == 1:
            return [refused(connection, sequences[0], error)]
        middle = len(sequences) // 2
        halves = sequences[:middle], sequences[middle:]
        return [found for half in halves for found in read_sequences(connection, half, options)]
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
    for column in _telling(sequence) or sequence.columns:
        if reason := why_unjudgeable(column, by_visible_rows=options.by_visible_rows):
            grant = None if column.readable else f"grant select on {column.table} to {role};"
            return Unjudged(sequence=sequence, reason=reason, hint=grant)
    return None


def _telling(sequence: FeedingSequence) -> list[FedColumn]:
    return [column for column in sequence.columns if column.tells and not column.covered]


def _read_rows(
    connection: Connection, sequences: Sequence[FeedingSequence], options: RepairOptions
) -> dict[int, dict[str, Any]]:
    """Read the states by OID; a sequence that another session is rewriting shows no row, and is read again."""
    rows: dict[int, dict[str, Any]] = {}
    for attempt in range(REREADS):
        missing = [sequence for sequence in sequences if sequence.oid not in rows]
        if not missing:
            break
        if attempt:
            time.sleep(PAUSE_SECONDS)
        rows |= _read_once(connection, missing, options)
    return rows


def _read_once(
    connection: Connection, sequences: Sequence[FeedingSequence], options: RepairOptions
) -> dict[int, dict[str, Any]]:
    timeout = options.lock_timeout if len(sequences) == 1 else BATCH_LOCK_TIMEOUT
    checked = not refuses_views(connection)
    transactions = [_reading_statements(chunk, checked=checked) for chunk in _together(sequences)]
    return {row["oid"]: row for row in rows_of_each(connection, transactions, timeout)}


def _together(sequences: Sequence[FeedingSequence]) -> Iterator[Sequence[FeedingSequence]]:
    """Divide sequences into transactions; one whose table is large and has to be scanned is alone."""
    scanned = {sequence.oid for sequence in sequences if any(column.long_scan for column in _telling(sequence))}
    quick = [sequence for sequence in sequences if sequence.oid not in scanned]
    return chain(_divided(quick, CHUNK), ([sequence] for sequence in sequences if sequence.oid in scanned))


def _reading_statements(sequences: Sequence[FeedingSequence], *, checked: bool) -> list[sql.SQL | sql.Composed]:
    """Write the statement of one transaction, and before it what it needs; `checked` has it refuse views itself."""
    foreign = any(column.foreign_leaves for sequence in sequences for column in sequence.columns)
    relaxed = [FOREIGN_TABLES_TOO] if foreign and not checked else []
    return [*relaxed, _reading_statement(sequences, checked=checked)]


def _reading_statement(sequences: Sequence[FeedingSequence], *, checked: bool) -> sql.Composed:
    """Ask for the extreme ids by the statement's snapshot, and for the states, which are never older than that."""
    return sql.SQL(
        """
        {}
        select
            state.oid,
            state.ids,
            state.last_value::int8 as last_value,
            state.is_called::bool as is_called,
            definition.seqincrement as increment,
            definition.seqmin as minimum,
            definition.seqmax as maximum,
            definition.seqcache as cache,
            definition.seqcycle as cycle,
            pg_current_snapshot()::text as snapshot
        from ({}) as state (oid, ids, last_value, is_called)
        join pg_sequence as definition on definition.seqrelid = state.oid
        """
    ).format(_check(sequences) if checked else sql.SQL(""), sql.SQL(" union all ").join(map(_state_query, sequences)))


def _check(sequences: Sequence[FeedingSequence]) -> sql.Composable:
    tables = [column.table for sequence in sequences for column in _telling(sequence)]
    return sql.SQL("with checked as ({})").format(nothing_but_tables(tables)) if tables else sql.SQL("")


def _state_query(sequence: FeedingSequence) -> sql.Composed:
    extremes = (extreme_of(column, ascending=sequence.ascending) for column in _telling(sequence))
    return sql.SQL("select {}::int8, array[{}]::text[], concat(last_value), concat(is_called) from {}").format(
        sql.Literal(sequence.oid),
        sql.SQL(", ").join(extremes),
        sql.Identifier(sequence.name.schema, sequence.name.name),
    )


def _reading(
    sequence: FeedingSequence, rows: dict[int, dict[str, Any]], options: RepairOptions
) -> SequenceReading | Unjudged:
    row = dict(rows.get(sequence.oid, {}))
    if not row:
        return Unjudged(sequence=sequence, reason="another session is rewriting the sequence", hint="Try again.")
    ascending, telling = sequence.ascending, _telling(sequence)
    try:
        ids = [id_in(text, column, ascending=ascending) for text, column in zip(row.pop("ids"), telling, strict=True)]
    except ValueError as error:
        columns = " or ".join(map(str, telling))
        return Unjudged(sequence=sequence, reason=f"the highest value of {columns} says nothing: {error}")
    del row["oid"]
    return SequenceReading(
        sequence=sequence,
        snapshot=row.pop("snapshot"),
        extreme_id=extreme_id(ids, ascending=ascending),
        state=SequenceState(**row),
        margin=options.margin,
    )


def has_id(connection: Connection, table: TableName, column: str, value: int) -> bool:
    """Whether a row of the table has this id, which is written as the column's type reads it: that may be a text."""
    statement = sql.SQL("select exists (select from {} where {} = {})").format(
        sql.Identifier(table.schema, table.name), sql.Identifier(column), sql.Literal(str(value))
    )
    row = connection.execute(statement).fetchone()
    return bool(row and row[0])


def count_rows(connection: Connection, column: FedColumn, options: RepairOptions) -> int:
    """Count a table's rows, as far as counting is quick; of a large one, take what PostgreSQL believes."""
    tables = [column.table]
    statement = sql.SQL(
        """
        with checked as ({})
        select greatest(
            (select count(*) from (select from {} limit {}) as counted),
            (select reltuples::int8 from pg_class where oid = {}::oid)
        )
        """
    ).format(
        nothing_but_tables(tables),
        sql.Identifier(column.table.schema, column.table.name),
        sql.Literal(COUNTED_ROWS),
        sql.Literal(column.table_oid),
    )
    try:
        with short_transaction(connection, options.lock_timeout):
            row = connection.execute(statement).fetchone()
    except psycopg.Error as error:
        raise explain(error, f"counting the rows of {column.table}") from error
    return int(row[0]) if row else 0
