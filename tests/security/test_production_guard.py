"""The production guard against what would slip past it: other words, other sources, other spellings of a host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from seedkit import seed
from seedkit.errors import ProtectedDatabaseError
from tests.acceptance.terminals import typed
from tests.conftest import Run, Write
from tests.faults.proxy import proxied

Connection = psycopg.Connection[Any]

FIXTURE = {"fixtures/users.yml": "- {id: 1, name: Ada}\n"}


@pytest.fixture
def users(project: Write, connection: Connection) -> Connection:
    connection.execute("create table users (id serial primary key, name text)")
    project(FIXTURE)
    return connection


@pytest.fixture
def reached(direct: str) -> Iterator[str]:
    """The conninfo of the test's database by TCP, at 127.0.0.1."""
    with proxied(direct) as proxy:
        yield proxy.url


def count(connection: Connection) -> object:
    [row] = connection.execute("select count(*) from users").fetchall()
    return row[0]


@pytest.mark.parametrize(
    ("files", "variables", "options", "named"),
    [
        ({}, {}, ["--env", "production"], 'the environment of this run is "production"'),
        ({}, {"SEEDKIT_ENV": "eu-prod"}, ["--env", "dev"], 'SEEDKIT_ENV is "eu-prod"'),
        ({}, {"APP_ENV": "dev", "ENV": "bank-production"}, [], 'ENV is "bank-production"'),
        ({}, {"RAILS_ENV": "production"}, [], 'RAILS_ENV is "production"'),
        ({}, {"NODE_ENV": "production"}, [], 'NODE_ENV is "production"'),
        ({}, {"DEPLOY_ENV": "prd"}, [], 'DEPLOY_ENV is "prd"'),
        ({}, {"STAGE": "live"}, [], 'STAGE is "live"'),
        ({}, {"SPRING_PROFILES_ACTIVE": "metrics,prod"}, [], 'SPRING_PROFILES_ACTIVE is "metrics,prod"'),
        ({".env": "APP_ENV=production\n"}, {"APP_ENV": "dev"}, [], '.env is "production"'),
        ({"pyproject.toml": "[tool.seedkit]\nenv = 'live'\n"}, {}, ["--env", "dev"], 'pyproject.toml is "live"'),
    ],
    ids=["option", "variable", "second variable", "rails", "node", "deploy", "stage", "spring", "dotenv", "settings"],
)
def test_whoever_says_production_is_heard(
    users: Connection,
    database: str,
    project: Write,
    seedkit: Run,
    files: dict[str, str],
    variables: dict[str, str],
    options: list[str],
    named: str,
) -> None:
    project(files)

    ran = seedkit("seed", *options, DATABASE_URL=database, **variables)

    assert ran.returncode == 2
    assert f"is a production database: {named}" in ran.stderr.replace("[tool.seedkit] env in ", "").replace(
        f"APP_ENV in {project({})}/", ""
    )
    assert count(users) == 0


def test_an_environment_of_the_api_is_heard_too(users: Connection) -> None:
    with pytest.raises(ProtectedDatabaseError, match='the environment of this run is "production"'):
        seed(connection=users, environment="production")

    assert count(users) == 0


@pytest.mark.parametrize(
    ("host", "pattern"),
    [
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.*"),
        ("127.0.0.1", "127.1"),
        ("localhost", "::ffff:127.0.0.1"),
        ("innocent.example.com", "127.0.0.0/8"),
        ("/var/run/postgresql", "127.0.0.1"),
    ],
)
def test_a_protected_address_is_known_however_it_is_reached(
    users: Connection, reached: str, project: Write, seedkit: Run, host: str, pattern: str
) -> None:
    project({"pyproject.toml": f"[tool.seedkit]\nprotected-hosts = ['{pattern}']\n"})
    address = {"hostaddr": "127.0.0.1"} if host[0] in "i/" else {}

    ran = seedkit("seed", "--url", make_conninfo(reached, host=host, **address))

    assert ran.returncode == 2
    assert f'is among the protected-hosts ("{pattern}")' in ran.stderr
    assert count(users) == 0


@pytest.mark.parametrize("host", ["db.prod.example.com", "db.prod.example.com.", "DB.PROD.example.com"])
@pytest.mark.parametrize("pattern", ["db.prod.example.com", "*.prod.example.com."])
def test_a_protected_name_is_known_with_and_without_its_last_dot(
    users: Connection, reached: str, project: Write, seedkit: Run, host: str, pattern: str
) -> None:
    project({"pyproject.toml": f"[tool.seedkit]\nprotected-hosts = ['{pattern}']\n"})

    ran = seedkit("seed", "--url", make_conninfo(reached, host=host, hostaddr="127.0.0.1"))

    assert (ran.returncode, count(users)) == (2, 0)
    assert f'its host {host} is among the protected-hosts ("{pattern}")' in ran.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DJANGO_SETTINGS_MODULE", "shop.settings.production"),
        ("VERCEL_ENV", "production"),
        ("ASPNETCORE_ENVIRONMENT", "Production"),
        ("DOTNET_ENVIRONMENT", "Production"),
        ("RACK_ENV", "production"),
        ("MIX_ENV", "prod"),
        ("CI_ENVIRONMENT_NAME", "production/eu"),
        ("QUARKUS_PROFILE", "prod"),
    ],
)
def test_the_variable_of_any_framework_is_heard(
    users: Connection, database: str, seedkit: Run, name: str, value: str
) -> None:
    ran = seedkit("seed", DATABASE_URL=database, **{name: value})

    assert (ran.returncode, count(users)) == (2, 0)
    assert f'is a production database: {name} is "{value}"' in ran.stderr


@pytest.mark.parametrize("spelling", ["{}", "{}/", "{}/.", "{}/../{name}", "/{}", "{}//"])
@pytest.mark.parametrize("pattern", ["{}", "{}/", "{}/./"])
def test_a_protected_socket_is_known_in_every_spelling_of_its_path(
    users: Connection, direct: str, project: Write, seedkit: Run, spelling: str, pattern: str
) -> None:
    path = str(conninfo_to_dict(direct)["host"])
    project({"pyproject.toml": f"[tool.seedkit]\nprotected-hosts = ['{pattern.format(path)}']\n"})
    host = spelling.format(path, name=path.rpartition("/")[2])

    ran = seedkit("seed", "--url", make_conninfo(direct, host=host))

    assert (ran.returncode, count(users)) == (2, 0)
    assert "is among the protected-hosts" in ran.stderr


@pytest.mark.parametrize("protected", ["link", "real"])
def test_a_protected_socket_is_known_behind_a_link(
    users: Connection, direct: str, project: Write, seedkit: Run, protected: str
) -> None:
    places = {"real": str(conninfo_to_dict(direct)["host"]), "link": str(project({}) / "socket")}
    Path(places["link"]).symlink_to(places["real"])
    project({"pyproject.toml": f"[tool.seedkit]\nprotected-hosts = ['{places[protected]}']\n"})

    ran = seedkit("seed", "--url", make_conninfo(direct, host=places["real" if protected == "link" else "link"]))

    assert (ran.returncode, count(users)) == (2, 0)
    assert "is among the protected-hosts" in ran.stderr


def test_a_database_that_is_called_production_is_one(server: str, project: Write, seedkit: Run) -> None:
    project(FIXTURE)
    conninfo = make_conninfo(server, dbname="shop_production")
    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute("create database shop_production")
        try:
            ran = seedkit("seed", DATABASE_URL=conninfo)
        finally:
            maintenance.execute("drop database shop_production with (force)")

    assert ran.returncode == 2
    assert 'is a production database: its database is called "shop_production"' in ran.stderr


def test_a_host_that_is_called_production_is_one(users: Connection, reached: str, seedkit: Run) -> None:
    ran = seedkit("seed", "--url", make_conninfo(reached, host="db-prod.example.com", hostaddr="127.0.0.1"))

    assert (ran.returncode, count(users)) == (2, 0)
    assert 'is a production database: its host is called "db-prod.example.com"' in ran.stderr


@pytest.mark.parametrize("way", ["variable", "conninfo", "url"])
def test_a_service_that_is_called_production_is_one(
    users: Connection, direct: str, project: Write, seedkit: Run, way: str
) -> None:
    lines = [f"{name}={value}" for name, value in conninfo_to_dict(direct).items()]
    folder = project({"services": "\n".join(["[production]", *lines, ""])})
    named = {
        "variable": {"PGSERVICE": "production"},
        "conninfo": {"DATABASE_URL": "service=production"},
        "url": {"DATABASE_URL": "postgresql://?service=production"},
    }[way]

    ran = seedkit("seed", PGSERVICEFILE=str(folder / "services"), **named)

    assert (ran.returncode, count(users)) == (2, 0)
    assert 'is a production database: its service is called "production"' in ran.stderr


def test_another_server_behind_the_name_of_the_embedded_socket_is_not_embedded(
    users: Connection, reached: str, project: Write, seedkit: Run
) -> None:
    folder = project({"pyproject.toml": "[tool.seedkit.embedded]\n"})
    users.execute("insert into users values (7, 'Grace')")
    url = seedkit("db", "url").stdout.strip()
    elsewhere = make_conninfo(reached, host=conninfo_to_dict(url)["host"], hostaddr="127.0.0.1")

    ran = seedkit("seed", "--fresh", "--url", elsewhere)
    asked = typed("no", "seed", "--fresh", "--url", elsewhere, cwd=folder)
    seedkit("db", "reset")

    assert (ran.returncode, asked[0], count(users)) == (2, 2, 1)
    assert "a fresh run empties tables of database" in ran.stderr
    assert f'of database "{users.info.dbname}" on 127.0.0.1. Type the name' in asked[1]
