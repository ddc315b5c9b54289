"""docs/with-alembic.md shows what happens."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

pytest.importorskip("alembic")

from tests.conftest import Write
from tests.integrations.with_alembic.alembic_projects import new_project
from tests.pages import play


def test_the_page_shows_what_happens(project: Write, database: str, alembic_url: str) -> None:
    folder = project({})
    new_project(folder, alembic_url)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    variables = {**os.environ, "DATABASE_URL": database, "PATH": path}

    happened, shown = play("with-alembic.md", folder, variables)

    assert happened == shown
