"""libpq's variables in our environment, which would lead what is meant for the embedded server elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from seedkit import seed
from seedkit.runner.database import ConfiguredDatabase, psql_command
from tests.conftest import Run, Write

TRAPS = {
    "PGHOSTADDR": {"PGHOSTADDR": "127.0.0.1"},
    "PGSERVICE": {"PGSERVICE": "production", "PGSERVICEFILE": "{folder}/services"},
    "an unknown PGSERVICE": {"PGSERVICE": "nowhere"},
    "PGOPTIONS": {"PGOPTIONS": "-c default_transaction_read_only=on -c search_path=trap"},
    "PGREQUIREAUTH": {"PGREQUIREAUTH": "scram-sha-256"},
    "PGTARGETSESSIONATTRS": {"PGTARGETSESSIONATTRS": "standby"},
    "PGTZ": {"PGTZ": "nowhere"},
    "PGDATESTYLE": {"PGDATESTYLE": "nowhere"},
    "PGUSER and others": {"PGUSER": "mallory", "PGDATABASE": "trap", "PGPORT": "1", "PGCONNECT_TIMEOUT": "soon"},
}


@pytest.fixture
def folder(project: Write, seedkit: Run) -> Iterator[Path]:
    """A project with an embedded server, which does not run yet."""
    folder = project(
        {
            "pyproject.toml": '[tool.seedkit.embedded]\nschema = ["schema.sql"]\n',
            "schema.sql": "create table users (id serial primary key);\n",
            "fixtures/users.yml": "- {id: 1}\n",
            "services": "[production]\nhostaddr=127.0.0.1\n",
        }
    )
    yield folder
    seedkit("db", "reset")


@pytest.mark.parametrize("trap", TRAPS.values(), ids=list(TRAPS))
def test_no_variable_of_libpq_reaches_a_connection_to_the_embedded_server(
    folder: Path, seedkit: Run, trap: dict[str, str]
) -> None:
    variables = {name: text.format(folder=folder) for name, text in trap.items()}

    migrated = seedkit("db", "migrate", **variables)
    url = seedkit("db", "url", **variables).stdout.strip()
    seeded = seedkit("seed", "--fresh", "--url", url, **variables)
    stopped = seedkit("db", "stop", **variables)

    assert (migrated.returncode, seeded.returncode, stopped.returncode) == (0, 0, 0), migrated.stderr + seeded.stderr
    assert "created the tables" in migrated.stderr
    assert "1 inserted" in seeded.stdout
    assert "is stopped" in stopped.stderr


def test_they_reach_neither_a_run_of_the_api_nor_are_they_lost(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c default_transaction_read_only=on")
    before = dict(os.environ)

    report = seed(directory=folder)

    assert report.tables[0].inserted == 1
    assert dict(os.environ) == before


def test_they_do_not_reach_psql_on_the_embedded_server(folder: Path, seedkit: Run) -> None:
    ran = seedkit("db", "psql", "--", "-XAtc", "show search_path", PGOPTIONS="-c search_path=trap", PGTZ="nowhere")

    assert (ran.returncode, ran.stdout) == (0, '"$user", public\n'), ran.stderr


SHOP = """
create schema shop; create table shop.events (id int);
create function judge() returns trigger language plpgsql as
    'begin perform count(*) from events; return new; end';
create trigger judge before insert on users for each row execute function judge();
"""


def test_a_search_path_that_a_trigger_counts_on_is_set_as_the_hint_says(folder: Path, seedkit: Run) -> None:
    with (folder / "schema.sql").open("a") as schema:
        schema.write(SHOP)

    refused = seedkit("generate", "users=5", PGOPTIONS="-c search_path=shop,public")
    url = seedkit("db", "url").stdout.strip()
    filled = seedkit("generate", "users=5", "--url", f"{url}&options=-csearch_path%3Dshop,public")

    assert refused.returncode == 1
    assert '--url "$(seedkit db url)&options=-csearch_path%3D…"' in refused.stderr.replace("\n", " ")
    assert filled.returncode == 0, filled.stderr


@pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not on this machine")
def test_nor_psql_on_its_url(folder: Path, seedkit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    url = seedkit("db", "url").stdout.strip()
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.1")

    _, environment = psql_command(ConfiguredDatabase(conninfo=url, source="DATABASE_URL"))

    assert "PGHOSTADDR" not in environment


def test_a_database_that_is_configured_keeps_them(database: str, clean_environment: None) -> None:
    script = "import seedkit; seedkit.fix_sequences(); print('reached')"

    ran = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "DATABASE_URL": database, "PGOPTIONS": "-c nothing.of_the_kind"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "reached" not in ran.stdout
    assert "nothing.of_the_kind" in ran.stderr


def test_where_they_count_the_hint_names_pgoptions(
    database: str, connection: psycopg.Connection, seedkit: Run, clean_environment: None
) -> None:
    connection.execute("create table users (id serial primary key);" + SHOP)

    refused = seedkit("generate", "users=5", DATABASE_URL=database)
    filled = seedkit("generate", "users=5", DATABASE_URL=database, PGOPTIONS="-c search_path=shop,public")

    assert refused.returncode == 1
    assert "PGOPTIONS='-c search_path=…'" in refused.stderr
    assert filled.returncode == 0, filled.stderr
