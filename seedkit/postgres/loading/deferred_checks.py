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
