"""Finds all rows of a failed load that have the mistake PostgreSQL named, each with its place in the files.

PostgreSQL stops at the first one. Asked again about the same rows as text, set by set, it tells them all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import psycopg

from seedkit.errors import LoadError, lines
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.mistakes.doubts import Doubts, doubt
from seedkit.postgres.loading.mistakes.failed_checks import failed_checks
from seedkit.postgres.loading.mistakes.invalid_inputs import invalid_inputs
from seedkit.postgres.loading.mistakes.missing_parents import missing_parents
from seedkit.postgres.loading.mistakes.missing_values import missing_values
from seedkit.postgres.loading.mistakes.mistake import SHOWN, Mistake
from seedkit.postgres.loading.mistakes.taken_keys import taken_keys
from seedkit.postgres.loading.table_loads import TableLoad

_log = logging.getLogger("seedkit")

_Finder = Callable[[Connection, Sequence[Doubts], psycopg.Error], Iterator[Mistake]]
_FINDERS: Mapping[type[psycopg.Error], _Finder] = {
    psycopg.errors.NotNullViolation: missing_values,
    psycopg.errors.CheckViolation: failed_checks,
    psycopg.errors.ForeignKeyViolation: missing_parents,
    psycopg.errors.UniqueViolation: taken_keys,
    psycopg.DataError: invalid_inputs,
}


def find_mistakes(connection: Connection, loads: Sequence[TableLoad], error: psycopg.Error) -> list[Mistake]:
    """List the rows with the mistake that an error is about, one more than are shown; none where that can't be told.

    Works in a savepoint that it rolls back. Sources that can't be read again, such as a seeder's rows, are left out.
    """
    find = next((found for kind, found in _FINDERS.items() if isinstance(error, kind)), None)
    if find is None or connection.info.transaction_status != psycopg.pq.TransactionStatus.INTRANS:
        return []
    try:
        with connection.transaction(force_rollback=True):
            doubts = [
                found
                for number, load in enumerate(loads)
                for found in doubt(connection, number, load.table, load.sources)
            ]
            return list(islice(find(connection, doubts, error), SHOWN + 1))
    except psycopg.Error as refused:  # the error itself stands; only what else is wrong stays untold
        if connection.closed:
            raise
        _log.debug("could not look for further mistakes: %s", type(refused).__name__)  # its text may quote a secret
        return []


def with_all_mistakes(connection: Connection, loads: Sequence[TableLoad], error: LoadError) -> LoadError:
    """Name in an error on one row all that share its mistake, each with its place, the first as the error's own."""
    if isinstance(error.__cause__, psycopg.Error):
        mistakes = find_mistakes(connection, loads, error.__cause__)
        if mistakes:
            first, *others = mistakes
            error.origin = first.origin or error.origin
            error.detail = lines([_beyond(error.message, first.text), *listed_below(others)])
    return error


def _beyond(message: str, text: str) -> str:
    """Leave out of what is told of a row the sentence that the error tells already."""
    return text.replace(f": {message}", "", 1)


def listed_below(mistakes: Sequence[Mistake]) -> list[str]:
    """List further mistakes, below the first one."""
    shown = [f"also at {mistake.origin}: {mistake.text}" for mistake in mistakes[: SHOWN - 1]]
    return [*shown, "and more"] if len(mistakes) >= SHOWN else shown
