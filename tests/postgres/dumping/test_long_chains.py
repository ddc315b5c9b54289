"""A dump with references over many tables: what the server touches grows with the chain, not with its square."""

from __future__ import annotations

import io
from typing import Any

import psycopg
import pytest
import yaml

from seedkit.core.writing.dump_plan import plan_dump
from seedkit.files.dump_targets import StreamTarget
from seedkit.postgres.catalog.tables import read_catalog
from seedkit.postgres.dumping.reading import read_referenced_tables
from seedkit.postgres.dumping.statements import rows_query
from seedkit.runner.dump import DumpRequest, dump
from tests.postgres.growth import rows_touched_by

Connection = psycopg.Connection[Any]
ROWS = 50


def create_chain(connection: Connection, tables: int) -> None:
    """Each table's rows refer to half of the rows of the one before."""
    for number in range(tables):
        parent = f"references t{number - 1:02}" if number else ""
        ids = f"generate_series(1, {ROWS}) as id"
        connection.execute(
            f"create table t{number:02} (id integer primary key, parent_id integer {parent});"
            f"insert into t{number:02} select id, least(id / 2 * 2, {ROWS - 2}) + 1 from {ids}".encode()
        )


@pytest.mark.growth
def test_the_rows_at_the_end_of_a_chain_are_found_in_proportion_to_its_length(connection: Connection) -> None:
    touched = []
    for tables in (6, 24):
        with connection.transaction(force_rollback=True):
            create_chain(connection, tables)
            catalog = read_catalog(connection)
            last = catalog.table(f"t{tables - 1:02}").oid
            plan = plan_dump(catalog, read_referenced_tables(connection, [last]), [last], None)
            touched.append(rows_touched_by(connection, rows_query(plan, plan.tables[0])))

    assert touched[1] < 6 * touched[0]


def test_a_chain_with_a_circle_and_two_ways_is_dumped_row_for_row(connection: Connection, database: str) -> None:
    connection.execute(
        """
        create table a (id integer primary key, b_id integer);
        create table b (id integer primary key, a_id integer references a);
        alter table a add foreign key (b_id) references b;
        create table c (id integer primary key, a_id integer references a, b_id integer references b);
        create table d (id integer primary key, c_id integer references c, a_id integer references a);
        insert into a values (1, null), (2, null), (3, null), (4, null), (5, null);
        insert into b values (1, 1), (2, 2), (3, 3);
        update a set b_id = 2 where id = 1;
        insert into c values (1, 1, null), (2, null, 3), (3, 5, 1);
        insert into d values (1, 1, 4), (2, 2, null);
        """
    )

    written = io.BytesIO()
    with psycopg.connect(database, autocommit=True) as other:
        dump(other, DumpRequest(tables=("d",), with_references=True), StreamTarget(written))

    rows = yaml.safe_load(written.getvalue())
    assert {table: [row["id"] for row in found] for table, found in rows.items()} == {
        "a": [1, 2, 3, 4],
        "b": [2, 3],
        "c": [1, 2],
        "d": [1, 2],
    }
