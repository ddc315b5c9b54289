"""An empty option, as `--url "$NOT_SET"` leaves, is not taken for one left out: the run would do something else."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from tests.conftest import Run, Write

COMMANDS = [
    ["seed", "--url"],
    ["seed", "--env"],
    ["generate", "--url"],
    ["generate", "--env"],
    ["check", "--url"],
    ["fix-sequence", "users", "--url"],
    ["protect", "--url"],
    ["db", "wait", "--url"],
    ["dump", "users", "--output"],
    ["dump", "users", "--where"],
    ["schema", "--output"],
    ["import", "rails", "rails", "--output"],
    ["import", "django", "django.json", "--output"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_empty_option_is_refused_before_anything_is_written(
    command: list[str], project: Write, connection: psycopg.Connection[Any], database: str, seedkit: Run
) -> None:
    connection.execute("create table users (id integer primary key)")
    files = {"fixtures/users.yml": "- {id: 1}\n", "rails/users.yml": "ada: {id: 1}\n", "django.json": "[]"}
    folder = project(files)

    ran = seedkit(*command, "", DATABASE_URL=database)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        f"error: {command[-1]} is empty\n\n"
        f"hint: Give it a value, or leave {command[-1]} out; a variable that stands for it may not be set.\n"
    )
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == set(files)
    assert connection.execute("select count(*) from users").fetchone() == (0,)


def test_an_empty_option_is_told_as_json_too(project: Write, database: str, seedkit: Run) -> None:
    project({})

    ran = seedkit("check", "--json", "--url", "", DATABASE_URL=database)

    assert json.loads(ran.stdout)["error"]["message"] == "--url is empty"
