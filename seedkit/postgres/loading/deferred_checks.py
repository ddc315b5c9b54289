"""Says which rows of a whole run a constraint refuses that is checked at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explain

if TYPE_CHECKING:
    from seedkit.postgres.loading.table_loads import TableLoad


@contextmanager
def deferred_checks(connection: Connection, loads: Callable[[], Sequence[TableLoad]]) -> Iterator[None]:
    """Have deferred constraints checked; raises SeedkitError with the places of rows of `loads` that one refuses."""
    try:
        yield
    except psycopg.Error as error:
        explained = explain(error, "checking deferred constraints")
        if not connection.closed:
            from seedkit.postgres.loading.mistakes.at_the_end import with_mistakes_at_the_end

            with_mistakes_at_the_end(connection, loads(), explained, error)
        raise explained from error


@contextmanager
def checks_of_the_commit(loads: Callable[[], Sequence[TableLoad]]) -> Iterator[None]:
    """Commit in the block; raises SeedkitError with the places of rows that a node of a cluster refuses only then.

    No other node is told to check its deferred constraints before. What is not of such rows passes.
    """
    try:
        yield
    except psycopg.Error as error:
        ours = loads()
        if not any(load.table.citus for load in ours):
            raise
        from seedkit.postgres.loading.blame import as_told, with_places_of_key

        told = as_told(error, ours)
        raise with_places_of_key(explain(told, "committing"), told, ours) from told
