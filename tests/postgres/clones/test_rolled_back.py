"""The connection that one test after another is given, whatever state a test leaves it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from seedkit.postgres.clones.rolled_back import CloneConnections

Connection = psycopg.Connection[Any]


def _copying(connection: Connection, left_open: ExitStack) -> None:
    copy = left_open.enter_context(connection.cursor().copy("copy words from stdin"))
    copy.write_row(["of the first test"])


def _streaming(connection: Connection, left_open: ExitStack) -> None:
    rows: Iterator[Any] = connection.cursor().stream("select generate_series(1, 9999)")
    next(rows)
    left_open.callback(list, rows)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("leave", [_copying, _streaming])
def test_a_test_that_is_left_in_the_midst_of_a_statement_does_not_stop_the_next_one(
    connection: Connection, database: str, leave: Callable[[Connection, ExitStack], None]
) -> None:
    connection.execute("create table words (word text)")
    connections, left_open = CloneConnections(database), ExitStack()

    with connections.for_a_test() as lent:
        leave(lent, left_open)

    with connections.for_a_test() as lent:
        assert lent.execute("select count(*) from words").fetchone() == (0,)
    connections.close()
    with pytest.raises(psycopg.Error):
        left_open.close()


def test_sequences_that_the_role_may_not_set_are_left_alone(connection: Connection, database: str) -> None:
    connection.execute("create sequence others; create sequence own; create role tester_of_clones login")
    connection.execute("grant all on sequence own to tester_of_clones")

    connections = CloneConnections(make_conninfo(database, user="tester_of_clones"))
    try:
        with connections.for_a_test() as lent:
            lent.execute("select nextval('own')")
        with connections.for_a_test() as lent:
            assert lent.execute("select nextval('own')").fetchone() == (1,)
    finally:
        connections.close()
        connection.execute("drop owned by tester_of_clones; drop role tester_of_clones")
