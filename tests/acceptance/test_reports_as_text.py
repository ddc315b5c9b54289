"""`print(report)` in Python shows what the command shows."""

from __future__ import annotations

import re
from collections.abc import Callable

import psycopg
import pytest
from typer.testing import CliRunner

from seedkit import check_sequences, fix_sequence, fix_sequences, seed
from seedkit.cli.app import app
from tests.conftest import Write

NAME = "Us\x1bers"


@pytest.fixture(autouse=True)
def users(project: Write, connection: psycopg.Connection, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that is behind, and one with an odd name whose column computes."""
    connection.execute("create table users (id serial primary key, name text); insert into users values (41)")
    connection.execute(f"create sequence s; create table \"{NAME}\" (id bigint default 2 * nextval('s'))")
    project({"fixtures/users.yml": "- {id: 60, name: Ada}\n"})
    monkeypatch.setenv("DATABASE_URL", database)


def shown(*arguments: str) -> str:
    return without_times(CliRunner().invoke(app, arguments).stdout)


def without_times(text: str) -> str:
    return re.sub(r"in \d+\.\d\d s", "in … s", text)


@pytest.mark.parametrize(
    ("arguments", "call"),
    [
        (["seed", "--dry-run"], lambda: seed(dry_run=True)),
        (["seed"], seed),
        (["check"], check_sequences),
        (["check", "users"], lambda: check_sequences(["users"])),
        (["fix-sequence", "--all", "--dry-run"], lambda: fix_sequences(dry_run=True)),
        (["fix-sequence", "users"], lambda: fix_sequences(["users"])),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_report_as_text_is_what_the_command_prints(
    arguments: list[str], call: Callable[[], object], connection: psycopg.Connection
) -> None:
    report = call()
    connection.execute("select setval('users_id_seq', 1, false)")
    if arguments == ["seed"]:
        connection.execute("delete from users where id = 60")

    text = shown(*arguments)

    assert without_times(f"{report}\n") == text
    assert "\x1b" not in text


def test_the_report_on_one_sequence_is_its_line_of_the_table() -> None:
    report = fix_sequence("users")

    assert str(report) == (
        "column    sequence      next value  highest id\nusers.id  users_id_seq  1 → 42      41          fixed"
    )


def test_what_a_report_is_made_of_is_still_shown_by_repr() -> None:
    assert repr(seed()).startswith("SeedReport(server=ServerIdentity(version=")
    assert repr(check_sequences()).startswith("RepairReport(server=ServerIdentity(version=")
    assert repr(fix_sequence("users")).startswith("SequenceReport(table=TableName(schema='public', name='users'), ")
