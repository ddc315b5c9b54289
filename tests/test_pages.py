"""The pages on Docker, CI and the embedded server: what can be run is run, all else is at least well written."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml
from psycopg.conninfo import conninfo_to_dict
from typer.testing import CliRunner

from seedkit.cli.app import app
from tests.command_server import CommandServer
from tests.conftest import Write
from tests.pages import ROOT, blocks, links, play, run, sections

PAGES = sorted(str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
RECIPES = ["in-docker-and-compose.md", "in-ci.md", "embedded-server-with-your-migrations.md", "with-alembic.md"]
COMMAND = re.compile(r"(?:^ *|[$(] ?|: |- )(seedkit [a-z][^|)\n]*)", re.MULTILINE)


def commands() -> Iterator[str]:
    for page in RECIPES:
        for block in blocks(page):
            if block.language in ("sh", "yaml", "console"):
                yield from (found.strip() for found in COMMAND.findall(block.text))


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_a_command_of_a_page_is_one_of_ours(command: str) -> None:
    _, *arguments = shlex.split(command.partition(" >")[0].partition("&&")[0], comments=True)

    ran = CliRunner().invoke(app, [*(arguments if "--" not in arguments else arguments[:2]), "--help"])

    assert (ran.exit_code, ran.stderr) == (0, "")


@pytest.mark.parametrize(
    "text",
    [block.text for page in RECIPES for block in blocks(page) if block.language == "yaml"],
    ids=lambda text: text.partition("\n")[0],
)
def test_yaml_of_a_page_can_be_read(text: str) -> None:
    if not text.startswith("# fixtures/"):
        assert isinstance(yaml.safe_load(text), dict)


def test_services_of_the_compose_file_wait_for_those_that_are_there() -> None:
    [text] = [block.text for block in blocks("in-docker-and-compose.md") if block.file == "compose.yaml"]
    services = yaml.safe_load(text)["services"]

    for service in services.values():
        for awaited, how in service.get("depends_on", {}).items():
            assert how["condition"] != "service_healthy" or "healthcheck" in services[awaited]


def test_the_page_on_the_embedded_server_shows_what_happens(project: Write, commands: CommandServer) -> None:
    variables = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    folder = project({})

    try:
        happened, shown = play("embedded-server-with-your-migrations.md", folder, variables, commands=commands)
    finally:
        run("seedkit db reset", folder, variables)

    assert happened == shown


def test_the_settings_for_django_lead_to_the_database(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = conninfo_to_dict(database)
    monkeypatch.setenv("DATABASE_URL", "postgresql://{user}@/{dbname}?host={host}&port={port}".format_map(parts))
    page = blocks("embedded-server-with-your-migrations.md")
    [text] = [block.text for block in page if "DATABASES" in block.text]
    settings: dict[str, dict[str, dict[str, str]]] = {}

    exec(text, settings)  # noqa: S102 - a page of ours
    given = {name.lower(): value for name, value in settings["DATABASES"]["default"].items() if name != "ENGINE"}

    with psycopg.connect(dbname=given.pop("name"), **given) as connection:  # type: ignore[arg-type]
        assert connection.info.dbname == parts["dbname"]


@pytest.mark.parametrize("page", PAGES)
def test_a_link_leads_somewhere(page: str) -> None:
    missing = [link for link in links(page) if not (ROOT / page).parent.joinpath(link.partition("#")[0]).exists()]

    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_a_link_to_a_section_finds_it(page: str) -> None:
    named = [link.split("#", 1) for link in links(page) if "#" in link]

    missing = [
        [target, section]
        for target, section in named
        if section not in sections((ROOT / page).parent / target if target else ROOT / page)
    ]

    assert missing == []


def test_the_index_names_every_page() -> None:
    text = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [page.removeprefix("docs/") for page in PAGES if page.startswith("docs/") and page != "docs/README.md"]

    assert [page for page in pages if f"]({page})" not in text] == []
