"""`seedkit seed --fresh`: the planned tables are emptied first, no other, and all of it is undone if the run fails."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql

from seedkit import SeedkitError, seed
from seedkit.errors import LoadError, UsageError
from tests.acceptance.terminals import typed
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

TABLES = """
create table users (id serial primary key, name text);
create table orders (id serial primary key, user_id integer not null references users);
insert into users (name) select 'old' from generate_series(1, 5);
insert into orders (user_id) select 5;
"""
FIXTURES = {"fixtures/users.yml": "- {id: 1, name: Ada}\n", "fixtures/orders.yml": "- {id: 1, user_id: 1}\n"}


@pytest.fixture(autouse=True)
def tables(project: Write, connection: Connection) -> None:
    connection.execute(TABLES)
    project(FIXTURES)


def ids(connection: Connection, table: str = "users") -> list[int]:
    query = sql.SQL("select id from {} order by id").format(sql.Identifier(table))
    return [identifier for (identifier,) in connection.execute(query)]


def refusal(connection: Connection) -> SeedkitError:
    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection, fresh=connection.info.dbname)
    assert ids(connection) == [1, 2, 3, 4, 5]
    assert len(ids(connection, "orders")) == 1
    return caught.value


def test_only_the_rows_of_the_run_are_left(connection: Connection, database: str, seedkit: Run) -> None:
    ran = seedkit("seed", "--fresh", "--confirm", connection.info.dbname, DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert (ids(connection), ids(connection, "orders")) == ([1], [1])


def test_no_sequence_goes_back_so_that_no_id_is_given_out_twice(connection: Connection) -> None:
    seed(connection=connection, fresh=connection.info.dbname)

    [[drawn]] = connection.execute("insert into users (name) values ('new') returning id").fetchall()
    assert drawn == 6


def test_a_run_that_fails_gives_the_old_rows_back(project: Write, connection: Connection) -> None:
    project({"fixtures/orders.yml": "- {id: 1, user_id: 77}\n"})

    assert isinstance(refusal(connection), LoadError)


def test_a_dry_run_needs_no_confirmation_and_gives_the_old_rows_back(
    connection: Connection, database: str, seedkit: Run
) -> None:
    ran = seedkit("seed", "--fresh", "--dry-run", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert "2 rows would be inserted" in ran.stdout
    assert ids(connection) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("given", [[], ["--confirm", "other"], ["--confirm", "TEST"]])
def test_without_the_name_nothing_is_emptied(
    connection: Connection, database: str, seedkit: Run, given: list[str]
) -> None:
    ran = seedkit("seed", "--fresh", *given, DATABASE_URL=database)

    assert ran.returncode == 2
    assert f'a fresh run empties tables of database "{connection.info.dbname}" only where' in ran.stderr
    assert ids(connection) == [1, 2, 3, 4, 5]


def test_on_a_terminal_the_name_is_asked_for(connection: Connection, database: str, project: Write) -> None:
    wrong = typed("y", "seed", "--fresh", cwd=project({}), DATABASE_URL=database)
    left = ids(connection)
    right = typed(connection.info.dbname, "seed", "--fresh", cwd=project({}), DATABASE_URL=database)

    assert (wrong[0], left) == (2, [1, 2, 3, 4, 5])
    assert "Type the name of the database to go on:" in wrong[1]
    assert (right[0], ids(connection)) == (0, [1])


def test_a_production_database_is_refused_before_anybody_is_asked(
    connection: Connection, database: str, project: Write
) -> None:
    code, shown = typed("y", "seed", "--fresh", cwd=project({}), DATABASE_URL=database, APP_ENV="production")

    assert code == 2
    assert "is a production database" in shown
    assert "Type the name" not in shown


def test_a_table_that_is_not_planned_stays_as_it_is(project: Write, connection: Connection) -> None:
    connection.execute("create table notes (id serial primary key); insert into notes default values")

    seed(["users", "orders"], connection=connection, fresh=connection.info.dbname)

    assert ids(connection, "notes") == [1]


def test_a_table_outside_the_plan_that_refers_to_one_inside_is_named_with_its_rows(connection: Connection) -> None:
    connection.execute(
        'create table "Tax; Notes" (id serial primary key, user_id integer references users);'
        'insert into "Tax; Notes" (user_id) values (1), (2), (3)'
    )

    error = refusal(connection)

    assert isinstance(error, UsageError)
    assert error.message == 'a fresh run would have to empty "Tax; Notes" (3 rows) as well'
    assert ids(connection, "Tax; Notes") == [1, 2, 3]


def test_a_selection_does_not_empty_what_refers_to_it(connection: Connection, database: str, seedkit: Run) -> None:
    ran = seedkit("seed", "users", "--fresh", "--confirm", connection.info.dbname, DATABASE_URL=database)

    assert ran.returncode == 2
    assert "a fresh run would have to empty orders (1 row) as well" in ran.stderr
    assert ids(connection) == [1, 2, 3, 4, 5]


def test_the_tables_that_a_seeder_declares_are_emptied(project: Write, connection: Connection) -> None:
    connection.execute("create table notes (id serial primary key); insert into notes default values")
    project(
        {
            "seeders/notes.py": """
                from seedkit import seeder

                @seeder(tables=["notes"])
                def notes(db):
                    db.insert("notes", [{"id": 70}])
            """
        }
    )

    seed(connection=connection, fresh=connection.info.dbname)

    assert ids(connection, "notes") == [70]


def test_partitions_go_with_their_table_and_are_no_table_outside(project: Write, connection: Connection) -> None:
    connection.execute(
        "create table events (id integer primary key) partition by range (id);"
        "create table events_1 partition of events for values from (0) to (100);"
        "create table marks (id serial primary key, event_id integer references events);"
        "insert into events values (7); insert into marks (event_id) values (7)"
    )
    project({"fixtures/events.yml": "- {id: 1}\n", "fixtures/marks.yml": "- {id: 1, event_id: 1}\n"})

    seed(connection=connection, fresh=connection.info.dbname)

    assert (ids(connection, "events"), ids(connection, "marks")) == ([1], [1])


def test_a_borrowed_transaction_stays_open_and_can_take_it_all_back(database: str, connection: Connection) -> None:
    with psycopg.connect(database) as lent:
        lent.execute("select")
        seed(connection=lent, fresh=connection.info.dbname)
        seen = ids(lent)
        lent.rollback()

    assert (seen, ids(connection)) == ([1], [1, 2, 3, 4, 5])
