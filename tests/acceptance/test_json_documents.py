"""What `--json` writes says of every command in the same way whether all is right."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from tests.conftest import Run, Write

COMMANDS = [
    ["seed"],
    ["seed", "--list"],
    ["generate", "users=3"],
    ["generate", "--explain"],
    ["fix-sequence", "--all"],
    ["check"],
    ["graph"],
    ["import", "rails", "rails"],
    ["import", "django", "django.json", "--output", "imported"],
]
FILES = {
    "fixtures/users.yml": "- {id: 1}\n",
    "rails/teams.yml": "ada: {id: 1}\n",
    "django.json": "[]",
}


@pytest.fixture
def tables(connection: psycopg.Connection[Any], project: Write) -> None:
    connection.execute("create table users (id serial primary key); create table teams (id serial primary key)")
    project(FILES)


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_document_says_that_all_is_right(command: list[str], database: str, seedkit: Run) -> None:
    ran = seedkit(*command, "--json", DATABASE_URL=database)

    document = json.loads(ran.stdout)
    assert (ran.returncode, document["version"], document["ok"]) == (0, 1, True), ran.stderr


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_document_of_an_error_says_what_is_wrong(command: list[str], seedkit: Run) -> None:
    ran = seedkit(*command, "--json", "--url", "postgresql://localhost:1/nowhere")

    document = json.loads(ran.stdout)
    assert (ran.returncode, document["ok"]) == (2, False)
    assert set(document["error"]) == {"message", "at", "detail", "hint"}


def test_a_table_that_is_full_is_right_though_more_was_asked_for(
    connection: psycopg.Connection[Any], database: str, project: Write, seedkit: Run
) -> None:
    connection.execute("create table flags (is_set boolean primary key)")
    project({})

    ran = seedkit("generate", "flags=2000", "--json", DATABASE_URL=database)

    assert (ran.returncode, json.loads(ran.stdout)["ok"]) == (0, True)
    assert connection.execute("select count(*) from flags").fetchone() == (2,)
