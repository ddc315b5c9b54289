"""The examples of the pages of generated rows: each section's commands and questions answer as the page says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.generate_page import PAGES, played, sections

SECTIONS = {title: text for page in PAGES for title, text in sections(page).items() if "\n```" in text}


@pytest.mark.parametrize("title", SECTIONS)
def test_the_examples_of_a_section_answer_as_the_page_says(
    title: str, project: Callable[[dict[str, str]], Path], connection: psycopg.Connection[Any], database: str
) -> None:
    connection.execute("set time zone 'UTC'")

    happened = played(SECTIONS[title], connection, database, project({}))

    assert happened == SECTIONS[title], "run: python -m tests.generate_page"
