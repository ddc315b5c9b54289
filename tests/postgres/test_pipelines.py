"""Statements that are sent together fail as they would one by one: by their own error, and without a word beside it."""

from __future__ import annotations

import logging
from typing import Any

import psycopg
import pytest
from psycopg import sql

from seedkit.postgres.connection import pipelined, streamed

Connection = psycopg.Connection[Any]


def asks_early(connection: Connection) -> None:
    connection.execute("select 1 / 0").fetchone()
    connection.execute("select 1")


def asks_at_the_end(connection: Connection) -> None:
    connection.execute("select 1 / 0")
    connection.execute("select nothing")


@pytest.mark.parametrize("work", [asks_early, asks_at_the_end])
def test_the_first_error_is_raised_and_no_warning_logged(
    connection: Connection, caplog: pytest.LogCaptureFixture, work: Any
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(psycopg.errors.DivisionByZero), pipelined(connection):
        work(connection)

    assert caplog.records == []
    assert connection.execute("select 1").fetchone() == (1,)


def test_what_is_sent_together_after_rows_came_one_by_one_comes_whole(connection: Connection) -> None:
    """What libpq would do: the pipeline's first answer comes row by row too, which no cursor expects."""
    query = sql.SQL("select generate_series(1, 3) as number")
    assert [row["number"] for row in streamed(connection, query, {})] == [1, 2, 3]

    with pipelined(connection):
        rows = connection.execute("select generate_series(1, 2)")

    assert rows.fetchall() == [(1,), (2,)]


def test_a_lost_connection_is_told(connection: Connection, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as lost:
        connection.execute("select pg_terminate_backend(%s, 10000)", (lost.info.backend_pid,))

        with pytest.raises(psycopg.OperationalError), pipelined(lost):
            asks_early(lost)

        assert lost.closed


def test_an_error_of_our_own_passes(connection: Connection) -> None:
    with pytest.raises(KeyError), pipelined(connection):
        raise KeyError

    assert connection.execute("select 1").fetchone() == (1,)
