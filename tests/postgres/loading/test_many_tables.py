"""Many small tables: round trips to the server don't grow with them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psycopg
import pytest

from benchmarks.delay_proxy import delay_proxy
from seedkit import seed
from seedkit.errors import LoadError
from tests.conftest import Run, Write
from tests.postgres.growth import rows_touched
from tests.postgres.loads import Connection, rows_of


def create_tables(connection: Connection, project: Write, tables: int) -> None:
    """A chain of tables, each with a sequence and three rows."""
    for number in range(tables):
        parent = f"references t{number - 1:03}" if number else ""
        connection.execute(
            f"create table t{number:03} (id serial primary key, parent_id integer {parent}, name text)".encode()
        )
    rows = "- {id: 1, parent_id: 1, name: a}\n- {id: 2, parent_id: 1, name: b}\n- {id: 3, parent_id: 2, name: c}\n"
    project({f"fixtures/t{number:03}.yml": rows for number in range(tables)})


def create_two_tables(connection: Connection, columns: str, row: str) -> None:
    """An insert into `first` puts a row into `second`, which has these columns."""
    connection.execute(
        f"""
        create table first (id integer primary key);
        create table second ({columns});
        create function interfere() returns trigger language plpgsql as
            $$ begin insert into second values ({row}); return null; end $$;
        create trigger interfere after insert on first for each row execute function interfere();
        """.encode()
    )


def round_trips(connection: Connection, folder: Path) -> int:
    """Seed, and count how often the server was waited for: each wait ends with ReadyForQuery."""
    trace = folder / "trace"
    with trace.open("wb") as file:
        connection.pgconn.trace(file.fileno())
        seed(connection=connection)
        connection.pgconn.untrace()
        os.fsync(file.fileno())
    return trace.read_text().count("ReadyForQuery")


@pytest.mark.growth
def test_what_other_tables_have_is_not_read_for_each_table(connection: Connection) -> None:
    for number in range(20):
        connection.execute(f"create table t{number} (id serial primary key, amount numeric unique)".encode())
    [(tables,)] = connection.execute("select array_agg(oid) from pg_class where relname ~ '^t[0-9]+$'").fetchall()
    alone = rows_touched(connection, "tables", {"tables": tables})

    checks = ", ".join(f"check (id > {number})" for number in range(1_000))
    connection.execute(f"create table other (id integer, {checks})".encode())

    assert rows_touched(connection, "tables", {"tables": tables}) - alone < 5_000


@pytest.mark.growth
def test_a_further_index_is_described_without_a_look_at_all_that_an_index_may_be_made_of(
    connection: Connection,
) -> None:
    for number in range(20):
        connection.execute(f"create table t{number} (id serial primary key, a text, b text, c text, d text)".encode())
    [(tables,)] = connection.execute("select array_agg(oid) from pg_class where relname ~ '^t[0-9]+$'").fetchall()
    alone = rows_touched(connection, "tables", {"tables": tables})

    for number in range(20):
        for column in "abcd":
            connection.execute(f"create unique index on t{number} ({column})".encode())

    assert rows_touched(connection, "tables", {"tables": tables}) - alone < 80 * 100


def test_a_run_of_one_table_takes_few_round_trips(connection: Connection, database: str, project: Write) -> None:
    create_tables(connection, project, 1)

    with delay_proxy(database, 0) as proxy, psycopg.connect(proxy.conninfo, autocommit=True) as far:
        before = proxy.round_trips
        seed(connection=far)
        taken = proxy.round_trips - before

    assert taken <= 17  # where an autovacuum has committed meanwhile, there is one reading more
    assert rows_of(connection, "select id from t000 order by id") == [(1,), (2,), (3,)]


@pytest.mark.growth
@pytest.mark.skipif(sys.platform != "linux", reason="libpq writes its trace to a file descriptor on Linux alone")
def test_round_trips_do_not_grow_with_the_tables(connection: Connection, database: str, project: Write) -> None:
    create_tables(connection, project, 20)
    few = [round_trips(connection, project({})) for _ in range(2)]
    connection.execute("drop schema public cascade; create schema public")
    create_tables(connection, project, 150)

    trips = [round_trips(connection, project({})) for _ in range(2)]

    assert trips == few


def test_a_mistake_among_many_tables_is_named(connection: Connection, project: Write) -> None:
    create_tables(connection, project, 30)
    project({"fixtures/t017.yml": "- {id: 1, parent_id: 1}\n- {id: 2, parent_id: 99}\n"})

    with pytest.raises(LoadError) as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "fixtures/t017.yml:2"
    assert 'is not present in table "t016"' in str(caught.value.detail)
    assert rows_of(connection, "select count(*) from t000") == [(0,)]


def test_a_repeated_key_among_many_tables_is_named_even_if_nothing_forbids_it(
    connection: Connection, project: Write
) -> None:
    create_tables(connection, project, 5)
    connection.execute("create table loose (code text, name text)")
    project({"fixtures/loose.yml": "_fixture: {key: code}\na: {code: x, name: a}\nb: {code: x, name: b}\n"})

    with pytest.raises(LoadError, match='two rows of table "loose" have the same key, code x'):
        seed(connection=connection)


def test_small_and_large_tables_keep_their_order(connection: Connection, project: Write) -> None:
    create_tables(connection, project, 4)
    large = "".join(f"- {{id: {n}, parent_id: 1}}\n" for n in range(1, 2_001))
    project({"fixtures/t002.yml": large, "fixtures/t003.yml": "- {id: 1, parent_id: 2000}\n"})

    report = seed(connection=connection)

    assert [(str(table.table), table.inserted) for table in report.tables] == [
        ("t000", 3),
        ("t001", 3),
        ("t002", 2_000),
        ("t003", 1),
    ]


def test_a_load_that_waits_for_a_lock_in_vain_says_so(connection: Connection, database: str, project: Write) -> None:
    create_tables(connection, project, 3)

    with psycopg.connect(database) as other, psycopg.connect(database, autocommit=True) as impatient:
        other.execute("lock table t001")
        impatient.execute("set lock_timeout = '100ms'")
        with pytest.raises(LoadError, match="canceling statement due to lock timeout"):
            seed(connection=impatient)


def test_a_failure_in_a_pipeline_is_told_once(seedkit: Run, connection: Connection, database: str, project: Write):
    create_tables(connection, project, 3)
    project({"fixtures/t001.yml": "- {id: 1, parent_id: 99}\n"})

    result = seedkit("seed", "--url", database, "--quiet")

    assert result.returncode == 1
    assert "pipeline" not in result.stderr
    assert result.stderr.startswith("error: insert or update on table")


def test_rows_that_come_meanwhile_are_met(connection: Connection, project: Write) -> None:
    """Tables without a page are filled without a look for rows; a trigger plays the other session."""
    create_two_tables(
        connection, "id integer primary key, first_id integer references first, name text", "1, 7, 'theirs'"
    )
    project({"fixtures/first.yml": "- {id: 7}\n", "fixtures/second.yml": "- {id: 1, name: ours}\n- {id: 2}\n"})

    report = seed(connection=connection)

    assert [(table.inserted, table.updated) for table in report.tables] == [(1, 0), (1, 1)]
    assert rows_of(connection, "select id, name from second order by id") == [(1, "ours"), (2, None)]


def test_rows_of_a_table_that_inherits_are_not_rows_of_its_parent(connection: Connection, project: Write) -> None:
    connection.execute(
        """
        create table parent (id integer primary key, name text);
        create table child () inherits (parent);
        insert into child values (1, 'there');
        """
    )
    project({"fixtures/parent.yml": "- {id: 1, name: there}\n- {id: 2, name: new}\n"})

    [report] = seed(connection=connection).tables

    assert (report.inserted, report.unchanged) == (2, 0)


def test_the_rows_of_a_partition_are_rows_of_its_table(connection: Connection, project: Write) -> None:
    connection.execute(
        """
        create table whole (id integer, name text) partition by list (id);
        create table part partition of whole default;
        insert into whole values (1, 'there');
        """
    )
    project({"fixtures/whole.yml": "_fixture: {key: id}\na: {id: 1, name: there}\nb: {id: 2, name: new}\n"})

    [report] = seed(connection=connection).tables

    assert (report.inserted, report.unchanged) == (1, 1)


def test_documents_and_computed_values_fill_an_empty_table(connection: Connection, project: Write) -> None:
    connection.execute("create table facts (id integer primary key, fact jsonb, digits varchar(3), made text)")
    project({"fixtures/facts.yml": "- {id: 1, fact: {a: [1, x]}, digits: '007', made: !sql \"upper('now')\"}\n"})

    seed(connection=connection)

    assert rows_of(connection, "table facts") == [(1, {"a": [1, "x"]}, "007", "NOW")]


def test_a_text_that_is_too_long_for_an_empty_table_is_refused(connection: Connection, project: Write) -> None:
    connection.execute("create table facts (id integer primary key, digits varchar(3))")
    project({"fixtures/facts.yml": "- {id: 1, digits: abcd}\n"})

    with pytest.raises(LoadError, match="value too long"):
        seed(connection=connection)


def test_a_row_that_a_trigger_has_put_into_a_table_without_a_key_is_found_there(
    connection: Connection, project: Write
) -> None:
    create_two_tables(connection, "first_id integer references first, name text", "7, 'same'")
    project({"fixtures/first.yml": "- {id: 7}\n", "fixtures/second.yml": "- {first_id: 7, name: same}\n"})

    report = seed(connection=connection)

    assert [(table.inserted, table.unchanged) for table in report.tables] == [(1, 0), (0, 1)]
