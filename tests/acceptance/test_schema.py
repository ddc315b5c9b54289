"""`seedkit schema` as a person meets it, and what docs/editor.md says of it."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from seedkit.core.fixture_language.tag_names import LANGUAGE_TAGS
from tests.conftest import Run, Write
from tests.pages import blocks


@pytest.fixture(autouse=True)
def tables(project: Write, connection: psycopg.Connection) -> None:
    project({"fixtures/readme.txt": ""})
    connection.execute("create table users (id int primary key, name text not null)")


def test_the_schema_lies_beside_the_fixtures_and_new_ones_follow_it(
    tmp_path: Path, database: str, seedkit: Run
) -> None:
    written = seedkit("schema", DATABASE_URL=database)
    seedkit("new", "fixture", "users", DATABASE_URL=database)

    schema = json.loads((tmp_path / "fixtures/.schema.json").read_text("utf-8"))
    first = (tmp_path / "fixtures/users.yml").read_text("utf-8").partition("\n")[0]
    assert written.stderr.startswith("wrote fixtures/.schema.json; ")
    assert first == "# yaml-language-server: $schema=.schema.json#/definitions/users"
    assert "users" in schema["definitions"]


def test_without_a_schema_a_new_fixture_names_none(tmp_path: Path, database: str, seedkit: Run) -> None:
    seedkit("new", "fixture", "users", DATABASE_URL=database)

    assert (tmp_path / "fixtures/users.yml").read_text("utf-8").startswith("# Rows of table users.")


def test_a_check_passes_until_the_tables_change(connection: psycopg.Connection, database: str, seedkit: Run) -> None:
    seedkit("schema", DATABASE_URL=database)

    same = seedkit("schema", "--check", DATABASE_URL=database)
    connection.execute("alter table users add email text")
    changed = seedkit("schema", "--check", DATABASE_URL=database)
    quiet = seedkit("schema", "--check", "-q", DATABASE_URL=database)

    assert (same.returncode, same.stderr) == (0, "fixtures/.schema.json is up to date\n")
    assert changed.returncode == 1
    assert changed.stderr == "fixtures/.schema.json is not what the tables are now: seedkit schema\n"
    assert (quiet.returncode, quiet.stderr) == (1, changed.stderr)


def test_a_check_fails_where_there_is_no_schema_and_writes_none(tmp_path: Path, database: str, seedkit: Run) -> None:
    ran = seedkit("schema", "--check", DATABASE_URL=database)

    assert ran.returncode == 1
    assert not (tmp_path / "fixtures/.schema.json").exists()


def test_a_schema_makes_the_folder_that_has_its_place_there(tmp_path: Path, database: str, seedkit: Run) -> None:
    (tmp_path / "fixtures/readme.txt").unlink()
    (tmp_path / "fixtures").rmdir()

    checked = seedkit("schema", "--check", DATABASE_URL=database)
    elsewhere = seedkit("schema", "-o", "nowhere/schema.json", DATABASE_URL=database)
    left = list(tmp_path.iterdir())
    written = seedkit("schema", DATABASE_URL=database)

    assert (checked.returncode, elsewhere.returncode, left) == (1, 2, [])
    assert written.returncode == 0, written.stderr
    assert (tmp_path / "fixtures/.schema.json").is_file()


def test_a_schema_may_go_to_standard_output(tmp_path: Path, database: str, seedkit: Run) -> None:
    ran = seedkit("schema", "-o", "-", DATABASE_URL=database)

    assert json.loads(ran.stdout)["title"] == "Fixtures of several tables"
    assert not (tmp_path / "fixtures/.schema.json").exists()


def test_a_schema_beside_the_fixtures_is_none_of_them(tmp_path: Path, database: str, seedkit: Run) -> None:
    (tmp_path / "fixtures/users.yml").write_text("- {id: 1, name: Ada}\n", encoding="utf-8")
    seedkit("schema", DATABASE_URL=database)

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 0
    assert ".schema.json" not in ran.stdout


def test_the_page_tells_editors_of_every_tag() -> None:
    (settings,) = [json.loads(block.text) for block in blocks("editor.md") if block.language == "json"]

    assert {tag.partition(" ")[0] for tag in settings["yaml.customTags"]} == LANGUAGE_TAGS
    assert settings["yaml.customTags"] == sorted(settings["yaml.customTags"])
