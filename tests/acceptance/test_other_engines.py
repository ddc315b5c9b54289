"""Engines that speak PostgreSQL's protocol, and are not supported: refused before anything is asked of them."""

from collections.abc import Callable

import psycopg
import pytest
from typer.testing import CliRunner

from seedkit import fix_sequence, seed
from seedkit.cli.app import app
from seedkit.errors import ConfigurationError
from tests.pretended_engines import pretended

COCKROACH = {
    "server_version": "13.0.0",
    "server_encoding": "UTF8",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "crdb_version": "CockroachDB CCL v25.2.1",
}
YUGABYTE = {
    "server_version": "15.12-YB-2025.1.0.0-b0",
    "server_encoding": "UTF8",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
}
FAREWELL = b"X\0\0\0\4"
ENGINES = pytest.mark.parametrize(("told", "engine"), [(COCKROACH, "CockroachDB"), (YUGABYTE, "YugabyteDB")])


@ENGINES
@pytest.mark.parametrize("command", [["seed"], ["fix-sequence", "--all"], ["check"], ["graph"], ["generate"]])
def test_a_command_is_refused_and_sends_nothing(
    told: dict[str, str], engine: str, command: list[str], project: Callable[..., object]
) -> None:
    project({"fixtures/users.yml": "- id: 1\n"})

    with pretended(told) as (conninfo, heard):
        refused = CliRunner().invoke(app, [*command, "--url", conninfo])

    assert refused.exit_code == 2, refused.stderr
    assert f"error: {engine} is not supported yet" in refused.stderr
    assert b"".join(heard) == FAREWELL


@ENGINES
def test_a_connection_that_is_lent_is_refused_and_sends_nothing(told: dict[str, str], engine: str) -> None:
    with pretended(told) as (conninfo, heard), psycopg.connect(conninfo, autocommit=True) as lent:
        with pytest.raises(ConfigurationError, match=f"{engine} is not supported yet"):
            seed(connection=lent)
        with pytest.raises(ConfigurationError, match=f"{engine} is not supported yet"):
            fix_sequence("users", connection=lent)

    assert b"".join(heard) == FAREWELL
