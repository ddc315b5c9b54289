"""The character of code 0, which PostgreSQL's text can not hold: told with the column and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed

Connection = psycopg.Connection[Any]
Write = Callable[[dict[str, str]], Path]

SCHEMA = """
    create extension if not exists hstore;
    create type pair as (name text, number integer);
    create table users (
        id integer primary key, name text, tags text[], specs jsonb, raw json, old hstore, pair pair, icon bytea,
        age int
    );
    """
SEEDER = "def seed(db):\n    db.insert('users', [{{'id': 1, {}}}])\n"


@pytest.fixture
def refused(project: Write, connection: Connection) -> Callable[[str, str], SeedkitError]:
    def run(name: str, text: str) -> SeedkitError:
        connection.execute(SCHEMA.encode())
        project({name: text})
        with pytest.raises(SeedkitError) as caught:
            seed(connection=connection)
        return caught.value

    return run


@pytest.mark.parametrize(
    ("value", "column"),
    [
        (r'name: "a\0b"', "name"),
        (r'name: !format "a\x00b"', "name"),
        (r'tags: ["a", "\0"]', "tags"),
        (r'old: {a: "\0"}', "old"),
        (r'pair: {name: "\0"}', "pair"),
        (r'icon: "\0"', "icon"),
        (r'age: "\0"', "age"),
        pytest.param(f'name: "{"x" * 1_100_000}\\0"', "name", id="in a long row"),
    ],
)
def test_a_text_with_it_is_refused_with_its_column_and_line(
    value: str, column: str, refused: Callable[[str, str], SeedkitError]
) -> None:
    error = refused("fixtures/users.yml", f"- {{id: 1}}\n- {{id: 2, {value}}}\n")

    assert str(error.origin) == "fixtures/users.yml:2"
    assert error.message == f'column "{column}" holds a character of code 0, which PostgreSQL has in no text'
    assert error.hint == "Take it out. Bytes go into a bytea column, as !!binary or !file."


def test_a_jsonb_document_with_it_is_told_what_takes_it(refused: Callable[[str, str], SeedkitError]) -> None:
    error = refused("fixtures/users.yml", '- {id: 1}\n- {id: 2, specs: {a: "\\0"}}\n')

    assert str(error.origin) == "fixtures/users.yml:2"
    assert 'column "specs"' in str(error.detail)
    assert error.hint == r"jsonb has no character of code 0 (\u0000): take it out, or make the column json."


def test_a_json_document_keeps_it(project: Write, connection: Connection) -> None:
    connection.execute(SCHEMA.encode())
    project({"fixtures/users.yml": '- {id: 1, raw: {a: "\\0"}}\n'})

    seed(connection=connection)

    assert connection.execute("select raw::text from users").fetchone() == ('{"a": "\\u0000"}',)


@pytest.mark.parametrize("value", [r"'name': 'a\0b'", r"'tags': ['a\0b']", r"'pair': {'name': 'a\0b'}"])
def test_a_seeder_is_told_so_too(value: str, refused: Callable[[str, str], SeedkitError]) -> None:
    error = refused("seeders/users.py", SEEDER.format(value))

    assert str(error.origin) == "seeders/users.py:2"
    assert "a character of code 0" in f"{error.message} {error.detail}"
    assert error.hint == "Take it out. Bytes go into a bytea column, as a bytes object."
