"""A seeder that inserts row by row: what a call costs the server does not grow with the rows that are there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seedkit import seed
from seedkit.errors import SeedkitError
from tests.conftest import Write
from tests.postgres.loads import Connection, rows_of

SEEDER = """
    def seed(db):
        db.execute("drop table if exists t")
        db.execute("create table t (id integer primary key, name text)")
        for number in range({rows}):
            db.insert("t", [{{"id": number, "name": f"n{{number}}"}}])
"""
READ = "select coalesce(pg_stat_get_xact_tuples_returned('t'::regclass), 0)::int8"


def seed_in_a_loop(connection: Connection, project: Write, rows: int) -> None:
    folder = project({f"seeders/loop_of_{rows}.py": SEEDER.format(rows=rows)})
    seed(connection=connection)
    (folder / f"seeders/loop_of_{rows}.py").unlink()


def test_a_table_that_a_seeder_makes_anew_is_the_one_it_fills(connection: Connection, project: Write) -> None:
    connection.execute("create table t (id integer)")

    seed_in_a_loop(connection, project, rows=3)

    assert rows_of(connection, "select id, name from t") == [(0, "n0"), (1, "n1"), (2, "n2")]


def rows_read(connection: Connection, project: Write, rows: int) -> int:
    """How many rows of the table were read one after the other, which no index leads to."""
    with connection.transaction():
        seed_in_a_loop(connection, project, rows)
        [(read,)] = rows_of(connection, READ)
    return int(read)


def commands(connection: Connection, project: Write, folder: Path, rows: int) -> int:
    """How many commands the server has done."""
    trace = folder / "trace"
    with trace.open("wb") as file:
        connection.pgconn.trace(file.fileno())
        seed_in_a_loop(connection, project, rows)
        connection.pgconn.untrace()
        os.fsync(file.fileno())
    return trace.read_text().count("CommandComplete")


@pytest.mark.growth
def test_no_insert_reads_the_rows_that_are_there(connection: Connection, project: Write) -> None:
    few, many = (rows_read(connection, project, rows) for rows in (300, 1_200))

    assert few == many


@pytest.mark.growth
def test_an_insert_takes_three_commands(connection: Connection, project: Write, tmp_path: Path) -> None:
    _, few, many = (commands(connection, project, tmp_path, rows) for rows in (1, 50, 200))

    assert round((many - few) / 150) == 3  # a savepoint, the merge, the savepoint's release


def test_rows_of_a_loop_are_told_apart_whatever_they_hold(connection: Connection, project: Write) -> None:
    connection.execute("create table t (id integer primary key, name text, note text default 'none')")
    project({
        "seeders/t.py": r'''
            NAMES = ["a", "it's", "back\\slash", '"quoted"', "[the rows of the stage]", "%s", None, "ä"]

            def seed(db):
                for number, name in enumerate(NAMES):
                    report = db.insert("t", [{"id": number, "name": name}])
                    assert (report.inserted, report.updated) == (1, 0)
                    db.insert("t", [{"id": -1, "note": name}], on_conflict="update" if number % 2 else "skip")
                assert db.insert("t", [{"id": 1, "name": "else"}]).updated == 1
                assert db.insert("t", [{"name": "ä", "id": 7}, {"id": 6}]).unchanged == 2
        '''
    })  # fmt: skip

    seed(connection=connection)

    assert rows_of(connection, "select id, name from t where id >= 0 order by id") == list(
        enumerate(["a", "else", "back\\slash", '"quoted"', "[the rows of the stage]", "%s", None, "ä"])
    )
    assert rows_of(connection, "select note from t where id = -1") == [("ä",)]


def test_a_loop_goes_on_after_a_row_that_was_refused(connection: Connection, project: Write) -> None:
    connection.execute("create table t (id integer primary key, name text check (name <> 'bad'))")
    project({
        "seeders/t.py": """
            from seedkit import SeedkitError

            def seed(db):
                refused = 0
                for number, name in enumerate(["a", "b", "bad", "c", "bad"]):
                    try:
                        with db.connection.transaction():
                            db.insert("t", [{"id": number, "name": name}])
                    except SeedkitError:
                        refused += 1
                assert refused == 2
        """
    })  # fmt: skip

    seed(connection=connection)

    assert rows_of(connection, "select name from t order by id") == [("a",), ("b",), ("c",)]


def test_a_table_that_a_savepoint_has_emptied_again_is_filled_as_before(connection: Connection, project: Write) -> None:
    connection.execute("create table t (id integer primary key, name text not null)")
    project({
        "seeders/t.py": """
            def seed(db):
                with db.connection.transaction(force_rollback=True):
                    db.insert("t", [{"id": 1, "name": "a"}])
                assert db.insert("t", [{"id": 1, "name": "b"}, {"id": 2, "name": "c"}]).inserted == 2
                db.insert("t", [{"id": 3}])
        """
    })  # fmt: skip

    with pytest.raises(SeedkitError, match=r'null value in column "name"|leaves out'):
        seed(connection=connection)
