"""A report that can't be written: that the work is done is said of what has written to the database, and no more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import Write

Connection = psycopg.Connection[Any]

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")


@pytest.fixture
def users(connection: Connection, project: Write) -> Path:
    connection.execute("create table users (id serial primary key, name text)")
    return project({"fixtures/users.yml": "- {id: 1, name: Ada}\n"})


def lost(command: str, database: str) -> subprocess.CompletedProcess[str]:
    with Path("/dev/full").open("wb") as full:
        return subprocess.run(
            [str(Path(sys.executable).with_name("seedkit")), *command.split()],
            env={**os.environ, "DATABASE_URL": database},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )


@pytest.mark.parametrize("command", ["seed", "fix-sequence users", "generate users=1"])
def test_what_has_written_says_that_the_work_is_done(users: Path, database: str, command: str) -> None:
    ran = lost(command, database)

    assert ran.returncode == 1
    assert ran.stderr.count("error: the report could not be written: No space left on device\n") == 1
    assert "hint: The work itself is done." in ran.stderr


@pytest.mark.parametrize(
    "command",
    ["check", "graph", "seed --list", "seed --dry-run", "fix-sequence users --dry-run", "generate --explain"],
)
def test_what_does_nothing_but_report_has_no_work_to_speak_of(users: Path, database: str, command: str) -> None:
    ran = lost(command, database)

    assert ran.returncode == 1
    assert "error: the report could not be written: No space left on device\n" in ran.stderr
    assert "hint" not in ran.stderr


@pytest.mark.parametrize("command", ["--help", "--version", "seed --help", "--show-completion bash"])
def test_what_is_told_of_the_program_itself_is_lost_with_words(clean_environment: None, command: str) -> None:
    ran = lost(command, "")

    assert ran.returncode == 1
    assert ran.stderr == "error: standard output could not be written to: No space left on device\n"
