"""The README's pictures of a terminal show what happens today.

With SEEDKIT_WRITE_PICTURES in the environment they are drawn anew.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.conftest import Write
from tests.pages import blocks
from tests.servers import client_program
from tests.terminal_picture import REPAIR, REPAIRED, SEED, SEEDED, picture, session, words

Draw = Callable[[Path, Sequence[str], str], str]


@pytest.fixture
def draw(database: str, postgres_version: int) -> Draw:
    """Draw what commands show in a folder, with the database told by libpq's variables."""
    programs = (Path(sys.executable).parent, client_program(postgres_version, "psql").parent)
    parts = conninfo_to_dict(database)
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGDATABASE": "dbname"}
    variables = {name: str(parts[part]) for name, part in names.items()}
    path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])

    def drawn(folder: Path, commands: Sequence[str], name: str) -> str:
        return picture(
            session(commands, name, folder, {**os.environ, **variables, "PATH": path, "FORCE_COLOR": "1"}), name
        )

    return drawn


def compared(path: Path, drawn: str) -> tuple[str, str]:
    if "SEEDKIT_WRITE_PICTURES" in os.environ:
        path.write_text(drawn, encoding="utf-8")
    return words(path.read_text(encoding="utf-8")), words(drawn)


def test_the_picture_of_a_repair_shows_what_happens(shop: Path, draw: Draw) -> None:
    lines = [f"{number},user{number}@example.com,Somebody,NO\n" for number in range(1, 42)]
    (shop / "users.csv").write_text("".join(lines), encoding="utf-8")

    shown, happened = compared(REPAIRED, draw(shop, REPAIR, "shop"))

    assert shown == happened


def test_the_picture_of_a_seed_shows_what_happens_in_the_tutorials_folder(
    project: Write, connection: psycopg.Connection, draw: Draw
) -> None:
    files = {block.file: block.text for block in blocks("tutorial.md") if block.file}
    connection.execute(files.pop("schema.sql").encode())
    folder = project({name: text for name, text in files.items() if name != "fixtures/late.yml"})

    shown, happened = compared(SEEDED, draw(folder, SEED, "library"))

    assert shown == happened


@pytest.mark.parametrize("path", [REPAIRED, SEEDED], ids=lambda path: path.stem)
def test_a_picture_fetches_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")

    assert re.findall(r"https?:|@import|@font-face|href|<script", text) == []
