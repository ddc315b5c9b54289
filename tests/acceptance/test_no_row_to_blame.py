"""What no row is to blame for names the file alone: time-outs, locks, missing rights."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

SLOW = """
    create table busy (id int);
    create sequence others;
    create function meets() returns trigger language plpgsql as $$begin {body} return new; end$$;
    create table t (id int primary key, made int);
    create trigger meets before insert on t for each row when (new.id = 50) execute function meets();
    """
BODIES = {
    "a statement's time-out": ("perform pg_sleep(30);", "statement timeout"),
    "a lock's time-out": ("set local lock_timeout = '100ms'; lock table busy;", "lock timeout"),
    "a cancel": ("perform pg_cancel_backend(pg_backend_pid()), pg_sleep(30);", "user request"),
    "a missing right": ("set local role pg_monitor; perform nextval('others');", "permission denied"),
}
CHECKED = """
    create function holds(id int) returns bool language plpgsql as $$begin
        if id = 50 then perform {body} end if; return true; end$$;
    create table t (id int primary key check (holds(id)), made int);
    """


@pytest.mark.parametrize("cause", BODIES)
@pytest.mark.parametrize("kind", ["csv", "yml"])
def test_a_trigger_that_no_row_is_to_blame_for_names_the_file_alone(
    cause: str, kind: str, project: Write, connection: Connection, database: str, direct: str, seedkit: Run
) -> None:
    body, told = BODIES[cause]
    connection.execute(SLOW.format(body=body).encode())
    _write(project, kind)

    with psycopg.connect(direct) as other:
        other.execute("lock table busy")
        ran = seedkit("seed", "--statement-timeout", "1s", DATABASE_URL=database)

    assert ran.returncode == 1
    assert told in ran.stderr
    assert f"at fixtures/t.{kind}\n" in ran.stderr


def test_a_check_that_takes_too_long_names_the_file_alone(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute(CHECKED.format(body="pg_sleep(30);").encode())
    _write(project, "csv")

    ran = seedkit("seed", "--statement-timeout", "300ms", DATABASE_URL=database)

    assert ran.returncode == 1
    assert "statement timeout" in ran.stderr
    assert "at fixtures/t.csv\n" in ran.stderr


def test_a_statement_of_few_rows_names_its_file(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute(CHECKED.format(body="pg_sleep(30);").encode())
    project({"fixtures/t.csv": "id,made\n50,1\n"})

    ran = seedkit("seed", "--statement-timeout", "300ms", DATABASE_URL=database)

    assert "statement timeout" in ran.stderr
    assert "at fixtures/t.csv\n" in ran.stderr


def _write(project: Write, kind: str) -> None:
    rows = range(1, 10_000)  # few are one statement, which has no line in any case
    csv = "id,made\n" + "".join(f"{number},1\n" for number in rows)
    yaml = "".join(f"- {{id: {number}, made: 1}}\n" for number in rows)
    project({f"fixtures/t.{kind}": csv if kind == "csv" else yaml})
