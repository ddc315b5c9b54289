"""`on_conflict: error` stops where a row like one of the file is there, also where no key would refuse it."""

from __future__ import annotations

from textwrap import dedent

import pytest

from seedkit import seed
from seedkit.errors import LoadError
from tests.conftest import Write
from tests.postgres.loads import Connection, Load, Refusal, many, rows_of

pytestmark = pytest.mark.usefixtures("way")


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    emptied.execute("create table users (id serial primary key, email text unique, name text)")
    return emptied


def names(connection: Connection) -> list[str]:
    return [name for (name,) in rows_of(connection, "select name from users order by id")]


def test_rows_with_a_drawn_key_are_not_inserted_again(connection: Connection, load: Load, refusal: Refusal) -> None:
    fixture = "_fixture: {on_conflict: error}\na: {name: Ada}\nb: {name: Ben}\n"
    load(users=fixture)
    connection.execute("delete from users where name = 'Ada'")

    error = refusal(users=fixture)

    assert error.message == 'table "users" has a row like this one already, name Ben'
    assert str(error.origin) == "fixtures/users.yml:3"
    assert names(connection) == ["Ben"]


def test_all_rows_that_are_there_are_named(connection: Connection, refusal: Refusal) -> None:
    connection.execute("insert into users (name) values ('Ben'), ('Ada')")
    fixture = "_fixture: {on_conflict: error}\na: {name: Ada}\nc: {name: Cy}\nb: {name: Ben}\n"

    error = refusal(users=fixture)

    assert (str(error.origin), error.detail) == ("fixtures/users.yml:2", "also at fixtures/users.yml:4: name Ben")


def test_rows_of_values_that_differ_at_every_run_are_new(connection: Connection, load: Load) -> None:
    connection.execute("create table visits (id serial primary key, at timestamptz)")
    fixture = "_fixture: {on_conflict: error}\na: {at: !ago 1d}\n"

    assert [load(visits=fixture), load(visits=fixture)] == [{"visits": (1, 0, 0)}] * 2


def test_a_seeders_rows_are_not_inserted_again(connection: Connection, project: Write) -> None:
    seeder = """
        from seedkit import seeder

        @seeder()
        def users(db):
            db.insert("users", [{"name": "Ada"}], on_conflict="error")
        """
    project({"seeders/users.py": dedent(seeder)})
    seed(connection=connection)

    with pytest.raises(LoadError, match='table "users" has a row like this one already, name Ada'):
        seed(connection=connection)

    assert names(connection) == ["Ada"]


def test_rows_of_a_table_without_any_key_are_not_inserted_again(
    connection: Connection, load: Load, refusal: Refusal
) -> None:
    connection.execute("create table notes (text text, price numeric, specs json)")
    fixture = "_fixture: {on_conflict: error}\na: {text: ~, price: 1.10, specs: {a: 1}}\n"

    assert load(notes=fixture) == {"notes": (1, 0, 0)}
    assert refusal(notes=fixture).message == (
        'table "notes" has a row like this one already, text null, price 1.10, specs {"a": 1}'
    )


def test_equal_rows_of_one_file_are_all_inserted(connection: Connection, load: Load) -> None:
    connection.execute("insert into users (name) values ('Eve')")

    assert load(users="_fixture: {on_conflict: error}\na: {name: Ada}\nb: {name: Ada}\n") == {"users": (2, 0, 0)}


def test_many_rows_are_not_inserted_again(connection: Connection, load: Load, refusal: Refusal) -> None:
    rows = "_fixture: {on_conflict: error}\n" + many(600, "n{n}: {{name: n{n}}}")
    connection.execute("insert into users (name) values ('n599')")

    assert str(refusal(users=rows).origin) == "fixtures/users.yml:600"
    connection.execute("delete from users")
    assert load(users=rows) == {"users": (600, 0, 0)}


@pytest.mark.parametrize("more", ["", many(600, "- {{name: m{n}}}")], ids=["few", "many"])
def test_equal_rows_that_are_there_are_each_named(connection: Connection, refusal: Refusal, more: str) -> None:
    connection.execute("create table notes (name text, text text)")
    connection.execute("insert into notes (name) values ('Ada'), ('Ben')")

    error = refusal(
        notes=f"_fixture: {{on_conflict: error}}\n- {{name: Ada}}\n- {{name: Ben}}\n- {{name: Ada}}\n{more}",
        also="_fixture: {table: notes, on_conflict: error}\n- {name: Ada}\n",
    )

    assert str(error).splitlines()[1:5] == [
        "  at fixtures/also.yml:2",
        "  also at fixtures/notes.yml:2: name Ada",
        "  also at fixtures/notes.yml:3: name Ben",
        "  also at fixtures/notes.yml:4: name Ada",
    ]


def test_a_row_of_another_file_that_may_be_there_is_not_named(connection: Connection, refusal: Refusal) -> None:
    connection.execute("create table notes (name text)")
    connection.execute("insert into notes (name) values ('Ada')")

    error = refusal(
        also="_fixture: {table: notes, on_conflict: skip}\n- {name: Ada}\n",
        notes="_fixture: {on_conflict: error}\n- {name: Ada}\n",
    )

    assert str(error.origin) == "fixtures/notes.yml:2"


def test_a_chosen_key_that_is_not_unique_recognises_what_is_there(connection: Connection, refusal: Refusal) -> None:
    connection.execute("insert into users (email, name) values ('old@x', 'Ada')")

    error = refusal(users="_fixture: {key: [name], on_conflict: error}\na: {name: Ada, email: new@x}\n")

    assert error.message == 'table "users" has a row like this one already, name Ada'


def test_a_key_that_is_null_recognises_what_is_there(connection: Connection, refusal: Refusal) -> None:
    connection.execute("insert into users (email, name) values (null, 'Ada')")

    error = refusal(users="_fixture: {on_conflict: error}\na: {email: ~, name: Ben}\n")

    assert error.message == 'table "users" has a row like this one already, email null'


def test_a_labelled_row_whose_key_is_drawn_before_is_not_inserted_again(
    connection: Connection, load: Load, refusal: Refusal
) -> None:
    connection.execute("create table parts (id serial primary key, name text, whole_id integer references parts)")
    fixture = "_fixture: {key: [name], on_conflict: error}\nwheel: {name: wheel, whole_id: car}\ncar: {name: car}\n"

    assert load(parts=fixture) == {"parts": (2, 0, 0)}
    assert refusal(parts=fixture).message == 'table "parts" has a row like this one already, name wheel'


def test_a_key_that_the_database_keeps_unique_is_refused_by_itself(connection: Connection, refusal: Refusal) -> None:
    connection.execute("insert into users (id, name) values (7, 'Ada')")

    error = refusal(users="_fixture: {on_conflict: error}\na: {id: 7, name: Ben}\n")

    assert error.message == 'duplicate key value violates unique constraint "users_pkey"'


def test_rows_of_a_table_with_rules_are_not_inserted_again(
    connection: Connection, load: Load, refusal: Refusal
) -> None:
    connection.execute("create table notes (id serial primary key, text text)")
    connection.execute("create rule noted as on insert to notes do also select 1")
    fixture = "_fixture: {on_conflict: error}\na: {text: once}\n"

    assert load(notes=fixture) == {"notes": (1, 0, 0)}
    assert refusal(notes=fixture).message == 'table "notes" has a row like this one already, text once'
