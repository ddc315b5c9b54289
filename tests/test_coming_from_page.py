"""The examples of docs/coming-from-django-and-rails.md: imported and seeded, they give what the page says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from seedkit import seed
from seedkit.cli.app import app
from tests.conftest import ROOT
from tests.pages import answered

_BLOCK = re.compile(r"^```(sql|yaml|psql|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTIONS = {
    section.partition("\n")[0]: _BLOCK.findall(section)
    for section in (ROOT / "docs" / "coming-from-django-and-rails.md").read_text(encoding="utf-8").split("\n## ")[1:]
}


@pytest.mark.parametrize("title", [title for title, blocks in SECTIONS.items() if blocks])
def test_an_import_gives_what_the_page_says(
    title: str, project: Callable[[dict[str, str]], Path], connection: psycopg.Connection[Any], database: str
) -> None:
    by_kind: dict[str, list[str]] = {}
    for kind, text in SECTIONS[title]:
        by_kind.setdefault(kind, []).append(text)
    files = {text.partition("\n")[0].removeprefix("# "): text.partition("\n")[2] for text in by_kind["yaml"]}
    written = {name: text for name, text in files.items() if name.startswith("fixtures/")}
    connection.execute("".join(by_kind["sql"]).encode())
    folder = project({name: text for name, text in files.items() if name not in written})
    [command, told] = by_kind["console"][0].split("\n", 1)

    ran = CliRunner().invoke(app, command.split()[2:], env={"DATABASE_URL": database})
    seed(connection=connection)

    assert ran.stdout == told
    assert {name: (folder / name).read_text(encoding="utf-8") for name in written} == written
    assert [answered(connection, block) for block in by_kind["psql"]] == by_kind["psql"]
