"""`generate.yml` as the command finds and reads it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit.config import load_settings
from seedkit.errors import ConfigurationError
from tests.conftest import Run

Connection = psycopg.Connection[Any]
Project = Callable[[dict[str, str]], Path]
USERS = "create table users (id serial primary key, plan text not null, mail text)"


def test_the_command_fills_tables_as_the_file_beside_pyproject_says(
    project: Project, seedkit: Run, connection: Connection, database: str
) -> None:
    connection.execute(USERS)
    folder = project(
        {"pyproject.toml": "[tool.seedkit]\n", "generate.yml": "users: {_rows: 12, plan: pro, mail: !env SHOP_MAIL}"}
    )

    ran = seedkit("generate", cwd=folder, DATABASE_URL=database, SHOP_MAIL="shop@example.com")

    assert ran.returncode == 0, ran.stderr
    assert connection.execute("select count(*), max(plan), max(mail) from users").fetchall() == [
        (12, "pro", "shop@example.com")
    ]


def test_a_mistake_in_the_file_ends_the_command_with_its_line(
    project: Project, seedkit: Run, connection: Connection, database: str
) -> None:
    connection.execute(USERS)
    folder = project({"generate.yml": "# the shop\nusers:\n  _rows: 5\n  plna: pro\n"})

    ran = seedkit("generate", cwd=folder, DATABASE_URL=database)

    assert ran.returncode == 1
    assert ran.stderr == (
        'error: table "users" has no column "plna"\n  at generate.yml:4\n\nhint: Did you mean "plan"?\n'
    )
    assert connection.execute("select count(*) from users").fetchall() == [(0,)]


def test_settings_name_the_file_and_the_generators_version(
    project: Project, seedkit: Run, connection: Connection, database: str
) -> None:
    connection.execute(USERS)
    settings = '[tool.seedkit.generate]\nfile = "db/rows.yml"\nversion = 99\n'
    folder = project({"pyproject.toml": settings, "db/rows.yml": ""})

    ran = seedkit("generate", cwd=folder, DATABASE_URL=database)

    assert load_settings(directory=folder).refinements == folder / "db" / "rows.yml"
    assert ran.returncode == 2
    assert "error: the project asks for version 99 of the generator, and this one is 1" in ran.stderr


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('file = "missing.yml"', "file does not exist"),
        ("file = 1", "file does not exist"),
        ('version = "1"', "version must be a whole number"),
        ("rows = 1", "takes file and version, and nothing else"),
    ],
)
def test_a_setting_that_is_none_is_refused(project: Project, settings: str, message: str) -> None:
    folder = project({"pyproject.toml": f"[tool.seedkit.generate]\n{settings}\n"})

    with pytest.raises(ConfigurationError, match=message):
        load_settings(directory=folder)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
def test_a_strangers_file_is_not_read(project: Project) -> None:
    folder = project({"pyproject.toml": "[tool.seedkit]\n", "generate.yml": ""})
    folder.chmod(0o1777)
    os.chown(folder / "generate.yml", 4242, 4242)

    with pytest.raises(ConfigurationError, match=r"generate\.yml"):
        load_settings(directory=folder)


def test_what_is_explained_is_written_down_once(
    project: Project, seedkit: Run, connection: Connection, database: str
) -> None:
    connection.execute(USERS)
    folder = project({"pyproject.toml": "[tool.seedkit]\n"})

    first = seedkit("generate", "--explain", "--write", cwd=folder, DATABASE_URL=database)
    second = seedkit("generate", "--explain", "--write", cwd=folder, DATABASE_URL=database)
    alone = seedkit("generate", "--write", cwd=folder, DATABASE_URL=database)

    assert (first.returncode, first.stdout) == (0, "wrote generate.yml\n"), first.stderr
    written = (folder / "generate.yml").read_text(encoding="utf-8")
    assert "\nusers:\n  # id: !range  # key\n  plan: !like plan  # name\n" in written
    assert (second.returncode, alone.returncode) == (2, 2)
    assert "error: generate.yml is there already" in second.stderr
    assert "--write writes what --explain says" in alone.stderr
