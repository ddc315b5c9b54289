"""docs/tutorial.md, played word by word in an empty folder, on the embedded server."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.command_server import CommandServer
from tests.conftest import Write
from tests.pages import play, run

ONLY_OURS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "-p seedkit.integrations.pytest_plugin"}
"""Nothing else is installed beside pytest in the reader's folder."""


def test_the_tutorial_shows_what_happens(project: Write, commands: CommandServer) -> None:
    outer = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    variables = outer | ONLY_OURS | {"PATH": path}
    folder = project({})

    try:
        happened, shown = play("tutorial.md", folder, variables, commands=commands)
    finally:
        run("seedkit db reset", folder, variables)

    assert happened == shown
