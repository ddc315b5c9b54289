"""Rows of partitioned tables go to their partitions, whatever these are by, and hold what one alone asks for."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from seedkit.core.reports.generation import GenerationReport
from tests.runner.generation.conftest import filled, rows

Connection = psycopg.Connection
ROWS = 60

SCHEMA = """
create table listed (
    id bigserial, region text not null, name text, primary key (id, region)
) partition by list (region);
create table listed_eu partition of listed for values in ('de', 'fr');
create table listed_us partition of listed for values in ('us');
create table ranged (id bigserial, day date not null, amount integer not null) partition by range (day);
create table ranged_1 partition of ranged for values from ('2020-01-01') to ('2020-02-01');
create table ranged_2 partition of ranged for values from ('2020-03-01') to ('2020-04-01');
create table ranged_3 partition of ranged for values from ('2031-01-01') to ('2031-02-01');
alter table ranged_2 add check (amount > 5000);
create table hashed (id bigserial primary key, name text) partition by hash (id);
create table hashed_0 partition of hashed for values with (modulus 2, remainder 0);
create table hashed_1 partition of hashed for values with (modulus 2, remainder 1);
create table rest (id bigserial, kind integer not null) partition by list (kind);
create table rest_1 partition of rest for values in (1);
create table rest_others partition of rest default;
create table two_levels (id bigserial, day date not null, region text not null) partition by range (day);
create table two_levels_2025 partition of two_levels for values from ('2025-01-01') to ('2026-01-01')
    partition by list (region);
create table two_levels_2025_a partition of two_levels_2025 for values in ('a');
create table two_levels_2025_b partition of two_levels_2025 for values in ('b', 'c');
create table two_levels_2026 partition of two_levels for values from ('2026-01-01') to ('2027-01-01')
    partition by hash (id);
create table two_levels_2026_0 partition of two_levels_2026 for values with (modulus 2, remainder 0);
create table two_levels_2026_1 partition of two_levels_2026 for values with (modulus 2, remainder 1);
alter table two_levels_2026 add check (region <> 'zz');
create table by_two (a integer not null, b integer not null) partition by range (a, b);
create table by_two_1 partition of by_two for values from (1, 1) to (1, 50);
create table by_two_2 partition of by_two for values from (1, 50) to (9, 1);
create table by_id (id bigint primary key, name text) partition by range (id);
create table by_id_1 partition of by_id for values from (1000) to (1030);
create table by_id_2 partition of by_id for values from (1030) to (1050);
create table at_times (id bigserial, at timestamptz not null, primary key (id, at)) partition by range (at);
create table at_times_1 partition of at_times for values from ('2024-01-01') to ('2025-01-01');
create table at_times_2 partition of at_times for values from ('2025-01-01') to (maxvalue);
create unique index on at_times_1 (at);
create table keyed (day date, n integer, primary key (day, n)) partition by range (day);
create table keyed_1 partition of keyed for values from ('2026-11-01') to ('2026-11-15');
create table keyed_2 partition of keyed for values from ('2026-11-15') to ('2026-12-01');
create table tied (region text not null, day date not null, number integer not null, primary key (region, day, number))
    partition by list (region);
create table tied_north partition of tied for values in ('north', 'far north') partition by range (day);
create table tied_north_old partition of tied_north for values from ('2020-01-01') to ('2020-03-01');
create table tied_south partition of tied for values in ('south');
alter table tied_south add check (number > 0);
create table parents (id serial primary key);
create table by_parent (parent_id integer not null references parents) partition by list (parent_id);
create table by_parent_1 partition of by_parent for values in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
create table by_parent_2 partition of by_parent for values in (16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
"""


@pytest.fixture(scope="module")
def run(module_database: str) -> Iterator[tuple[Connection, GenerationReport]]:
    """A schema of partitioned tables that was filled."""
    with psycopg.connect(module_database, autocommit=True) as connection:
        connection.execute(SCHEMA)
        yield connection, filled(connection, {"*": ROWS})


def test_rows_find_a_partition(run: tuple[Connection, GenerationReport]) -> None:
    _, report = run

    assert {table: count for table, count in rows(report).items() if count < ROWS} == {"by_id": 50}


def test_every_partition_has_its_share(run: tuple[Connection, GenerationReport]) -> None:
    connection, _ = run
    leaves = connection.execute("select relname from pg_class where relispartition and relkind = 'r'").fetchall()

    asked = sql.SQL("select count(*) from {}")
    found = {name: connection.execute(asked.format(sql.Identifier(name))).fetchone() or (0,) for (name,) in leaves}

    assert {name for name, (count,) in found.items() if count < 8} == {"at_times_1"}  # of which a key is by itself


@pytest.mark.parametrize(
    ("by", "create"),
    [
        ("list (region)", "default"),
        ("hash (region)", "for values with (modulus 1, remainder 0)"),
    ],
)
def test_a_table_without_partitions_is_refused_with_the_one_to_create(
    connection: Connection, by: str, create: str
) -> None:
    connection.execute(f"create table visits (region text not null) partition by {by}")

    report = filled(connection, {"visit*": 5})

    statement = f"create table public.visits_rest partition of public.visits {create}"
    assert report.tables[0].reasons == (f"table visits is partitioned and has no partition: {statement}",)
    connection.execute(statement)
    assert rows(filled(connection, {"visits": 5})) == {"visits": 5}
