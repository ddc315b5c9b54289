"""The examples of the README and of the pages that grew out of it, run in their order against the example project."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

import psycopg
import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

from seedkit.files.fixture_files import read_fixture
from tests.command_server import CommandServer
from tests.pages import completed

ROOT = Path(__file__).parent.parent
PAGES = (
    "README.md",
    *(
        f"docs/{name}.md"
        for name in ("seeders", "dump", "how-rows-are-loaded", "which-database", "in-your-shell", "why-sequences-drift")
    ),
)
Run = Callable[[str], str]
SITUATION = re.compile(r"<!-- situation: (.+) -->")


@pytest.fixture
def shop(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch, clean_environment: None) -> Path:
    """The example project in a folder of its own, its DATABASE_URL set, as the current directory."""
    for name in ("fixtures", "seeders"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(shop: Path, commands: CommandServer) -> Run:
    """Run a command in the folder of the example project, and give what it prints."""

    def done(command: str) -> str:
        ran = completed(command, shop, os.environ, commands)
        ran.check_returncode()
        return ran.stdout

    return done


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_happens(page: str, shop: Path, connection: psycopg.Connection, run: Run) -> None:
    situations = {
        "users with ids up to 41, put in by hand": lambda: rows_by_hand(connection),
        "the tables, empty": lambda: empty_tables(connection),
        "the tables, seeded": lambda: seeded_tables(connection, run),
    }
    parsers: list[Callable[[Document], Iterable[Region]]] = [
        lambda document: situation_regions(document, situations),
        PythonCodeBlockParser(),
        CodeBlockParser(language="console", evaluator=lambda example: check_console(example, run)),
        CodeBlockParser(language="bash", evaluator=lambda example: check_commands(example, run)),
        CodeBlockParser(language="yaml", evaluator=lambda example: check_fixture(example, shop)),
        CodeBlockParser(language="toml", evaluator=check_settings),
    ]
    document = Sybil(parsers=parsers).parse(ROOT / page)

    for example in document.examples():
        example.evaluate()


def empty_tables(connection: psycopg.Connection) -> None:
    connection.execute("drop schema public cascade; create schema public")
    connection.execute((ROOT / "schema.sql").read_text())


def seeded_tables(connection: psycopg.Connection, run: Run) -> None:
    empty_tables(connection)
    run("seedkit seed")


def rows_by_hand(connection: psycopg.Connection) -> None:
    empty_tables(connection)
    connection.execute(
        "insert into users (id, email, name, country)"
        " select number, number || '@example.com', 'Somebody', 'NO' from generate_series(1, 41) as number"
    )


def situation_regions(document: Document, situations: dict[str, Callable[[], None]]) -> Iterable[Region]:
    """A comment `<!-- situation: … -->` says in what state the database is for the blocks below it."""
    for match in SITUATION.finditer(document.text):
        yield Region(match.start(), match.end(), match[1], lambda example: situations[example.parsed]())


def check_console(example: Example, run: Run) -> None:
    """Run each `$ command` of a block and compare what it prints."""
    for block in re.split(r"^\$ ", str(example.parsed), flags=re.MULTILINE)[1:]:
        command, _, shown = block.partition("\n")
        assert comparable(run(command)) == comparable(shown)


def comparable(output: str) -> str:
    """Leave out what differs from machine to machine: where the server is, and how long it took."""
    output = re.sub(r"^PostgreSQL .+$", "PostgreSQL …", output, flags=re.MULTILINE)
    output = re.sub(r'"server": \{.+?\}', '"server": {…}', output, flags=re.DOTALL)
    output = re.sub(r"in \d+\.\d+ s", "in … s", output)
    return output.strip()


def check_commands(example: Example, run: Run) -> None:
    for command in str(example.parsed).splitlines():
        run(command)


def check_fixture(example: Example, shop: Path) -> None:
    """A fixture of the README is one of docs/fixtures.md, which run, or it is read as rows of the example project."""
    if str(example.parsed) in (ROOT / "docs" / "fixtures.md").read_text(encoding="utf-8"):
        return
    path = shop / "users.yml"
    path.write_text(str(example.parsed))

    (shown,) = read_fixture(path, lambda _name: True)
    (real,) = read_fixture(shop / "fixtures" / "users.yml", lambda _name: True)

    real_rows = [dict(row.values) for row in real.rows()]
    assert all(dict(row.values) in real_rows for row in shown.rows())


def check_settings(example: Example) -> None:
    shown = tomllib.loads(str(example.parsed))["tool"]["seedkit"]
    real = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["seedkit"]
    assert shown == real
