"""The driver's errors in seedkit's words, where nothing more is known than what the server said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from seedkit.errors import ConnectionLostError, LoadError, SeedkitError
from seedkit.postgres.server_limits import limit_hint
from seedkit.postgres.value_hints import CODE_ZERO, holds_code_zero, value_hint

SERVER_ENDED_IT = (
    "If it was the server that ended it, its log says why: a restart, an administrator, or a time-out"
    " (idle_in_transaction_session_timeout, transaction_timeout, idle_session_timeout)."
)

_FAILED_BEFORE = (
    "A statement has failed before in this transaction: roll the transaction back first, and let what may fail have a "
    "savepoint of its own."
)


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """Turn the driver's errors into LoadError with PostgreSQL's own message, detail and hint.

    `doing` completes "while ..." where the message alone would not say which work failed.
    """
    try:
        yield
    except psycopg.Error as error:
        raise explain(error, doing) from error
    except UnicodeEncodeError as error:
        raise _has_no_letter(error, doing) from error


def _has_no_letter(error: UnicodeEncodeError, doing: str) -> LoadError:
    """Say what can't be written in the encoding that was asked for, in a database that has none of its own."""
    return LoadError(
        f'"{error.object[error.start : error.end]}" can not be written in {error.encoding}',
        detail=f"(while {doing})",
        hint="That encoding was asked for (PGCLIENTENCODING, client_encoding): without it text is stored as UTF-8.",
    )


def explain(error: psycopg.Error, doing: str) -> SeedkitError:
    """Put an error of the driver into seedkit's words; a lost connection is told from a refused statement.

    Notes that were added to the error are a hint.
    """
    diagnostics = error.diag
    if diagnostics.message_primary is None and isinstance(error, psycopg.OperationalError):
        return ConnectionLostError(
            f"the connection was lost while {doing}",
            detail=_first_line(error),
            hint=SERVER_ENDED_IT,
        )
    failed_before = isinstance(error, psycopg.errors.InFailedSqlTransaction)
    return LoadError(
        CODE_ZERO if holds_code_zero(error) else diagnostics.message_primary or str(error),
        detail=" ".join(part for part in (diagnostics.message_detail, f"(while {doing})") if part),
        hint=limit_hint(error)
        or value_hint(error)
        or diagnostics.message_hint
        or (_FAILED_BEFORE if failed_before else None)
        or "\n".join(getattr(error, "__notes__", ()))
        or None,
    )


def lost_at_commit(error: Exception) -> ConnectionLostError:
    """Say that nobody can know whether the server had a commit."""
    return ConnectionLostError(
        "the connection was lost while committing: whether the work was kept is not known",
        detail=_first_line(error),
        hint="All of it was kept, or nothing. Run it again: what is there already is recognised.",
    )


def _first_line(error: Exception) -> str | None:
    return str(error).strip().partition("\n")[0] or None
