"""`!env` reads no secrets unless the project's settings name them, and where they do, nothing else."""

from __future__ import annotations

import time
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
    *("DB_URL", "DATABASE_URL_REPLICA", "DATABASE_URI", "SQLALCHEMY_DATABASE_URI", "POSTGRES_URL", "REDIS_URL"),
    *("AMQP_URL", "MONGODB_URI", "HEROKU_POSTGRESQL_PINK_URL", "DATABASE_DSN_2", "databaseUrl", "redis_tls_url"),
    *(
        "CONNECTION_STRING",
        "AZURE_STORAGE_CONNECTION_STRING",
        "ConnectionStrings__Shop",
        "CONN_STR",
        "DB_PW",
        "SMTP_PW",
    ),
    *("DBPASS", "DBPWD", "MYSQLPWD", "REDISPASS", "GITHUB_PAT", "STRIPE_SK", "SUPABASE_SERVICE_ROLE", "OTP"),
    *("SLACK_WEBHOOK", "SLACK_WEBHOOK_URL", "WEBHOOKS", "ADMIN_PASSCODE"),
    *("database_url", "db_password", "apiKey", "dbPassword", "x-api-key", "SENTRY_DSN", "HTTP_AUTH"),
]
HARMLESS = [
    *(
        "SUPPORT_EMAIL",
        "HOME",
        "PWD",
        "OLDPWD",
        "LANG",
        "KEYBOARD",
        "MONKEY",
        "SECRETARY",
        "PASSPORT",
        "COMPASS",
        "AUTHOR",
    ),
    *(
        "BASE_URL",
        "REDIRECT_URI",
        "BYPASS",
        "PATH",
        "PATTERN",
        "SKU",
        "DATABASE_NAME",
        "DB_NAME",
        "STRING",
        "CURL",
        "TASK",
    ),
    *("CONNECTION_STRATEGY", "SERVICE_NAME", "LOTP", "DESK"),
]
SECRET_VALUES = [
    "https://shop:hunter2@example.org/x",
    "https://:hunter2@example.org",
    "see postgresql+psycopg://shop:hunter2@db.example.org:5432/shop?sslmode=require",
    "https://example.org/?password=hunter2",
    "https://example.org/?a=1&access_token=hunter2",
    "host=db.example.org user=shop password = hunter2",
    "Server=db;Uid=shop;Pwd=hunter2;",
    "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=aHVudGVyMg==",
    '{"password": "hunter2"}',
    "-----BEGIN RSA PRIVATE KEY-----",
]
HARMLESS_VALUES = [
    *(
        "https://example.org",
        "https://example.org:8080/users/@ada",
        "https://example.org/?page=2&sort=name",
        "",
        "a:b@c",
    ),
    *(
        "git@example.org:shop.git",
        "ssh://git@example.org/shop.git",
        "Forgot your password: click",
        "https://example.org/?token=",
    ),
    "mailto:ada@example.org",
]


@pytest.mark.parametrize("name", SECRETS)
def test_a_name_that_looks_like_a_secret_is_refused(name: str) -> None:
    assert refused_variable(name, None)
    assert refused_variable(name, ["SHOP_NAME"])
    assert not refused_variable(name, [name])


@pytest.mark.parametrize("name", HARMLESS)
def test_any_other_name_is_read(name: str) -> None:
    assert not refused_variable(name, None)


@pytest.mark.parametrize("value", SECRET_VALUES)
def test_a_value_that_holds_a_password_is_refused_under_any_name(value: str) -> None:
    assert refused_variable("BASE", None, value) == "!env does not read BASE: its value holds a password or the like"
    assert not refused_variable("BASE", ["BASE"], value)


@pytest.mark.parametrize("value", HARMLESS_VALUES)
def test_any_other_value_is_read(value: str) -> None:
    assert not refused_variable("BASE_URL", None, value)


def test_a_long_value_and_a_long_name_are_looked_through_in_no_time() -> None:
    began = time.monotonic()

    for value in (
        "://" + ":" * 130_000,
        "a" * 130_000,
        "://a:" * 26_000,
        "password" * 16_000,
        "password" + " " * 130_000,
    ):
        assert not refused_variable("BASE", None, value)
        refused_variable(value, None)

    assert time.monotonic() - began < 5


def test_a_url_with_a_password_is_refused_and_one_without_is_read(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("create table notes (id integer primary key, note text)")
    project({"fixtures/notes.yml": "- {id: 1, note: !env BASE_URL}\n"})

    monkeypatch.setenv("BASE_URL", "https://example.org")
    seed(connection=connection)
    monkeypatch.setenv("BASE_URL", "https://shop:hunter2@example.org")
    with pytest.raises(SeedkitError, match="BASE_URL: its value holds a password or the like") as caught:
        seed(connection=connection)

    assert "hunter2" not in str(caught.value)
    assert str(caught.value.origin) == "fixtures/notes.yml:1"
    assert connection.execute("select note from notes").fetchall() == [("https://example.org",)]


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
