"""A command line that means nothing ends with 2, one error and a hint, and with `--json` that error as JSON."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Run, Write

REFUSED = [
    (["seed", "--now", "bad"], "invalid value for '--now': 'bad' does not match the formats", "seedkit seed"),
    (["--jsn"], "no such option: --jsn", "seedkit"),
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


@pytest.mark.parametrize(
    "line", [["seed", "--now"], ["check", "--fail-on"], ["graph", "-o"], ["db", "wait", "--timeout"]], ids=" ".join
)
def test_an_option_without_its_value_is_told_with_its_own_command(line: list[str], seedkit: Run) -> None:
    ran = seedkit(*line)

    command = " ".join(["seedkit", *line[:-1]])
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        f"error: option '{line[-1]}' requires an argument\n\nhint: `{command} --help` says how it is called.\n"
    )


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


@pytest.mark.parametrize(
    "command",
    [["db", "wait", "--timeout"], ["seed", "--wait-for-database"], ["dump", "users", "--reader-timeout"]],
    ids=" ".join,
)
def test_a_wait_without_a_unit_is_refused_as_seconds_are_meant_and_milliseconds_were_waited(
    command: list[str], seedkit: Run
) -> None:
    ran = seedkit(*command, "30")

    assert ran.returncode == 2
    assert ran.stderr == f"error: {command[-1]} 30 has no unit\n\nhint: Write 30s, or 30ms.\n"


@pytest.mark.parametrize("option", [["--lock-timeout", "300"], ["--statement-timeout", "9000"]], ids=" ".join)
def test_a_setting_of_postgresql_is_in_milliseconds_without_a_unit_and_its_help_says_so(
    option: list[str], database: str, seedkit: Run
) -> None:
    assert seedkit("check", *option, DATABASE_URL=database).returncode == 0
    helped = " ".join(seedkit("check", "--help").stdout.split())
    assert "5s, 300ms; a bare number is milliseconds" in helped


def test_a_wait_for_ever_needs_no_unit(database: str, seedkit: Run) -> None:
    assert seedkit("db", "wait", "--timeout", "0", DATABASE_URL=database).returncode == 0


@pytest.mark.parametrize(
    "command",
    [["generate", "--out"], ["import", "rails", "rails", "--output"], ["import", "django", "rails", "--output"]],
    ids=" ".join,
)
def test_a_folder_that_would_be_called_as_a_file_is_refused(
    command: list[str], project: Write, database: str, seedkit: Run
) -> None:
    folder = project({"rails/users.yml": "ada: {id: 1}\n"})

    ran = seedkit(*command, "users.yml", DATABASE_URL=database)

    assert ran.returncode == 2
    assert ran.stderr.startswith("error: users.yml is called as a file is, and would be a folder\n")
    assert not (folder / "users.yml").exists()
