"""Mistakes in fixtures that only PostgreSQL can find: all of one kind are listed, each with its file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed

Connection = psycopg.Connection[Any]
Refused = Callable[..., SeedkitError]

SCHEMA = """
    create domain percent as integer check (value between 0 and 100);
    create table teams (id integer primary key, name varchar(5) not null unique);
    create table users (
        id       integer primary key,
        email    text not null unique,
        age      integer check (age >= 0),
        share    percent,
        team_id  integer references teams
    );
    """


@pytest.fixture(params=["few", "many"])
def refused(request: pytest.FixtureRequest, project: Callable[..., Path], connection: Connection) -> Refused:
    """Seed fixture files that are wrong, alone or among so many rows that COPY takes them; return the error."""

    def run(schema: str = SCHEMA, rows_before: str = "", **files: str) -> SeedkitError:
        connection.execute(f"{schema};{rows_before}".encode())
        many = {"crowd": "\n".join(f"- {{id: {number}}}" for number in range(1_000))}
        connection.execute("create table crowd (id integer primary key)")
        project(
            {
                f"fixtures/{name}.yml": text
                for name, text in {**(many if request.param == "many" else {}), **files}.items()
            }
        )
        if request.param == "many":
            crowd_into(project({}) / "fixtures")
        with pytest.raises(SeedkitError) as caught:
            seed(connection=connection)
        assert connection.execute("select count(*) from users").fetchone() == (len(rows_before.split("(")) > 1,)
        return caught.value

    return run


def crowd_into(folder: Path) -> None:
    """Add rows below the ones that are wrong until they are too many for one statement."""
    users = folder / "users.yml"
    if users.exists():
        more = "".join(f"\n- {{id: {number}, email: u{number}@example.com}}" for number in range(1_000, 1_700))
        users.write_text(users.read_text().rstrip() + more, encoding="utf-8")


def told(error: SeedkitError) -> str:
    return f"{error.origin}\n{error.detail}"


def test_wrong_inputs_of_all_columns_are_listed(refused: Refused) -> None:
    error = refused(
        users="""
        - {id: 1, email: a@example.com, age: old}
        - {id: 2, email: b@example.com, age: 3}
        - {id: 3, email: c@example.com, age: 9999999999}
        """
    )

    assert told(error) == (
        'fixtures/users.yml:2\ncolumn "age"\n'
        '  also at fixtures/users.yml:4: column "age": value "9999999999" is out of range for type integer'
    )


def test_values_that_are_too_long_are_listed_with_the_value(refused: Refused) -> None:
    error = refused(teams="- {id: 1, name: Research}\n- {id: 2, name: Board}\n- {id: 3, name: Logistics}")

    assert error.message == "value too long for type character varying(5)"
    assert told(error) == (
        'fixtures/teams.yml:1\ncolumn "name": "Research"\n'
        '  also at fixtures/teams.yml:3: column "name": value too long for type character varying(5): "Logistics"'
    )


def test_rows_without_a_value_that_must_be_there_are_listed(refused: Refused) -> None:
    error = refused(users="- {id: 1, email: ~}\n- {id: 2, email: b@example.com}\n- {id: 3}")

    assert "violates not-null constraint" in error.message
    assert told(error).splitlines() == [
        "fixtures/users.yml:1",
        'column "email" is null',
        '  also at fixtures/users.yml:3: column "email" is left out and has no default',
    ]


def test_rows_that_fail_a_check_are_listed_with_the_check(refused: Refused) -> None:
    error = refused(
        users="""
        - {id: 1, email: a@example.com, age: -1}
        - {id: 2, email: b@example.com, age: 1}
        - {id: 3, email: c@example.com, age: -3}
        """
    )

    assert 'violates check constraint "users_age_check"' in error.message
    assert told(error).splitlines() == [
        "fixtures/users.yml:2",
        "it must be that (age >= 0)",
        "  also at fixtures/users.yml:4: it must be that (age >= 0)",
    ]


def test_values_that_a_domain_refuses_are_listed(refused: Refused) -> None:
    error = refused(users="- {id: 1, email: a@example.com, share: 101}\n- {id: 2, email: b@example.com, share: 102}")

    assert told(error).splitlines() == [
        "fixtures/users.yml:1",
        'column "share": "101"',
        '  also at fixtures/users.yml:2: column "share": value for domain percent violates check constraint '
        '"percent_check": "102"',
    ]


def test_rows_whose_parent_is_missing_are_listed(refused: Refused) -> None:
    error = refused(
        teams="- {id: 1, name: Board}",
        users="""
        - {id: 1, email: a@example.com, team_id: 7}
        - {id: 2, email: b@example.com, team_id: 1}
        - {id: 3, email: c@example.com, team_id: 8}
        """,
    )

    assert 'violates foreign key constraint "users_team_id_fkey"' in error.message
    assert told(error).splitlines() == [
        "fixtures/users.yml:2",
        'Key (team_id)=(7) is not present in table "teams".',
        '  also at fixtures/users.yml:4: Key (team_id)=(8) is not present in table "teams".',
    ]
    assert error.hint == "Write the row that is missing, in a fixture or a seeder, or name one that is there."


def test_a_unique_value_that_stands_twice_is_named_with_both_places(refused: Refused) -> None:
    error = refused(
        users="- {id: 1, email: a@example.com}\n- {id: 2, email: a@example.com}\n- {id: 3, email: c@example.com}"
    )

    assert str(error.origin) == "fixtures/users.yml:2"
    assert "fixtures/users.yml:1" in (error.detail or "")


def test_a_unique_value_of_another_row_in_the_table_is_named(refused: Refused) -> None:
    error = refused(
        rows_before="insert into users (id, email) values (9, 'a@example.com')",
        users="- {id: 1, email: b@example.com}\n- {id: 2, email: a@example.com}",
    )

    assert 'violates unique constraint "users_email_key"' in error.message
    assert told(error).splitlines() == [
        "fixtures/users.yml:2",
        "Key (email)=(a@example.com) already exists, in the row (id)=(9).",
    ]


def test_the_first_ten_are_listed_and_that_there_are_more(refused: Refused) -> None:
    error = refused(users="\n".join(f"- {{id: {number}, email: ~}}" for number in range(12)))

    lines = told(error).splitlines()
    assert len(lines) == 12
    assert lines[-2] == '  also at fixtures/users.yml:10: column "email" is null'
    assert lines[-1] == "  and more"
