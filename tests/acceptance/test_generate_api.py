"""`seedkit.generate` and `db.generate`: the same from Python, and in seeders."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

import seedkit
from seedkit import generate, seed
from seedkit.errors import SeedkitError, UsageError
from tests.conftest import Write

Connection = psycopg.Connection[Any]

WRONG: list[Any] = [1.5, ["users"]]
SCHEMA = """
create table users (id serial primary key, name text not null);
create table orders (id bigserial primary key, user_id integer not null references users, note text);
"""


@pytest.fixture
def shop(project: Write, connection: Connection) -> Path:
    connection.execute(SCHEMA.encode())
    return project({})


def count(connection: Connection, table: str) -> int:
    return int(connection.execute(f"select count(*) from {table}".encode()).fetchall()[0][0])


def test_a_table_or_several_are_filled_and_the_report_says_so(shop: Path, connection: Connection) -> None:
    one = generate("users", 30, connection=connection, now=date(2026, 11, 30))
    more = generate({"orders": 40, "users": 5}, connection=connection)

    assert ([str(table.table) for table in one.tables], one.rows, one.right) == (["users"], 30, True)
    assert str(one).endswith("generator 1, --random-seed 0 --now 2026-11-30")
    assert more.rows == 45
    assert (count(connection, "users"), count(connection, "orders")) == (35, 40)


def test_rows_lie_in_the_open_transaction_of_a_connection_that_is_lent(shop: Path, connection: Connection) -> None:
    with connection.transaction(force_rollback=True):
        connection.execute("set time zone 'Asia/Tokyo'")
        generate("orders", 20, connection=connection)

        assert count(connection, "orders") == 20
        assert connection.execute("show timezone").fetchone() == ("Asia/Tokyo",)

    assert count(connection, "orders") == 0
    connection.execute("insert into users (name) values ('Ada')")


def test_the_day_and_the_seed_decide_and_a_time_counts_as_its_day(shop: Path, connection: Connection) -> None:
    def names(**options: Any) -> list[Any]:
        with connection.transaction(force_rollback=True):
            generate("users", 20, connection=connection, **options)
            return connection.execute("select name from users order by id").fetchall()

    assert names(now=date(2026, 11, 30)) == names(now=datetime(2026, 11, 30, 15, 30))
    assert names(random_seed=1) != names(random_seed=2)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda connection: generate("users", -1, connection=connection), "users can not get -1 rows"),
        (lambda connection: generate("users", WRONG[0], connection=connection), "1.5 is no number of rows for users"),
        (lambda connection: generate({"users": 5}, 5, connection=connection), "rows was given too"),
        (lambda connection: generate(WRONG[1], connection=connection), "tables must be a table, or a mapping"),
        (lambda connection: generate(rows=5, connection=connection), "rows was given without a table"),
        (
            lambda connection: generate("users", 5, connection=connection, commit_every=0),
            "a commit comes after one row",
        ),
    ],
)
def test_what_can_not_be_meant_is_refused(
    shop: Path, connection: Connection, call: Callable[[Connection], object], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        call(connection)

    assert count(connection, "users") == 0


def test_commits_are_refused_in_a_transaction_that_is_open(shop: Path, connection: Connection) -> None:
    with connection.transaction(), pytest.raises(UsageError, match="the transaction is open already"):
        generate("users", 5, connection=connection, commit_every=2)


def test_it_can_be_awaited(shop: Path, connection: Connection, database: str) -> None:
    report = asyncio.run(seedkit.aio.generate("orders", 20, url=database))

    assert report.rows == 30
    assert count(connection, "orders") == 20


SEEDER = """
from seedkit import seeder

@seeder
def many(db):
    report = db.generate("orders", 200)
    assert report.rows in (200, 220), report
    db.execute("insert into orders (user_id, note) select min(id), 'by hand' from users")
"""


def test_a_seeder_generates_rows_that_the_runs_report_counts(
    shop: Path, connection: Connection, project: Write, database: str
) -> None:
    project({"seeders/many.py": SEEDER, "fixtures/users.yml": "- {id: 1, name: Ada}\n"})

    report = seed(url=database, now=datetime(2026, 11, 30))

    inserted = {(str(table.table), table.source): table.inserted for table in report.tables}
    assert inserted["orders", "many"] == 200
    assert report.right
    assert count(connection, "orders") == 201
    connection.execute("insert into orders (user_id) select min(id) from users")


BY_THE_FILE = """
from seedkit import seeder

@seeder
def some(db):
    db.generate("orders", note="from the seeder")
    db.generate("users", 5, top_up=True)
"""
SAID = """
orders: {_rows: 7, note: of the file}
users: {name: !choice [Ada, Grace]}
"""


def test_a_seeder_generates_by_generate_yml_as_the_command_does(
    shop: Path, connection: Connection, project: Write, database: str
) -> None:
    project({"seeders/some.py": BY_THE_FILE, "generate.yml": SAID})

    seed(url=database, now=datetime(2026, 11, 30))

    assert connection.execute("select count(*), min(note), max(note) from orders").fetchall() == [
        (7, "from the seeder", "from the seeder")
    ]
    assert connection.execute("select bool_and(name in ('Ada', 'Grace')) from users").fetchall() == [(True,)]


def test_a_mistake_in_generate_yml_stops_a_seeder_with_its_line(
    shop: Path, connection: Connection, project: Write, database: str
) -> None:
    project({"seeders/some.py": BY_THE_FILE, "generate.yml": "orders:\n  nota: x\n"})

    with pytest.raises(SeedkitError, match='table "orders" has no column "nota"') as refused:
        seed(url=database)

    assert "generate.yml:2" in str(refused.value)
    assert count(connection, "orders") == 0


def test_a_seeder_that_gets_fewer_rows_than_it_asked_for_is_told_so(
    connection: Connection, project: Write, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    few = "from seedkit import seeder\n\n@seeder\ndef few(db):\n    db.generate('logs', 20)\n"
    project({"seeders/few.py": few})
    connection.execute(
        """
        create table logs (id serial primary key);
        create function halve() returns trigger language plpgsql as
            $$begin if new.id % 2 = 0 then return null; end if; return new; end$$;
        create trigger halve before insert on logs for each row execute function halve();
        """
    )

    seed(url=database)

    (told,) = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert told.startswith('warning: seeder "few" got 10 of 20 rows of logs; table logs: 10 of 20 rows are not there')


def test_a_dry_run_of_such_a_seeder_keeps_nothing_and_moves_no_sequence(
    shop: Path, connection: Connection, project: Write, database: str
) -> None:
    project({"seeders/many.py": SEEDER.replace("db.execute", "print")})

    report = seed(url=database, dry_run=True)

    assert sum(table.inserted for table in report.tables) == 220
    assert count(connection, "orders") == 0
    assert connection.execute("select last_value, is_called from orders_id_seq").fetchone() == (1, False)


def test_a_table_that_does_not_exist_is_told_with_the_line_of_the_seeder(
    shop: Path, connection: Connection, project: Write, database: str
) -> None:
    project({"seeders/many.py": SEEDER.replace('"orders", 200', '"oders", 200')})

    with pytest.raises(SeedkitError, match='table "oders" does not exist') as refused:
        seed(url=database)

    assert str(refused.value.origin).endswith("seeders/many.py:6")
