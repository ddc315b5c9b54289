"""A label that only the fixtures of another environment have: the message names their file and the option."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed

Connection = psycopg.Connection[Any]
Write = Callable[[dict[str, str]], Path]

USERS = "_fixture: {environments: [dev, demo]}\nben: {id: 1}\nada: {id: 2}\n"


@pytest.fixture
def told(project: Write, connection: Connection) -> Callable[[dict[str, str]], str | None]:
    """Seed without an environment what refers to a user of dev and demo; give the hint of the error."""

    def run(files: dict[str, str]) -> str | None:
        connection.execute("create table users (id integer primary key)")
        connection.execute("create table posts (id integer primary key, user_id integer references users)")
        project({"fixtures/users.yml": USERS, **files})
        with pytest.raises(SeedkitError) as caught:
            seed(connection=connection)
        return caught.value.hint

    return run


@pytest.mark.parametrize(
    "files",
    [
        {"fixtures/posts.yml": "- {id: 1, user_id: ada}"},
        {"fixtures/posts.yml": "- {id: 1, user: ada}"},
        {"fixtures/posts.yml": "- {id: 1, user_id: !ref ada}"},
        {"fixtures/posts.yml": "- {id: 1, user_id: !ref users.ada}"},
        {"fixtures/posts.yml": "- {id: 1, user_id: ada}", "fixtures/all.yml": "users:\n  eve: {id: 3}\n"},
        {"seeders/posts.py": "def seed(db):\n    db.ref('users.ada')\n"},
        {"seeders/posts.py": "def seed(db):\n    db.ref('users.ada.id')\n"},
    ],
)
def test_the_file_that_has_the_label_is_named_with_the_option(
    files: dict[str, str], told: Callable[[dict[str, str]], str | None]
) -> None:
    assert told(files) == '"ada" stands at fixtures/users.yml:3, which loads only with --env dev or --env demo.'


def test_a_file_of_another_environment_that_can_not_be_read_changes_no_message(
    told: Callable[[dict[str, str]], str | None],
) -> None:
    broken = "_fixture: {environments: [dev]}\nada: {id: !nosuch 2}\neve: {id: 3}\n"

    hint = told({"fixtures/users.yml": broken, "fixtures/posts.yml": "- {id: 1, user_id: eve}"})

    assert hint is not None
    assert hint.startswith('No row of "users" has a label')
