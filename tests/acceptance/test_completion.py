"""What a shell completes: its line is given as typer's scripts for bash, zsh and fish give it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.conftest import Run, Write


def completed(seedkit: Run, line: str, *, shell: str = "bash", **variables: str) -> list[str]:
    """What is offered at a line's end; without a complaint on standard error."""
    words = line.split(" ")
    asked = {
        "_SEEDKIT_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    ran = seedkit(**asked, **variables)
    assert ran.stderr == ""
    return ran.stdout.split()


@pytest.fixture
def tables(project: Write, connection: psycopg.Connection) -> None:
    project({})
    connection.execute("create schema app")
    connection.execute("create table users (id serial primary key, user_name text)")
    connection.execute('create table app.uses (id int); create table "odd name" (id int); create table orders (id int)')


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("seedkit fix-sequence u", ["users"]),
        ("seedkit fix-sequence ", ["app.uses", "orders", "users"]),
        ("seedkit fix-sequence users ", ["id", "user_name"]),
        ("seedkit fix-sequence users u", ["user_name"]),
        ("seedkit fix-sequence users id ", ["users_id_seq"]),
        ("seedkit check orders app", ["app.uses"]),
        ("seedkit dump o", ["orders"]),
        ("seedkit graph o", ["orders"]),
        ("seedkit generate o", ["orders"]),
        ("seedkit new fixture o", ["orders"]),
        ("seedkit fix-sequence missing ", []),
    ],
)
def test_names_of_the_database_are_offered(database: str, seedkit: Run, line: str, offered: list[str]) -> None:
    assert completed(seedkit, line, DATABASE_URL=database) == offered


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_is_answered(database: str, seedkit: Run, shell: str) -> None:
    offered = " ".join(completed(seedkit, "seedkit fix-sequence us", shell=shell, DATABASE_URL=database))

    assert "users" in offered
    assert "orders" not in offered


def test_fixtures_and_seeders_are_offered_without_a_database_and_no_seeder_runs(project: Write, seedkit: Run) -> None:
    seeder = 'raise SystemExit("it ran")\n@seeder(depends_on=["a"])\ndef customers(db): ...\ndef helper(): ...\n'
    project({"fixtures/countries.yml": "", "fixtures/demo/cities.yaml": "", "seeders/some.py": seeder})

    assert completed(seedkit, "seedkit seed c") == ["cities", "countries", "customers"]
    assert completed(seedkit, "seedkit seed h") == []


def test_without_a_database_nothing_is_offered_and_nothing_is_said(project: Write, seedkit: Run) -> None:
    project({})

    assert completed(seedkit, "seedkit check u") == []
    assert completed(seedkit, "seedkit check u", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none") == []
    assert completed(seedkit, "seedkit check u", DATABASE_URL="no url at all") == []


def test_an_embedded_server_is_not_started_for_it(project: Write, tmp_path: Path, seedkit: Run) -> None:
    project({"pyproject.toml": '[tool.seedkit.embedded]\nschema = ["schema.sql"]\n', "schema.sql": ""})

    assert completed(seedkit, "seedkit check u") == []
    assert not (tmp_path / ".seedkit").exists()


def test_a_url_that_was_typed_is_the_one_that_is_asked(
    project: Write, connection: psycopg.Connection, database: str, seedkit: Run
) -> None:
    project({})
    connection.execute("create table elsewhere (id int)")
    url = f"postgresql:///?{database.replace(' ', '&')}"

    assert completed(seedkit, f"seedkit check --url {url} e") == ["elsewhere"]
