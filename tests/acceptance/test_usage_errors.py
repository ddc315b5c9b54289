"""A command line that means nothing ends with 2, one error and a hint, and with `--json` that error as JSON."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Run

REFUSED = [
    (["seed", "--now", "bad"], "invalid value for '--now': 'bad' does not match the formats", "seedkit seed"),
    (["seed", "--jsn"], "no such option: --jsn", "seedkit seed"),
    (["fix-sequence", "--margin", "many"], "invalid value for '--margin': ", "seedkit fix-sequence"),
    (["import", "django"], "missing argument 'FILE", "seedkit import django"),
    (["sede"], "no such command 'sede'", "seedkit"),
]


@pytest.mark.parametrize(("line", "message", "command"), REFUSED, ids=[" ".join(line) for line, _, _ in REFUSED])
def test_what_no_command_understands_is_told_as_all_errors_are(
    line: list[str], message: str, command: str, seedkit: Run
) -> None:
    ran = seedkit(*line, "--json")

    error = json.loads(ran.stdout)["error"]
    assert ran.returncode == 2
    assert error["message"].startswith(message)
    assert error["hint"] == f"`{command} --help` says how it is called."
    assert ran.stderr == f"error: {error['message']}\n\nhint: {error['hint']}\n"


def test_without_json_nothing_is_on_stdout(seedkit: Run) -> None:
    assert seedkit("seed", "--now", "bad").stdout == ""


@pytest.mark.parametrize(
    ("options", "whole"),
    [([], "the database"), (["--schema", "shop"], "schema shop"), (["--dry-run", "--json"], "the database")],
)
def test_a_repair_of_nothing_says_what_to_name(options: list[str], whole: str, seedkit: Run) -> None:
    ran = seedkit("fix-sequence", *options)

    message = f"name a table, or --all for all of {whole}"
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"error: {message}\n")
    assert not ran.stdout or json.loads(ran.stdout)["error"]["message"] == message


@pytest.mark.parametrize("group", ["db", "new", "import"])
def test_a_group_by_itself_shows_its_commands(group: str, seedkit: Run) -> None:
    ran = seedkit(group)

    assert ran.returncode == 2
    assert "Commands:" in ran.stdout + ran.stderr
