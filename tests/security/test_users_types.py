"""Values of types that extensions bring are compared by the operators of their index or type, wherever these stand."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import seed
from seedkit.postgres.loading import gathering
from tests.conftest import Write

Connection = psycopg.Connection[Any]

SETTINGS = {
    "citext": ("Ada@X", "ada@x"),
    "ltree": ("Top.Science", "Top.Science"),
    "hstore": ('"a"=>"1"', '"a"=>"1"'),
}


@pytest.fixture(params=["inline", "copied"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "copied":
        monkeypatch.setattr(gathering, "SMALL_ROWS", -1)


@pytest.fixture(params=["public", "extensions"])
def schema(request: pytest.FixtureRequest, connection: Connection) -> str:
    connection.execute(f"create schema if not exists {request.param}".encode())
    return str(request.param)


def create_extension(connection: Connection, name: str, schema: str) -> None:
    if connection.execute("select from pg_available_extensions where name = %s", (name,)).fetchone() is None:
        pytest.skip(f"this server has no {name}")
    connection.execute(f"create extension {name} schema {schema}".encode())


def plant(connection: Connection, type_name: str) -> None:
    """Plant an operator of the type in a schema that the search path has first."""
    connection.execute(
        f"""
        create schema trap;
        create function trap.sprung({type_name}, {type_name}) returns boolean language plpgsql as
            $$begin raise exception 'a trap was sprung'; end$$;
        create operator trap.= (function = trap.sprung, leftarg = {type_name}, rightarg = {type_name});
        create operator trap.<> (function = trap.sprung, leftarg = {type_name}, rightarg = {type_name});
        set search_path = trap, public;
        """.encode()
    )


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize(
    "key", ["not null unique", "unique", ""], ids=["a key", "a key with NULLs", "the author's key"]
)
def test_a_row_is_recognised_by_a_value_of_the_type(
    connection: Connection, project: Write, name: str, schema: str, key: str
) -> None:
    create_extension(connection, name, schema)
    plant(connection, f"{schema}.{name}")
    written, found = SETTINGS[name]
    connection.execute(f"create table public.things (at {schema}.{name} {key}, note text)".encode())
    connection.execute(f"insert into public.things values ('{found}', 'old')".encode())
    project({"fixtures/things.yml": f"_fixture: {{key: [at]}}\none: {{at: '{written}', note: new}}\n"})

    seed(connection=connection)
    again = seed(connection=connection)

    assert connection.execute("select note from public.things order by note").fetchall() == [("new",)]
    assert [table.unchanged for table in again.tables] == [1]


@pytest.mark.parametrize("name", ["citext", "ltree"])
def test_a_label_is_looked_up_by_a_value_of_the_type(
    connection: Connection, project: Write, name: str, schema: str
) -> None:
    create_extension(connection, name, schema)
    plant(connection, f"{schema}.{name}")
    written, found = SETTINGS[name]
    connection.execute(
        f"""
        create table public.things (id serial primary key, at {schema}.{name} unique);
        create table public.notes (thing_id integer references public.things);
        insert into public.things (id, at) values (7, '{found}');
        """.encode()
    )
    project(
        {
            "fixtures/things.yml": f"one: {{at: '{written}'}}\n",
            "fixtures/notes.yml": "- {thing_id: one}\n",
        }
    )

    seed(connection=connection)

    assert connection.execute("select thing_id from public.notes").fetchall() == [(7,)]
