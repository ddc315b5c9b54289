"""A run asks the server a fixed number of questions, and a few more for each table: far away each costs its way."""

from __future__ import annotations

import psycopg
import pytest

from benchmarks.delay_proxy import delay_proxy
from tests.runner.generation.conftest import filled, rows

ONCE, FOR_EACH = 15, 8


def round_trips(database: str, tables: int) -> int:
    """Create tables that each refer to the one before, fill them, and count."""
    with psycopg.connect(database, autocommit=True) as connection:
        for number in range(tables):
            parent = f"references t{number - 1}" if number else ""
            connection.execute(
                f"create table t{number} (id bigserial primary key, name text not null, t_id bigint {parent})".encode()
            )
    with delay_proxy(database, 0) as proxy, psycopg.connect(proxy.conninfo, autocommit=True) as far:
        before = proxy.round_trips
        report = filled(far, {f"t{number}": 20 for number in range(tables)})
        asked = proxy.round_trips - before
    assert rows(report) == {f"t{number}": 20 for number in range(tables)}
    return asked


@pytest.mark.parametrize("tables", [1, 8, 40])
def test_a_run_asks_so_many_questions_once_and_so_many_for_each_table(database: str, tables: int) -> None:
    asked = round_trips(database, tables)

    assert asked <= ONCE + FOR_EACH * tables, asked


@pytest.mark.growth
def test_partitions_that_share_a_sequence_are_not_asked_one_by_one(database: str) -> None:
    asked = []
    for partitions in (10, 40):
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("drop table if exists events")
            connection.execute("create table events (id bigserial, at integer, name text) partition by list (at)")
            for at in range(partitions):
                connection.execute(f"create table events_{at} partition of events for values in ({at})".encode())
            connection.execute("insert into events values (500, 7, 'there')")
        with delay_proxy(database, 0) as proxy, psycopg.connect(proxy.conninfo, autocommit=True) as far:
            before = proxy.round_trips
            filled(far, {"events": 20})
            asked.append(proxy.round_trips - before)
            assert far.execute("select count(distinct id), min(id) from events").fetchone() == (21, 500)

    assert asked[1] <= asked[0] + 2
