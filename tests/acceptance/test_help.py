"""The texts of `--help` in a terminal of 80 columns."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from seedkit.cli.app import app

COMMANDS = ["protect", "unprotect", "seed", "generate", "fix-sequence", "check", "dump", "init"]


def shown(*arguments: str) -> list[str]:
    """Give the lines of a help text."""
    told = CliRunner().invoke(app, [*arguments, "--help"], env={"COLUMNS": "80"}, prog_name="seedkit")
    assert told.exit_code == 0, told.output
    return told.output.splitlines()


@pytest.mark.parametrize("group", [[], ["db"], ["new"]])
def test_every_command_is_summed_up_in_one_whole_line(group: list[str]) -> None:
    lines = shown(*group)

    summaries = lines[lines.index("Commands:") + 1 :]

    assert [line for line in summaries if line.endswith("...")] == []


@pytest.mark.parametrize("arguments", [[], ["db"], ["new"], *([command] for command in COMMANDS)])
def test_no_line_of_a_help_text_is_longer_than_the_terminal(arguments: list[str]) -> None:
    assert [line for line in shown(*arguments) if len(line) > 80] == []


def test_the_package_is_a_command_as_well() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "seedkit", "fix-sequence", "--help"], capture_output=True, text=True, check=True
    )

    assert told.stdout.startswith("Usage: python -m seedkit fix-sequence [OPTIONS] [table] [column] [sequence]\n")
