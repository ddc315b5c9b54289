"""Thousands of sequences: neither round trips nor locks nor memory grow with them as one would fear."""

from __future__ import annotations

import subprocess
import sys

import psycopg
import pytest

from benchmarks.delay_proxy import DelayProxy, delay_proxy
from seedkit import check_sequences, fix_sequences
from tests.postgres.growth import rows_touched

NOTHING_ASKED: dict[str, object] = {
    **dict.fromkeys(("sequence", "table", "column", "tables")),
    **{f"link_{key}": [] for key in ("sequences", "tables", "columns", "computed", "outranks", "entitled")},
}
"""The parameters of the query `feeding_sequences` where all sequences are meant."""


def create_drifted(connection: psycopg.Connection, tables: int) -> None:
    """Create tables whose sequences are behind, a hundred a transaction."""
    connection.execute(
        f"""
        do $$
        begin
            for number in 1..{tables} loop
                execute format('create table t%s (id serial)', number);
                execute format('insert into t%s values (42)', number);
                if number % 100 = 0 then commit; end if;
            end loop;
        end $$
        """
    )


def test_a_thousand_sequences_are_fixed_in_a_few_round_trips(connection: psycopg.Connection, database: str) -> None:
    """§5 Round trips hardly grow with tables: a thousand drifted sequences take seven."""
    create_drifted(connection, 1_000)

    with delay_proxy(database, 0) as proxy, psycopg.connect(proxy.conninfo, autocommit=True) as far:
        in_seven = any(_fixed_in(proxy, far, connection) <= 7 for _ in range(10))

    assert in_seven  # where an autovacuum has committed meanwhile, there is one reading more
    assert check_sequences(connection=connection).right


def _fixed_in(proxy: DelayProxy, far: psycopg.Connection, connection: psycopg.Connection) -> int:
    """Count the round trips in which all sequences are fixed, from where they begin."""
    connection.execute("select setval(oid::regclass, 1, false) from pg_class where relkind = 'S'")
    before = proxy.round_trips
    report = fix_sequences(connection=far)
    assert [str(sequence.status) for sequence in report.sequences] == ["fixed"] * 1_000
    return proxy.round_trips - before


def test_a_batch_that_fails_is_halved_down_to_the_culprit(connection: psycopg.Connection, database: str) -> None:
    """§3 One sequence that can't be climbed costs the others of its batch few round trips, and not one value."""
    create_drifted(connection, 200)

    with (
        psycopg.connect(database) as other,
        delay_proxy(database, 0) as proxy,
        psycopg.connect(proxy.conninfo, autocommit=True) as far,
    ):
        other.execute("alter sequence t77_id_seq owned by t77.id")
        report = fix_sequences(connection=far, lock_timeout="200ms")
        other.rollback()

    assert proxy.round_trips <= 80
    left = {str(sequence.table): sequence.status for sequence in report.sequences if sequence.status != "fixed"}
    assert left == {"t77": "behind"}
    assert {sequence.next_value for sequence in report.sequences if sequence.status == "fixed"} == {43}


@pytest.mark.timeout(600)  # a slow disk takes minutes to drop the database
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process's memory is read from /proc")
def test_ten_thousand_tables_stay_within_the_lock_table_and_little_memory(
    connection: psycopg.Connection, database: str
) -> None:
    """§5 Ten thousand tables are repaired in chunks that the lock table holds, in under 64 MB."""
    create_drifted(connection, 10_000)

    measured = subprocess.run(
        [sys.executable, "-c", FIX_AND_TELL, database], capture_output=True, text=True, check=True
    )

    fixed, megabytes = map(int, measured.stdout.split())
    assert fixed == 10_000
    assert megabytes < 64


FIX_AND_TELL = """
import re, sys
from pathlib import Path

import psycopg
from seedkit import fix_sequences

with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    report = fix_sequences(connection=connection)
print(sum(sequence.status == "fixed" for sequence in report.sequences))
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.growth
@pytest.mark.parametrize("read", ["unusual_defaults", "function_defaults"])
def test_partitions_with_unusual_defaults_are_read_in_proportion_to_their_number(
    connection: psycopg.Connection, read: str
) -> None:
    connection.execute(
        """
        create sequence numbers;
        create function next_number() returns bigint language sql as $$ select nextval('numbers') $$;
        create table events (
            id bigint default nextval('numbers'::text) + 0, other bigint default next_number(), at integer
        ) partition by list (at);
        """
    )
    [(function,)] = connection.execute("select 'next_number'::regproc::oid::int8").fetchall()

    touched = []
    for number in (50, 200):
        for at in range(connection.execute("select count(*) from pg_inherits").fetchall()[0][0], number):
            connection.execute(f"create table events_{at} partition of events for values in ({at})".encode())
        touched.append(rows_touched(connection, read, {"drawing": [function], "opaque": []}))

    assert touched[1] / touched[0] < 5


@pytest.mark.growth
def test_partitions_are_read_in_proportion_to_their_number(connection: psycopg.Connection) -> None:
    connection.execute("create table events (id bigserial, at integer) partition by list (at)")

    touched = []
    for number in (50, 200):
        for at in range(connection.execute("select count(*) from pg_inherits").fetchall()[0][0], number):
            connection.execute(f"create table events_{at} partition of events for values in ({at})".encode())
        touched.append(rows_touched(connection, "feeding_sequences", NOTHING_ASKED))

    assert touched[1] / touched[0] < 5
