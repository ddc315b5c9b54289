"""`seedkit generate` at a terminal: very many rows are asked about once, and progress waits a second."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit.cli import terminal
from seedkit.cli.terminal import ProgressLines
from tests.acceptance.terminals import typed
from tests.conftest import Write

Connection = psycopg.Connection[Any]

MANY = "users=100001"


@pytest.fixture
def folder(project: Write, connection: Connection) -> Path:
    connection.execute("create table users (id serial primary key)")
    return project({})


def count(connection: Connection) -> int:
    return int(connection.execute("select count(*) from users").fetchall()[0][0])


@pytest.mark.parametrize(("answer", "code", "rows"), [("yes", 0, 100_001), ("no", 2, 0)])
def test_more_than_a_hundred_thousand_rows_are_asked_about(
    folder: Path, connection: Connection, database: str, answer: str, code: int, rows: int
) -> None:
    ended, shown = typed(answer, "generate", MANY, cwd=folder, DATABASE_URL=database)

    assert (ended, count(connection)) == (code, rows), shown
    assert f'100,001 rows will be added to database "{connection.info.dbname}" on' in shown
    assert ("Nothing was changed." in shown) == (answer == "no")


@pytest.mark.parametrize("apart", ["a dry run", "the database's comment"])
def test_nobody_is_asked_where_it_is_meant(folder: Path, connection: Connection, database: str, apart: str) -> None:
    if apart == "the database's comment":
        name = connection.info.dbname
        connection.execute(f"comment on database {name} is 'for tests\n[seedkit: generate]'".encode())

    ended, shown = typed(
        "", "generate", MANY, *(["--dry-run"] if apart == "a dry run" else []), cwd=folder, DATABASE_URL=database
    )

    assert ended == 0, shown
    assert "Type yes" not in shown


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written to standard error, a text a time."""
    told: list[str] = []
    monkeypatch.setattr(terminal, "tell", lambda text, **_ends: told.append(text.strip()))
    return told


def record(text: str, *, meanwhile: bool) -> logging.LogRecord:
    made = logging.LogRecord("seedkit", logging.INFO, "", 0, text, None, None)
    made.__dict__ |= {"step": 1, "steps": 2, "patient": True, "meanwhile": meanwhile}
    return made


@pytest.mark.parametrize(
    ("is_terminal", "patience", "shown"),
    [
        (True, 0.0, ["[1/2] users: half", "[1/2] users: all"]),
        (True, 60.0, []),
        (False, 60.0, ["[1/2] users: all"]),
    ],
    ids=["a terminal, after a second", "a terminal, before", "no terminal"],
)
def test_progress_is_shown_meanwhile_at_a_terminal_that_has_waited(
    logged: list[str], monkeypatch: pytest.MonkeyPatch, is_terminal: bool, patience: float, shown: list[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    monkeypatch.setattr(terminal, "_PATIENCE", patience)
    lines = ProgressLines()

    lines.emit(record("users: half", meanwhile=True))
    lines.emit(record("users: all", meanwhile=False))

    assert [text for text in logged if text] == shown
