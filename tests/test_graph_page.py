"""docs/graph.md shows what `seedkit graph` gives for the example project.

With SEEDKIT_WRITE_PICTURES in the environment the picture is written anew.
"""

import os
import sys
from pathlib import Path

import psycopg

from seedkit.config import load_settings
from seedkit.reports.graphs.svg import svg
from seedkit.runner.graph import GraphRequest, graph
from tests.pages import ROOT, play

PICTURE = ROOT / "docs/graph.svg"


def drawn(connection: psycopg.Connection) -> str:
    """Draw the tables of the example project, which is the current folder."""
    return svg(graph(connection, GraphRequest(project=load_settings().trusted)), "Tables of shop")


def test_the_picture_is_the_one_that_is_drawn_today(shop: Path, connection: psycopg.Connection) -> None:
    picture = drawn(connection)

    if "SEEDKIT_WRITE_PICTURES" in os.environ:
        PICTURE.write_text(picture, encoding="utf-8")
    assert picture == PICTURE.read_text(encoding="utf-8")


def test_commands_of_the_page_print_what_it_shows(shop: Path, database: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    happened, shown = play("graph.md", shop, {**os.environ, "PATH": path, "DATABASE_URL": database})

    assert happened == shown
