"""What a server refuses on the way to a sequence, in the words of a report."""

from __future__ import annotations

import psycopg

from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.reading import Unjudged
from seedkit.postgres.driver_errors import explain
from seedkit.postgres.server_limits import limit_hint
from seedkit.postgres.session import Session
from seedkit.postgres.time_outs import time_out_hint

TAKEN = (psycopg.errors.FeatureNotSupported, psycopg.errors.ObjectNotInPrerequisiteState)
"""What a server says that finds a view or a foreign table in the place of a table."""

NOT_THERE = (
    psycopg.errors.WrongObjectType,
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.AmbiguousColumn,
)
ENDED = (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled)


def refused(connection: Session, sequence: FeedingSequence, error: psycopg.Error) -> Unjudged:
    """Keep one sequence's refusal from stopping the others; a lost connection stops them all."""
    if connection.closed:
        raise explain(error, f"working on sequence {sequence.name}") from error
    reason = error.diag.message_primary or str(error)
    if isinstance(error, TAKEN):
        reason = f"another relation has taken the place of its table ({reason})"
    if isinstance(error, psycopg.errors.WrongObjectType):
        reason = f"another relation has taken its place ({reason})"
    return Unjudged(
        sequence=sequence,
        reason=reason,
        hint=time_out_hint(connection, error) or _refusal_hint(error),
        removable=_can_be_removed(sequence, error),
    )


def _can_be_removed(sequence: FeedingSequence, error: psycopg.Error) -> bool:
    """Whether it was the server's state or our rights that stood in the way: not the values, and no policy."""
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return not any(column.row_security for column in sequence.columns)
    return not isinstance(error, psycopg.DataError)


def _refusal_hint(error: psycopg.Error) -> str | None:
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return "Another session holds a lock on it: try again when that has ended, or with a longer --lock-timeout."
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return "Ask its owner: grant select on the table, usage on its schema, and update on the table for --wait."
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction) or "recovery" in str(error):
        return "This session can not write: run it on the primary server, in a session that is not read-only."
    return limit_hint(error) or error.diag.message_hint
