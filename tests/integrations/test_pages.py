"""The examples of the pages on drivers and async code, run in their order: what they show is what happens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from tests.conftest import Write

DOCS = Path(__file__).parent.parent.parent / "docs"
FIXTURE = {"fixtures/users.yml": "_fixture: {key: name}\ngrace: {name: Grace}\nlinus: {name: Linus}\n"}


@pytest.fixture
def shop(connection: psycopg.Connection[Any], project: Write, monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    """A table of users, empty, and a project with a fixture of two."""
    connection.execute("create table users (id serial primary key, name text not null unique)")
    project(FIXTURE)
    monkeypatch.setenv("PSYCOPG2_DSN", database)


def url_for(driver: str, conninfo: str) -> str:
    given: dict[str, Any] = dict(conninfo_to_dict(conninfo))
    return f"postgresql+{driver}://{given['user']}@/{given['dbname']}?host={given['host']}&port={given['port']}"


def shown(page: str) -> dict[str, Any]:
    """Run a page's blocks of Python, and give what they have named."""
    document = Sybil(parsers=[PythonCodeBlockParser()]).parse(DOCS / page)
    for example in document.examples():
        example.evaluate()
    return document.namespace


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_the_page_on_drivers(
    connection: psycopg.Connection[Any], shop: None, database: str, monkeypatch: pytest.MonkeyPatch, driver: str
) -> None:
    pytest.importorskip("psycopg2")
    monkeypatch.setenv("DATABASE_URL", url_for(driver, database))

    named = shown("drivers.md")

    assert named["report"].next_value == 42
    assert named["everything"].right
    assert named["by_driver"].next_value == 71
    ids = connection.execute("select name, id from users order by id").fetchall()
    assert ids == [("Ada", 41), ("Grace", 42), ("Alan", 70), ("Linus", 71)]
    named["engine"].dispose()


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
def test_the_page_on_async_code(
    connection: psycopg.Connection[Any], shop: None, database: str, monkeypatch: pytest.MonkeyPatch, driver: str
) -> None:
    pytest.importorskip("asyncpg")
    pytest.importorskip("sqlalchemy")
    monkeypatch.setenv("DATABASE_URL", url_for(driver, database))

    named = shown("async.md")

    assert named["report"].next_value == 42
    assert named["checked"].right
    ids = connection.execute("select name, id from users order by id").fetchall()
    assert ids == [("Ada", 41), ("Grace", 42), ("Linus", 43)]
