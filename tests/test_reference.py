"""docs/reference says what the code has: each command, option, tag, setting, exit code and variable, and no other."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from seedkit.cli.app import app
from seedkit.config import load_settings
from seedkit.core.fixture_language.tag_names import LANGUAGE_TAGS
from seedkit.errors import ConfigurationError
from seedkit.files.tool_settings import ToolSettings
from tests.conftest import Write
from tests.reference import FOLDER, commands, error_kinds, pages, parameters, tag_rows, variables_read
from tests.reference_words import EXIT_CODES, IGNORE, SETTINGS, TABLES, VARIABLES

PAGES = pages()
COMMANDS = {name: command for name, _, command in commands(app, "seedkit")}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_says(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name], "run: python -m tests.reference"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_options_of_a_command_are_those_that_its_help_shows(name: str) -> None:
    ran = CliRunner().invoke(app, [*name.split()[1:], "--help"])

    shown = set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", ran.stdout, re.MULTILINE))
    listed = {each for term, _, _, _ in parameters(COMMANDS[name]) for each in re.findall(r"--[a-z-]+", term)}
    assert shown - {"--help", "--install-completion", "--show-completion"} == listed


@pytest.mark.parametrize("group", [[], ["db"], ["new"], ["import"]], ids="-".join)
def test_every_command_that_help_names_has_its_section(group: list[str]) -> None:
    shown = CliRunner().invoke(app, [*group, "--help"]).stdout.partition("Commands:\n")[2].partition("\n\n")[0]
    named = re.findall(r"^  ([a-z-]+)", shown, re.MULTILINE)

    sections = [name.split()[1:] for name in COMMANDS]
    assert set(named) == {words[len(group)] for words in sections if words[: len(group)] == group and words != group}


def test_every_tag_has_a_row() -> None:
    assert set(tag_rows()) == LANGUAGE_TAGS


def test_every_setting_has_its_words() -> None:
    with pytest.raises(ConfigurationError) as refused:
        ToolSettings(Path(), {"nonsense": 1})

    known = re.findall(r"[a-z-]+", str(refused.value.hint).removeprefix("The settings are").replace(" and ", " "))
    assert set(known) == set(SETTINGS)


def test_the_examples_of_settings_are_taken(project: Write) -> None:
    tables = {"": SETTINGS} | {f".{name}": table for name, table in TABLES.items()}
    lines = [
        line
        for name, table in tables.items()
        for line in (f"[tool.seedkit{name}]", *(example for _, _, example in table.values()))
    ]
    entries = ["[[tool.seedkit.check.ignore]]", *(example for _, example in IGNORE.values())]
    folder = project({"pyproject.toml": "\n".join([*lines, *entries]), "schema.sql": "", "generate.yml": ""})
    for name in ("fixtures", "seeders", "assets"):
        (folder / name).mkdir()

    settings = load_settings()

    assert (settings.environment, settings.generator, settings.limits.range_rows) == ("dev", 1, 50_000_000)
    assert settings.ignored_sequences[0].sequence == "legacy_*"
    assert settings.embedded is not None


def test_every_variable_that_the_code_reads_has_its_words() -> None:
    assert variables_read() == set(VARIABLES), "describe it in tests/reference_words.py"


def test_every_exit_code_of_an_error_has_its_words() -> None:
    by_signals = {128 + signal.SIGHUP, 128 + signal.SIGTERM}

    assert {kind.exit_code for kind in error_kinds()} | {0} | by_signals == set(EXIT_CODES)
