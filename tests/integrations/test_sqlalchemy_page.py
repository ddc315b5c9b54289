"""The examples of docs/with-sqlalchemy.md, run in its order against the real libraries."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("factory")

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import create_engine

from tests.conftest import ROOT, Write
from tests.pages import run
from tests.test_readme import comparable

_BLOCK = re.compile(r"^```(python|yaml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGE = (ROOT / "docs" / "with-sqlalchemy.md").read_text(encoding="utf-8")


@pytest.fixture
def url(database: str, monkeypatch: pytest.MonkeyPatch, clean_environment: None) -> str:
    """The database as an application's setting has it, and the commands of this environment."""
    given = conninfo_to_dict(database)
    url = f"postgresql://{given['user']}@/{given['dbname']}?host={given['host']}&port={given.get('port', 5432)}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return url


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder whose modules are forgotten afterwards."""
    monkeypatch.syspath_prepend(str(Path.cwd()))
    yield
    sys.modules.pop("models", None)


def test_the_page_shows_what_happens(project: Write, models: None, url: str) -> None:
    for kind, text in _BLOCK.findall(PAGE):
        name = re.match(r"# (\S+\.(?:py|yml))\n", text)
        if name is not None:
            project({name[1]: text})
        if name is not None and name[1] == "models.py":
            create_tables(url)
        elif kind == "console":
            check_console(text)
        elif name is None:
            exec(compile(text, "docs/with-sqlalchemy.md", "exec"), {})  # noqa: S102 - the page's own code


def create_tables(url: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    importlib.import_module("models").Base.metadata.create_all(engine)
    engine.dispose()


def check_console(text: str) -> None:
    """Run each `$ command` of a block and compare what it prints."""
    for block in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = block.partition("\n")
        assert comparable(run(command, Path.cwd(), os.environ)) == comparable(shown)
