"""`_fixture: {rest: generate}`: what rows leave out is generated, for new rows, and never touched afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed

Connection = psycopg.Connection[Any]
Write = Callable[[dict[str, str]], Path]
SHOP = """
create table teams (id serial primary key, name text not null);
create table users (
    id serial primary key, team_id integer not null references teams, boss_id integer references users,
    email text not null unique, first_name text not null, plan text not null default 'free'
        check (plan in ('free', 'pro')),
    age integer check (age between 18 and 30), about jsonb, created_at timestamptz not null default now(),
    size integer generated always as (length(first_name)) stored
)
"""
ROWS = "_fixture: {rest: generate}\n- {id: 1, age: 20, first_name: Ada}\n- {id: !range 2..300}\n"
TEAMS = "- {id: 1, name: A}\n- {id: 2, name: B}\n"


def test_what_rows_leave_out_is_generated_as_the_schema_has_it(connection: Connection, project: Write) -> None:
    connection.execute(SHOP.encode())
    project({"fixtures/users.yml": ROWS, "fixtures/teams.yml": TEAMS})

    seed(connection=connection)

    (row,) = connection.execute(
        """
        select count(*), count(distinct email), count(distinct plan), min(age) >= 18 and max(age) <= 30,
            count(distinct team_id), count(boss_id), max(created_at) < now() - interval '1 day',
            count(*) filter (where email like lower(first_name) || '.%') > 290
        from users
        """
    ).fetchall()
    assert row == (300, 300, 2, True, 2, 0, True, True)
    assert connection.execute("select age, first_name from users where id = 1").fetchall() == [(20, "Ada")]


def test_a_second_run_touches_nothing_and_a_row_more_changes_no_other(connection: Connection, project: Write) -> None:
    connection.execute(SHOP.encode())
    project({"fixtures/users.yml": ROWS, "fixtures/teams.yml": TEAMS})
    seed(connection=connection)
    connection.execute("update users set plan = 'pro', about = '{}' where id = 7")
    before = connection.execute("select * from users order by id").fetchall()
    project({"fixtures/users.yml": ROWS + "- {id: 400, plan: pro}\n", "fixtures/teams.yml": TEAMS})

    report = seed(connection=connection)

    assert connection.execute("select * from users where id < 400 order by id").fetchall() == before
    assert {str(table.table): (table.inserted, table.updated) for table in report.tables}["users"] == (1, 0)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("_fixture: {rest: everything}\n- {id: 1}", '"rest" is one of "generate", not "everything"'),
        ("_fixture: {rest: generate}\n- {id: 1}", 'table "teams" has no rows that "team_id" could refer to'),
    ],
)
def test_what_can_not_be_generated_is_told_with_its_line(
    connection: Connection, project: Write, rows: str, message: str
) -> None:
    connection.execute(SHOP.encode())
    project({"fixtures/users.yml": rows})

    with pytest.raises(SeedkitError, match=message) as caught:
        seed(connection=connection)

    assert str(caught.value.origin).startswith("fixtures/users.yml:")
