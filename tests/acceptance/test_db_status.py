"""`seedkit db status` tells what there is and makes nothing; `db migrate`, what a changed schema makes otherwise."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.terminals import typed
from tests.conftest import Run, Write


@pytest.fixture
def embedded(project: Write, seedkit: Run) -> Iterator[Path]:
    settings = '[tool.seedkit.embedded]\nschema = ["schema.sql"]\n'
    yield project({"pyproject.toml": settings, "schema.sql": "create table users (id int);"})
    seedkit("db", "reset")


def test_before_the_first_start_nothing_is_made(embedded: Path, seedkit: Run) -> None:
    ran = seedkit("db", "status")

    assert (ran.returncode, ran.stdout) == (0, "server  never started here: `seedkit db start`\n")
    assert not (embedded / ".seedkit").exists()


def test_a_server_that_runs_tells_its_tables_and_what_has_become_of_the_schema(embedded: Path, seedkit: Run) -> None:
    seedkit("db", "migrate")
    first = seedkit("db", "status").stdout
    (embedded / "schema.sql").write_text("create table users (id int, name text);", encoding="utf-8")

    changed = seedkit("db", "status").stdout
    document = json.loads(seedkit("db", "status", "--json").stdout)

    assert "database  1 table, " in first
    assert "schema    schema.sql, as these tables were made" in first
    assert "schema    schema.sql has changed since these tables were made" in changed
    assert "`seedkit db migrate` shows what differs" in changed
    assert (document["running"], document["tables"]) == (True, 1)
    assert document["schema_changes"] == ["schema.sql has changed"]


def test_what_differs_is_shown_and_made_so_if_somebody_wants_it(embedded: Path, seedkit: Run) -> None:
    seedkit("db", "migrate")
    (embedded / "schema.sql").write_text("create table users (id bigint, name text);", encoding="utf-8")

    warned = seedkit("db", "url").stderr
    unasked = seedkit("db", "migrate")
    refused = typed("no", "db", "migrate", cwd=embedded)[1]
    made = typed("yes", "db", "migrate", cwd=embedded)[1]
    again = seedkit("db", "migrate").stderr

    assert "warning: schema.sql has changed since these tables were made: `seedkit db migrate` shows" in warned
    assert unasked.returncode == 0
    assert "  ~ column users.id: integer → bigint\n  + column users.name: text\n\nthe tables are left" in unasked.stderr
    assert "Type yes to drop these tables with their rows and make them anew: " in refused
    assert "the tables are left as they are" in refused
    assert "made the tables anew; `seedkit seed` fills them" in made
    assert again == "the tables are there already; `seedkit db reset` starts over\n"


def test_a_server_that_was_stopped_stays_so(embedded: Path, seedkit: Run) -> None:
    seedkit("db", "start")
    seedkit("db", "stop")

    told = seedkit("db", "status").stdout

    assert told.startswith("server  stopped: `seedkit db start`\ndata ")
    assert json.loads(seedkit("db", "status", "--json").stdout)["running"] is False


def test_a_url_of_the_embedded_server_is_not_another_database(embedded: Path, seedkit: Run) -> None:
    url = seedkit("db", "url").stdout.strip()

    told = [
        seedkit("db", command, DATABASE_URL=url).stderr for command in ("url", "status", "migrate", "stop", "status")
    ]
    beside = seedkit("db", "status", DATABASE_URL=url.replace("/seedkit?", "/shop?")).stderr

    assert not any("this is the embedded server" in text for text in told)
    assert beside == "this is the embedded server, not the database of DATABASE_URL\n"


def test_whoever_names_the_embedded_server_by_its_url_is_told_what_starts_it(embedded: Path, seedkit: Run) -> None:
    url = seedkit("db", "url").stdout.strip()
    seedkit("db", "stop")

    ran = seedkit("check", DATABASE_URL=url)

    assert ran.returncode == 2
    assert "hint: The embedded server is stopped: `seedkit db start` starts it, in its project.\n" in ran.stderr


def test_damaged_data_of_the_embedded_server_lead_to_a_reset(embedded: Path, seedkit: Run) -> None:
    seedkit("db", "url")
    seedkit("db", "stop")
    for folder in (embedded / ".seedkit/postgres/base").iterdir():
        if int(folder.name) >= 16_384:  # none of those that every server has
            shutil.rmtree(folder)

    ran = seedkit("check")

    assert ran.returncode == 2
    assert "hint: The embedded server's data are damaged: `seedkit db reset` throws them away" in ran.stderr
