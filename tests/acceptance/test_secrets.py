"""A password, wherever it comes from, is in nothing that seedkit prints, and not in the list of processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.acceptance.conftest import Asked
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

SECRET = "hunter2hunter2"
COMMANDS = [["seed"], ["check"], ["fix-sequence", "--all"], ["seed", "--list"], ["protect"]]


@pytest.fixture
def guarded(connection: Connection, asked_for_its_password: Asked) -> Iterator[str]:
    """A role that owns the database and has to give its password."""
    name = connection.info.dbname
    role = f"owner_of_{name}"
    connection.execute(sql.SQL("create role {} login password {}").format(sql.Identifier(role), SECRET))
    connection.execute(sql.SQL("alter database {} owner to {}").format(sql.Identifier(name), sql.Identifier(role)))
    connection.execute(
        sql.SQL("create table users (id serial primary key); alter table users owner to {}").format(
            sql.Identifier(role)
        )
    )
    with asked_for_its_password(role):
        yield role
    connection.execute(sql.SQL("reassign owned by {} to current_user").format(sql.Identifier(role)))
    connection.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


def configured(source: str, folder: Path, database: str, role: str, password: str) -> dict[str, str]:
    """Put the password where a source has it, and give the variables of the environment that belong to it."""
    given = conninfo_to_dict(database)
    url = f"postgresql://{role}:{password}@/{given['dbname']}?host={given['host']}&port={given['port']}"
    without = make_conninfo(database, user=role)
    if source == "environment":
        return {"DATABASE_URL": url}
    if source == "key=value":
        return {"DATABASE_URL": make_conninfo(database, user=role, password=password)}
    if source == "PGPASSWORD":
        return {"DATABASE_URL": without, "PGPASSWORD": password}
    if source == ".env":
        (folder / ".env").write_text(f"DATABASE_URL='{url}'\n", encoding="utf-8")
    if source == "pyproject.toml":
        (folder / "pyproject.toml").write_text(f'[tool.seedkit]\nurl = "{url}"\n', encoding="utf-8")
    if source == "pgpass":
        (folder / "pgpass").write_text(f"*:*:*:{role}:{password}\n", encoding="utf-8")
        (folder / "pgpass").chmod(0o600)
        return {"DATABASE_URL": without, "PGPASSFILE": str(folder / "pgpass")}
    if source == "service":
        lines = [f"{name}={value}" for name, value in given.items()]
        text = "\n".join(
            [
                "[shop]",
                *(line for line in lines if not line.startswith("user=")),
                f"user={role}",
                f"password={password}",
            ]
        )
        (folder / "services").write_text(f"{text}\n", encoding="utf-8")
        return {"PGSERVICE": "shop", "PGSERVICEFILE": str(folder / "services")}
    return {}


SOURCES = ["environment", "key=value", "PGPASSWORD", ".env", "pyproject.toml", "pgpass", "service"]


@pytest.mark.parametrize("source", SOURCES)
def test_a_password_that_is_right_is_shown_nowhere(
    project: Write, database: str, guarded: str, seedkit: Run, source: str
) -> None:
    folder = project({"fixtures/users.yml": "- {id: 1}\n"})
    variables = configured(source, folder, database, guarded, SECRET)

    runs = [seedkit(*command, "--debug", **variables) for command in COMMANDS]

    assert [ran.returncode for ran in runs] == [0] * len(COMMANDS), [ran.stderr for ran in runs]
    assert SECRET not in "".join(ran.stdout + ran.stderr for ran in runs)


@pytest.mark.parametrize("source", SOURCES)
def test_a_password_that_is_wrong_is_shown_nowhere(
    project: Write, database: str, guarded: str, wrong_password: str, seedkit: Run, source: str
) -> None:
    folder = project({"fixtures/users.yml": "- {id: 1}\n"})
    variables = configured(source, folder, database, guarded, "wrongwrong")

    ran = seedkit("seed", "--debug", "--json", **variables)

    assert ran.returncode == 2
    assert wrong_password in ran.stderr
    assert "wrongwrong" not in ran.stdout + ran.stderr


@pytest.mark.parametrize("sign", ["@", "/", "#", ":", "?", "%", " ", "'", "\\", "&", "é"])
@pytest.mark.parametrize("source", ["environment", ".env", "pyproject.toml"])
def test_a_password_that_is_badly_quoted_is_shown_in_no_piece(
    project: Write, database: str, seedkit: Run, source: str, sign: str
) -> None:
    folder = project({"fixtures/users.yml": "- {id: 1}\n"})
    variables = configured(source, folder, database, "ada", f"hunter{sign}xyzzy{sign}plugh")

    ran = seedkit("check", "--json", "--debug", **variables)

    assert not [piece for piece in ("hunter", "xyzzy", "plugh") if piece in ran.stdout + ran.stderr]


def test_a_password_is_not_in_the_list_of_processes_unless_it_was_typed_there(
    project: Write, database: str, guarded: str
) -> None:
    folder = project(
        {
            "fixtures/users.yml": "- {id: 1}\n",
            "seeders/slow.py": "def seed(db):\n    print(open('/proc/self/cmdline').read())\n",
        }
    )
    variables = configured("environment", folder, database, guarded, SECRET)

    ran = subprocess.run(
        [str(Path(sys.executable).with_name("seedkit")), "seed"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert "seedkit\0seed" in ran.stderr
    assert SECRET not in ran.stderr


@pytest.mark.parametrize("source", ["environment", "key=value", ".env", "service"])
def test_psql_gets_no_password_on_its_command_line(
    project: Write, database: str, guarded: str, seedkit: Run, source: str
) -> None:
    """A stand-in for psql shows what it was given."""
    folder = project({})
    psql = folder / "bin" / "psql"
    psql.parent.mkdir()
    psql.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    psql.chmod(0o755)
    variables = configured(source, folder, database, guarded, SECRET)

    path = f"{psql.parent}:{os.environ['PATH']}"
    ran = seedkit("db", "psql", "--debug", "--", "-c", "select 1", PATH=path, **variables)

    assert ran.returncode == 0, ran.stderr
    assert "--dbname=" in ran.stdout
    assert ran.stdout.endswith("\n-c\nselect 1\n")
    assert SECRET not in ran.stdout + ran.stderr


def test_a_traceback_of_a_seeder_shows_no_password(project: Write, database: str, guarded: str, seedkit: Run) -> None:
    folder = project({"seeders/bad.py": "def seed(db):\n    raise RuntimeError(db.connection.info.dsn)\n"})
    variables = configured("environment", folder, database, guarded, SECRET)

    ran = seedkit("seed", "--debug", **variables)

    assert ran.returncode == 1
    assert SECRET not in ran.stdout + ran.stderr


def test_an_error_of_a_seeder_that_quotes_the_url_is_redacted(
    project: Write, database: str, guarded: str, seedkit: Run
) -> None:
    folder = project(
        {"seeders/bad.py": "import os\n\ndef seed(db):\n    raise RuntimeError(os.environ['DATABASE_URL'])\n"}
    )
    variables = configured("environment", folder, database, guarded, SECRET)

    runs = [seedkit("seed", *options, **variables) for options in ([], ["--json"], ["--debug"])]

    assert [ran.returncode for ran in runs] == [1, 1, 1]
    assert SECRET not in "".join(ran.stdout + ran.stderr for ran in runs)
