"""`_fixture: {defaults: {...}}`: values that all rows of a file have which don't say otherwise."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from tests.conftest import Write

Connection = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def tables(connection: Connection) -> None:
    """Users with a plan, teams that they belong to, and roles that they have."""
    connection.execute(
        """
        create table teams (id integer primary key, name text not null);
        create table users (
            id       integer primary key,
            email    text,
            plan     text not null,
            settings jsonb,
            team_id  integer references teams,
            joined   timestamptz default 'epoch'
        );
        create table roles (id integer primary key, name text);
        create table users_roles (user_id integer references users, role_id integer references roles);
        """
    )


def users(connection: Connection, columns: str = "id, plan") -> list[Any]:
    return connection.execute(f"select {columns} from users order by id".encode()).fetchall()


FORMS = {
    "a list": "- {id: 1}\n- {id: 2, plan: pro}\n",
    "a list in blocks": "- id: 1\n- id: 2\n  plan: pro\n",
    "a list that no chunk can be cut of": "- {id: 1, email: \"a\\tb\"}\n- {id: 2, plan: 'pro'}\n",
    "labels": "ada: {id: 1}\nben: {id: 2, plan: pro}\n",
    "a table with a list": "users:\n  - {id: 1}\n  - {id: 2, plan: pro}\n",
    "a table with labels": "users:\n  ada: {id: 1}\n  ben: {id: 2, plan: pro}\n",
}


@pytest.mark.parametrize("rows", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("divided", ["", "---\n"])
def test_rows_that_leave_a_column_out_take_the_default_of_their_file(
    connection: Connection, project: Write, rows: str, divided: str
) -> None:
    project({"fixtures/users.yml": f"_fixture: {{defaults: {{plan: free}}}}\n{divided}{rows}"})

    seed(connection=connection)
    second = seed(connection=connection)

    assert users(connection) == [(1, "free"), (2, "pro")]
    assert [(table.inserted, table.updated, table.unchanged) for table in second.tables] == [(0, 0, 2)]


def test_a_rows_own_null_wins_and_so_does_what_it_merges(connection: Connection, project: Write) -> None:
    project(
        {
            "fixtures/users.yml": """
            _fixture: {defaults: {plan: free, email: all@example.com}}
            BASE: &BASE {plan: team}
            ada: {<<: *BASE, id: 1, email: ~}
            ben: {<<: *BASE, id: 2, plan: pro}
            """
        }
    )

    seed(connection=connection)

    assert users(connection, "plan, email") == [("team", None), ("pro", "all@example.com")]


def test_a_default_may_be_null_in_place_of_the_columns_own(connection: Connection, project: Write) -> None:
    project({"fixtures/users.yml": "_fixture: {defaults: {plan: free, joined: ~}}\n- {id: 1}\n"})

    seed(connection=connection)

    assert users(connection, "joined") == [(None,)]


def test_defaults_may_be_tags_labels_documents_and_name_the_rows_label(connection: Connection, project: Write) -> None:
    project(
        {
            "fixtures/teams.yml": "board: {id: 7, name: Board}",
            "fixtures/roles.yml": "admin: {id: 3, name: Administrator}",
            "fixtures/users.yml": """
            _fixture:
              defaults:
                email: !format $LABEL{id}@example.com
                plan: !choice [free]
                settings: {theme: dark, name: $LABEL}
                team: board
                joined: !ago 3d
                roles: [admin]
            ada: {id: 1}
            ben: {id: 2, team_id: ~, roles: []}
            """,
        }
    )

    seed(connection=connection)

    assert users(connection, "email, plan, settings, team_id, joined > now() - interval '4 days'") == [
        ("ada1@example.com", "free", {"theme": "dark", "name": "ada"}, 7, True),
        ("ben2@example.com", "free", {"theme": "dark", "name": "ben"}, None, True),
    ]
    assert connection.execute("select * from users_roles").fetchall() == [(1, 3)]


def test_a_list_has_labels_as_defaults_and_rows_of_a_join_table(connection: Connection, project: Write) -> None:
    project(
        {
            "fixtures/teams.yml": "board: {id: 7, name: Board}",
            "fixtures/roles.yml": "admin: {id: 3, name: Administrator}",
            "fixtures/users.yml": """
            _fixture: {defaults: {plan: x, team_id: board, roles: [admin]}}
            - {id: 1}
            - {id: 2, team: ~}
            """,
        }
    )

    seed(connection=connection)

    assert users(connection, "team_id") == [(7,), (None,)]
    assert connection.execute("select * from users_roles order by 1").fetchall() == [(1, 3), (2, 3)]


def test_in_a_file_of_several_tables_a_default_goes_to_those_that_have_the_column(
    connection: Connection, project: Write
) -> None:
    project(
        {
            "fixtures/shop.yml": """
            _fixture: {defaults: {plan: free, name: nobody}}
            teams: [{id: 1}]
            users: [{id: 2}]
            """
        }
    )

    seed(connection=connection)

    assert users(connection) == [(2, "free")]
    assert connection.execute("select * from teams").fetchall() == [(1, "nobody")]


def test_a_default_may_be_part_of_the_key(connection: Connection, project: Write) -> None:
    connection.execute("create table slots (site text, number integer, note text, unique (site, number))")
    project(
        {
            "fixtures/slots.yml": "_fixture: {key: [site, number], defaults: {site: north}}\n"
            "- {number: 1, note: a}\n- {number: 1, site: south}\n"
        }
    )

    seed(connection=connection)
    second = seed(connection=connection)

    assert connection.execute("select * from slots order by site").fetchall() == [
        ("north", 1, "a"),
        ("south", 1, None),
    ]
    assert second.tables[0].unchanged == 2


def test_defaults_may_be_an_alias_of_what_stands_above(connection: Connection, project: Write) -> None:
    project({"fixtures/users.yml": "BASE: &BASE {plan: free}\n_fixture: {defaults: *BASE}\nada: {id: 1}\n"})

    seed(connection=connection)

    assert users(connection) == [(1, "free")]


@pytest.mark.parametrize(
    ("defaults", "message", "hint"),
    [
        ("{plann: free}", 'table "users" has no column "plann"', 'Did you mean "plan"?'),
        ("[plan]", '"defaults" is a mapping of columns, not a list', 'Write defaults: {plan: free}.'),
        ("", '"defaults" is a mapping of columns, not nothing', 'Write defaults: {plan: free}.'),
        ("{id: !range 1..9}", "!range makes rows, and a default is a value of each", "Write it into a row."),
        ("{plan: !reff ada}", 'seedkit does not know the tag "!reff"', 'Did you mean "!ref"?'),
        ("{plan: [a]}", 'column "plan" is of type text and can not take a list', None),
    ],
)  # fmt: skip
def test_a_default_that_cannot_be_meant_is_an_error_at_its_own_place(
    connection: Connection, project: Write, defaults: str, message: str, hint: str | None
) -> None:
    project({"fixtures/users.yml": f"_fixture:\n  defaults: {defaults}\n---\n- {{id: 1}}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "fixtures/users.yml:2"
    assert caught.value.message == message
    assert hint is None or caught.value.hint == hint


def test_a_default_that_no_table_of_its_file_has_is_an_error(connection: Connection, project: Write) -> None:
    project(
        {"fixtures/shop.yml": "_fixture:\n  defaults:\n    plan: x\n    nmae: x\nteams: [{id: 1}]\nusers: [{id: 2}]"}
    )

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "fixtures/shop.yml:4"
    assert caught.value.message == 'none of the tables "teams" and "users" has a column "nmae"'
