"""docs/examples/fastapi does what its README says, in a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.conftest import ROOT

for library in ("fastapi", "httpx", "asyncpg", "alembic"):
    pytest.importorskip(library)

Run = Callable[..., str]


@pytest.fixture
def blog(tmp_path: Path, clean_environment: None) -> Path:
    return Path(
        shutil.copytree(
            ROOT / "docs" / "examples" / "fastapi", tmp_path / "blog", ignore=shutil.ignore_patterns("__pycache__")
        )
    )


@pytest.fixture
def run(blog: Path) -> Run:
    """Run a command of the environment in the example's folder; what fails raises with what was told."""

    def command(name: str, *arguments: str, **variables: str) -> str:
        ran = subprocess.run(
            [str(Path(sys.executable).with_name(name)), *arguments],
            cwd=blog,
            env={**os.environ, "PYTHONPATH": str(blog), **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, (name, ran.stdout, ran.stderr)
        return ran.stdout

    return command


def url_of(conninfo: str) -> str:
    parts = conninfo_to_dict(conninfo)
    return f"postgresql://{parts['user']}@/{parts['dbname']}?host={parts['host']}&port={parts['port']}"


def test_its_commands_leave_a_database_that_is_right(
    run: Run, database: str, connection: psycopg.Connection[Any]
) -> None:
    variables = {"DATABASE_URL": url_of(database)}

    run("alembic", "upgrade", "head", **variables)
    first = run("seedkit", "seed", "--require-migrated", **variables)
    second = run("seedkit", "seed", "--require-migrated", **variables)
    run("seedkit", "check", **variables)

    assert "seeded 3 tables: 9 inserted, 0 updated, 1 unchanged" in first
    assert "nothing changed: 10 rows in 3 tables" in second
    assert list(connection.execute("select count(*) from comments")) == [(6,)]


def test_its_migrations_can_be_printed(run: Run, database: str) -> None:
    printed = run("alembic", "upgrade", "head", "--sql", DATABASE_URL=url_of(database))

    assert "do $seedkit$" in printed


def test_its_tests_pass_on_two_workers(run: Run, server: str) -> None:
    told = run("pytest", "--numprocesses=2", "-p", "no:randomly", "-W", "error", "-q", SEEDKIT_TEST_URL=url_of(server))

    assert "7 passed" in told
