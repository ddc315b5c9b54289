"""A command that is forked off the server is as the installed one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_server import CommandServer


@pytest.mark.parametrize(
    "arguments",
    [("--version",), ("check",), ("seed", "--json"), ("nothing",), ("seed", "--help"), ("new", "fixture", "users")],
    ids=" ".join,
)
def test_it_answers_as_the_installed_one(
    arguments: tuple[str, ...], commands: CommandServer, clean_environment: None, tmp_path: Path
) -> None:
    env = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere"}

    forked = commands.run(arguments, tmp_path, env, timeout=60)

    installed = subprocess.run(
        [str(Path(sys.executable).with_name("seedkit")), *arguments],
        cwd=tmp_path,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        installed.returncode,
        installed.stdout,
        installed.stderr,
    )


def test_one_that_takes_too_long_is_killed(commands: CommandServer, clean_environment: None, tmp_path: Path) -> None:
    silent = "postgresql://nobody@192.0.2.1:1/nowhere"  # a network of documentation: no answer, or at once none

    with pytest.raises(subprocess.TimeoutExpired):
        commands.run(("db", "wait", "--timeout", "0"), tmp_path, {**os.environ, "DATABASE_URL": silent}, timeout=1)


def test_another_interpreter_is_none_of_its_business(commands: CommandServer) -> None:
    assert commands.serves({**os.environ, "DATABASE_URL": "postgresql:///x"})
    assert not commands.serves({**os.environ, "PYTHONUTF8": "0"})
