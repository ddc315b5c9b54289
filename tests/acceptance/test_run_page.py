"""`--html`: what a run did as a page, also of one that failed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]


@pytest.fixture
def folder(project: Write, connection: Connection) -> Path:
    connection.execute("create table users (id serial primary key, name text not null)")
    return project({"fixtures/users.yml": "- {id: 41, name: Ada}\n"})


def test_a_seed_writes_a_page_beside_its_report(folder: Path, database: str, seedkit: Run) -> None:
    ran = seedkit("seed", "--json", "--html", "seed.html", DATABASE_URL=database)

    page = (folder / "seed.html").read_text(encoding="utf-8")
    assert ran.stdout.startswith("{")
    assert "wrote seed.html" in ran.stderr
    for part in ("seeded 1 table: 1 inserted", "fixtures/users.yml", "writing rows", "seeing to sequences", "fixed"):
        assert part in page.replace("<wbr>", "")


def test_a_seed_that_fails_leaves_its_error_on_the_page_and_no_password(
    folder: Path, database: str, seedkit: Run
) -> None:
    (folder / "seed.html").write_text("yesterday all was well")
    (folder / "seeders").mkdir()
    (folder / "seeders/people.py").write_text("def seed(db):\n    raise ValueError('s3cret-s3cret is wrong')\n")

    ran = seedkit("seed", "--html", "seed.html", DATABASE_URL=make_conninfo(database, password="s3cret-s3cret"))

    page = (folder / "seed.html").read_text(encoding="utf-8")
    assert ran.returncode == 1
    assert "seedkit seed failed" in page
    assert "failed with ValueError" in page
    assert "yesterday" not in page
    assert "s3cret-s3cret" not in page


def test_a_page_that_can_not_be_written_is_told_before_anything_is_done(
    folder: Path, connection: Connection, database: str, seedkit: Run
) -> None:
    ran = seedkit("seed", "--html", "nowhere/seed.html", DATABASE_URL=database)

    assert (ran.returncode, ran.stderr.splitlines()[0]) == (
        2,
        "error: can not write nowhere/seed.html: No such file or directory",
    )
    assert connection.execute("select count(*) from users").fetchall() == [(0,)]


@pytest.mark.parametrize("command", [["generate", "--explain"], ["seed", "--list"]], ids=["explain", "list"])
def test_what_runs_nothing_has_no_page(folder: Path, database: str, seedkit: Run, command: list[str]) -> None:
    ran = seedkit(*command, "--html", "plan.html", DATABASE_URL=database)

    assert ran.returncode == 2
    assert f"error: {command[1]} does nothing that a page could show" in ran.stderr
    assert not (folder / "plan.html").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize("command", [["seed"], ["seed", "--json"], ["generate", "users=2"], ["check"]])
def test_a_page_that_is_lost_after_the_work_says_that_the_work_is_done(
    folder: Path, database: str, seedkit: Run, command: list[str]
) -> None:
    ran = seedkit(*command, "--html", "/dev/full", DATABASE_URL=database)

    assert ran.returncode == 1
    assert "error: the page /dev/full could not be written: No space left on device\n" in ran.stderr
    assert ("hint: The work itself is done." in ran.stderr) == (command != ["check"])
    assert "--json" not in command or json.loads(ran.stdout)["ok"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_run_that_fails_tells_why_where_its_page_is_lost_too(folder: Path, database: str, seedkit: Run) -> None:
    (folder / "fixtures/users.yml").write_text("- {id: 1, nmae: Ada}\n")

    ran = seedkit("seed", "--html", "/dev/full", DATABASE_URL=database)

    assert 'error: table "users" has no column "nmae"' in ran.stderr
    assert "the page /dev/full could not be written" in ran.stderr
    assert "The work itself is done" not in ran.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize("command", [["schema"], ["graph", "--format", "svg"]])
def test_a_file_that_is_all_the_work_and_is_lost_is_an_error(
    folder: Path, database: str, seedkit: Run, command: list[str]
) -> None:
    ran = seedkit(*command, "-o", "/dev/full", DATABASE_URL=database)

    assert (ran.returncode, ran.stderr) == (1, "error: can not write /dev/full: No space left on device\n")


@pytest.mark.parametrize("command", [["check"], ["seed"], ["generate", "users=1"]])
@pytest.mark.parametrize("name", ["report.pdf", "report.PNG", "report.json"])
def test_a_name_of_another_format_is_no_page(command: list[str], name: str, project: Write, seedkit: Run) -> None:
    folder = project({})

    ran = seedkit(*command, "--html", name)

    assert (ran.returncode, ran.stderr) == (
        2,
        f"error: {name} would not be {Path(name).suffix.lower()}\n\nhint: --html writes HTML: name a file .html.\n",
    )
    assert not (folder / name).exists()


@pytest.mark.parametrize("command", [["seed"], ["generate", "users=2"], ["check"]])
def test_a_page_on_standard_output_is_refused(folder: Path, database: str, seedkit: Run, command: list[str]) -> None:
    ran = seedkit(*command, "--html", "-", DATABASE_URL=database)

    assert ran.returncode == 2
    assert "error: --html - names no file: a page is not written to standard output\n" in ran.stderr
    assert not (folder / "-").exists()
