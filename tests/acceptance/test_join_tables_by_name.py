"""Join tables without foreign keys, and irregular plurals: labels stand where the names tell what is meant (Rails)."""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
import pytest

from seedkit import SeedkitError, seed
from tests.conftest import Write

Connection = psycopg.Connection[Any]

SCHEMA: LiteralString = """
    create table users (id serial primary key, name text unique);
    create table tags (id serial primary key, name text unique);
    create table tags_users (user_id integer, tag_id integer);
    """
USERS = "_fixture: {key: name}\nben: {name: Ben}\neve: {name: Eve}\n"
TAGS = "_fixture: {key: name}\nred: {name: Red}\nblue: {name: Blue}\n"
JOINED: LiteralString = """
    select users.name, tags.name from tags_users join users on users.id = user_id join tags on tags.id = tag_id
    order by 1, 2
    """


def seeded_twice(connection: Connection, project: Write, **files: str) -> set[int]:
    """Seed fixtures twice, and give how many rows the second run has inserted or updated."""
    project({f"fixtures/{name}.yml": text for name, text in files.items()})
    seed(connection=connection)
    return {table.inserted + table.updated for table in seed(connection=connection).tables}


@pytest.mark.parametrize("options", ["key: name", "ids: from-labels"])
@pytest.mark.parametrize("tags", ["red, blue", "[red, blue]"])
def test_a_list_of_labels_fills_a_join_table_without_foreign_keys(
    connection: Connection, project: Write, tags: str, options: str
) -> None:
    connection.execute(SCHEMA)
    users = f"_fixture: {{{options}}}\nben: {{name: Ben, tags: {tags if '[' in tags else repr(tags)}}}\n"

    assert seeded_twice(connection, project, users=users, tags=TAGS.replace("key: name", options)) == {0}
    assert connection.execute(JOINED).fetchall() == [("Ben", "Blue"), ("Ben", "Red")]


def test_rows_of_a_join_table_without_foreign_keys_hold_labels(connection: Connection, project: Write) -> None:
    connection.execute(SCHEMA)
    joined = "one: {user_id: ben, tag_id: red}\ntwo: {user: eve, tag: blue}\n"

    assert seeded_twice(connection, project, users=USERS, tags=TAGS, tags_users=joined) == {0}
    assert connection.execute(JOINED).fetchall() == [("Ben", "Red"), ("Eve", "Blue")]


def test_keys_in_a_list_are_keys(connection: Connection, project: Write) -> None:
    connection.execute(SCHEMA)
    connection.execute("insert into tags values (7, 'Green')")
    users = "_fixture: {key: name}\n- {id: 3, name: Ben, tags: [7, red]}\n"

    assert seeded_twice(connection, project, users=users, tags=TAGS) == {0}
    assert connection.execute(JOINED).fetchall() == [("Ben", "Green"), ("Ben", "Red")]


def test_a_label_that_is_none_is_told_with_its_table(connection: Connection, project: Write) -> None:
    connection.execute(SCHEMA)
    project({"fixtures/users.yml": "ben: {id: 1, name: Ben, tags: [redd]}\n", "fixtures/tags.yml": "red: {id: 1}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert caught.value.message == 'no row of table "tags" is labelled "redd"'
    assert str(caught.value.origin) == "fixtures/users.yml:1"


@pytest.mark.parametrize("after_both", [True, False])
def test_of_several_join_tables_the_one_that_is_called_after_both_is_meant(
    connection: Connection, project: Write, after_both: bool
) -> None:
    connection.execute(SCHEMA)
    connection.execute("create table bans (user_id integer, tag_id integer)")
    if not after_both:
        connection.execute("alter table tags_users rename to choices")
    project({"fixtures/users.yml": "ben: {id: 1, tags: [red]}\n", "fixtures/tags.yml": "red: {id: 1}\n"})

    if after_both:
        seed(connection=connection)
        assert connection.execute("select * from tags_users").fetchall() == [(1, 1)]
    else:
        with pytest.raises(SeedkitError, match='has no column "tags"'):
            seed(connection=connection)


def test_irregular_plurals_are_known(connection: Connection, project: Write) -> None:
    words = {"person": "people", "child": "children", "sales_woman": "sales_women", "category": "categories"}
    words |= {"address": "addresses", "mouse": "mice", "analysis": "analyses", "leaf": "leaves", "index": "indices"}
    for plural in words.values():
        connection.execute(f"create table {plural} (id integer primary key)".encode())
    columns = ", ".join(f"{word}_id integer" for word in words)
    connection.execute(f"create table notes (id integer, {columns}, owner_id integer, owner_type text)".encode())
    fixtures = {f"fixtures/{plural}.yml": f"one: {{id: {n}}}\n" for n, plural in enumerate(words.values())}
    note = "".join(f", {word}: one" for word in words)
    project({**fixtures, "fixtures/notes.yml": f"- {{id: 0{note}, owner: one (Person)}}\n"})

    seed(connection=connection)

    assert connection.execute("select * from notes").fetchone() == (0, *range(len(words)), 0, "Person")


def test_a_regular_plural_that_is_there_is_meant(connection: Connection, project: Write) -> None:
    connection.execute(
        "create table persons (id integer primary key); create table people (id integer primary key);"
        "create table notes (person_id integer)"
    )
    project(
        {
            "fixtures/persons.yml": "one: {id: 1}\n",
            "fixtures/people.yml": "one: {id: 2}\n",
            "fixtures/notes.yml": "- {person: one}\n",
        }
    )

    seed(connection=connection)

    assert connection.execute("select * from notes").fetchall() == [(1,)]
