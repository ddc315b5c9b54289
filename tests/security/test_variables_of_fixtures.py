"""`!env` reads no secrets unless the project's settings name them, and where they do, nothing else."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from seedkit.core.fixture_language.environment import refused_variable
from tests.conftest import Write

Connection = psycopg.Connection[Any]

SECRETS = [
    *("PGPASSWORD", "PGHOST", "PGSERVICEFILE", "DATABASE_URL", "SEEDKIT_DATABASE_URL", "SHOP_DATABASE_URL"),
    *("PASSWORD", "DB_PASSWORD", "DBPASSWORD", "MYSQL_PWD", "DB_PASS", "SSH_PASSPHRASE", "ROOT_PASSWD", "PASSWORD_2"),
    *("SECRET", "SECRET_KEY_BASE", "CLIENT_SECRET", "TOKEN", "GITHUB_TOKEN", "TOKEN1", "AWS_SECRET_ACCESS_KEY"),
    *("API_KEY", "APIKEY", "STRIPE_KEY", "SSH_PRIVATE_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "CREDENTIAL"),
    *("database_url", "db_password", "apiKey", "dbPassword", "x-api-key", "SENTRY_DSN", "HTTP_AUTH"),
]
HARMLESS = ["SUPPORT_EMAIL", "HOME", "PWD", "LANG", "KEYBOARD", "MONKEY", "SECRETARY", "PASSPORT", "COMPASS", "AUTHOR"]


@pytest.mark.parametrize("name", SECRETS)
def test_a_name_that_looks_like_a_secret_is_refused(name: str) -> None:
    assert refused_variable(name, None)
    assert refused_variable(name, ["SHOP_NAME"])
    assert not refused_variable(name, [name])


@pytest.mark.parametrize("name", HARMLESS)
def test_any_other_name_is_read(name: str) -> None:
    assert not refused_variable(name, None)


@pytest.mark.parametrize(
    "written", ["!env SHOP_TOKEN", "!env {name: SHOP_TOKEN, default: none}", "!choice [!env SHOP_TOKEN]"]
)
@pytest.mark.parametrize("is_set", [True, False])
def test_a_fixture_that_names_a_secret_is_refused_with_its_line_and_the_setting(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch, written: str, is_set: bool
) -> None:
    connection.execute("create table notes (id integer primary key, note text)")
    if is_set:
        monkeypatch.setenv("SHOP_TOKEN", "hunter2hunter2")
    project({"fixtures/notes.yml": f"\n- {{id: 1, note: {written}}}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert caught.value.message == "!env does not read SHOP_TOKEN: it looks like a secret"
    assert str(caught.value.origin) == "fixtures/notes.yml:2"
    assert "[tool.seedkit] env-allowed" in (caught.value.hint or "")


def test_a_variable_of_the_env_file_is_refused_as_well(project: Write, connection: Connection) -> None:
    connection.execute("create table notes (id integer primary key, note text)")
    project({".env": "SHOP_TOKEN=hunter2\n", "fixtures/notes.yml": "- {id: 1, note: !env SHOP_TOKEN}\n"})

    with pytest.raises(SeedkitError, match="it looks like a secret"):
        seed(connection=connection)


def test_with_the_setting_only_what_its_patterns_name_is_read(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("create table notes (id integer primary key, note text)")
    monkeypatch.setenv("SHOP_TOKEN", "abc")
    monkeypatch.setenv("SUPPORT_EMAIL", "help@example.com")
    project({"pyproject.toml": '[tool.seedkit]\nenv-allowed = ["SHOP_*"]\n'})

    project({"fixtures/notes.yml": "- {id: 1, note: !env SHOP_TOKEN}\n"})
    seed(connection=connection)
    project({"fixtures/notes.yml": "- {id: 1, note: !env SUPPORT_EMAIL}\n"})
    with pytest.raises(SeedkitError, match="SUPPORT_EMAIL: env-allowed does not name it"):
        seed(connection=connection)

    assert connection.execute("select note from notes").fetchall() == [("abc",)]


def test_an_empty_setting_allows_none(project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.execute("create table notes (id integer primary key, note text)")
    monkeypatch.setenv("SUPPORT_EMAIL", "help@example.com")
    project({"pyproject.toml": "[tool.seedkit]\nenv-allowed = []\n"})
    project({"fixtures/notes.yml": "- {id: 1, note: !env SUPPORT_EMAIL}\n"})

    with pytest.raises(SeedkitError, match="env-allowed does not name it"):
        seed(connection=connection)
