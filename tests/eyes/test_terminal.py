"""What a person sees at a real terminal: tmux shows the screen of a command that takes long."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import Write

Connection = psycopg.Connection[Any]

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not on this machine (apt-get)")


class Terminal:
    """A terminal of its own, of some columns, in which a shell waits."""

    def __init__(self, columns: int, folder: Path, **variables: str) -> None:
        self._tmux = ["tmux", "-L", f"seedkit-{folder.name}", "-f", "/dev/null"]
        self._environment = {**os.environ, **variables, "TERM": "xterm-256color"}
        self.run("new-session", "-d", "-x", str(columns), "-y", "20", "-c", str(folder), "sh")
        self.wait_for(lambda screen: screen.endswith(("$", "#")))  # what is typed before stands there twice

    def run(self, *arguments: str) -> str:
        command = [*self._tmux, *arguments]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True).stdout

    def type(self, *keys: str) -> None:
        self.run("send-keys", *keys)

    def screen(self, *, colours: bool = False) -> str:
        """What is to be seen, without empty lines."""
        lines = self.run("capture-pane", "-p", *(["-e"] if colours else [])).splitlines()
        return "\n".join(line.rstrip() for line in lines if line.strip())

    def wait_for(self, seen: Callable[[str], bool]) -> str:
        """Look until something is to be seen."""
        until = time.monotonic() + 20
        while not seen(screen := self.screen()) and time.monotonic() < until:
            time.sleep(0.05)
        assert seen(screen), screen
        return screen


@pytest.fixture(params=[80, 120])
def terminal(
    request: pytest.FixtureRequest, project: Write, connection: Connection, database: str
) -> Iterator[Terminal]:
    """A terminal in a project whose only table somebody has locked."""
    connection.execute("create table users (id int primary key)")
    folder = project({"fixtures/users.yml": "- {id: 1}\n"})
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shown = Terminal(request.param, folder, DATABASE_URL=database, PATH=path)
    with connection.transaction():
        connection.execute("lock table users")
        yield shown
    shown.run("kill-server")


def test_a_run_that_waits_says_for_whom_and_ctrl_c_leaves_a_clean_line(
    terminal: Terminal, connection: Connection
) -> None:
    terminal.type("seedkit seed --lock-timeout 60s", "Enter")

    waiting = terminal.wait_for(lambda screen: "the server is" in screen)
    coloured = terminal.screen(colours=True)
    terminal.type("C-c")
    ended = terminal.wait_for(lambda screen: screen.endswith(("$", "#")))

    told = " ".join(waiting.split())
    assert "locking the planned tables 0:0" in told
    assert f"waiting for a lock on users that session {connection.info.backend_pid} holds" in told
    assert "idle in transaction for" in told
    assert "\x1b[2J" not in coloured
    assert ended.splitlines()[1:-1] == [
        "another session has locked a planned table; waiting for it to end",
        "error: interrupted; what was not committed was rolled back",
    ]
