"""The README's picture of a terminal shows what happens today.

With SEEDKIT_WRITE_PICTURES in the environment it is drawn anew.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.servers import client_program
from tests.terminal_picture import PICTURE, picture, session, words


@pytest.fixture
def shown(shop: Path, database: str, postgres_version: int) -> str:
    """What is drawn when the commands run against the tables of the example project and a CSV file of forty-one."""
    lines = [f"{number},user{number}@example.com,Somebody,NO\n" for number in range(1, 42)]
    (shop / "users.csv").write_text("".join(lines), encoding="utf-8")
    programs = (Path(sys.executable).parent, client_program(postgres_version, "psql").parent)
    parts = conninfo_to_dict(database)
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGDATABASE": "dbname"}
    variables = {name: str(parts[part]) for name, part in names.items()}
    path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
    return picture(session(shop, {**os.environ, **variables, "PATH": path}))


def test_the_picture_of_a_terminal_shows_what_happens(shown: str) -> None:
    if "SEEDKIT_WRITE_PICTURES" in os.environ:
        PICTURE.write_text(shown, encoding="utf-8")

    assert words(PICTURE.read_text(encoding="utf-8")) == words(shown)


def test_the_picture_fetches_nothing() -> None:
    text = PICTURE.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")

    assert re.findall(r"https?:|@import|@font-face|href|<script", text) == []
