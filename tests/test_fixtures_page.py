"""The examples of docs/fixtures.md and coming-from.md: the tables and files of a section, seeded, answer as it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import seed
from tests.conftest import ROOT
from tests.pages import answered

_NAMED = re.compile(r"^`(fixtures/[\w./-]+)`:\n\n```(?:csv|json|jsonl)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""Files in which no comment can name them."""
_BLOCK = re.compile(r"^```(sql|yaml|psql)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PARTS = {
    section.partition("\n")[0]: section
    for page in ("fixtures.md", "coming-from.md")
    for section in (ROOT / "docs" / page).read_text(encoding="utf-8").split("\n## ")[1:]
}
SECTIONS = {title: _BLOCK.findall(section) for title, section in PARTS.items()}


@pytest.mark.parametrize("title", [title for title, blocks in SECTIONS.items() if blocks])
def test_the_examples_of_a_section_answer_as_the_page_says(
    title: str, project: Callable[[dict[str, str]], Path], connection: psycopg.Connection[Any]
) -> None:
    by_kind: dict[str, list[str]] = {}
    for kind, text in SECTIONS[title]:
        by_kind.setdefault(kind, []).append(text)
    connection.execute("".join(by_kind["sql"]).encode())
    project({text.partition("\n")[0].removeprefix("# "): text for text in by_kind.get("yaml", [])})
    project(dict(_NAMED.findall(PARTS[title])))

    first = seed(connection=connection)
    answers = [answered(connection, block) for block in by_kind["psql"]]
    second = seed(connection=connection)

    assert answers == by_kind["psql"]
    assert sum(table.inserted for table in first.tables) == sum(table.unchanged for table in second.tables)
