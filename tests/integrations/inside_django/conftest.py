"""Tests that need Django set up, which a process can be only once: `tests/integrations/test_django.py` starts them.

By hand: `SEEDKIT_INSIDE_DJANGO=1 .venv/bin/pytest tests/integrations/inside_django`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

INSIDE = "SEEDKIT_INSIDE_DJANGO"
HERE = "tests.integrations.inside_django"

collect_ignore_glob = ["shop/*", "parcels/*", "derived/*"] if INSIDE in os.environ else ["*"]

if INSIDE in os.environ:
    from django import setup
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "seedkit.integrations.django",
            f"{HERE}.shop",
            f"{HERE}.parcels",
        ],
        AUTH_USER_MODEL="shop.Customer",
        MIGRATION_MODULES={"auth": None, "contenttypes": None},  # all tables are made as the models say
        DATABASES={
            "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "given by each test"},
            "spatial": {"ENGINE": f"{HERE}.derived", "NAME": "given by each test"},
            "lite": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
            "gone": {"ENGINE": "django.db.backends.postgresql", "NAME": "x", "HOST": "127.0.0.1", "PORT": "1"},
        },
        USE_TZ=True,
    )
    setup()


@contextmanager
def at(conninfo: str) -> Iterator[Any]:
    """Have Django's connections lead to a database, and closed at the end."""
    from django.db import connections

    found = conninfo_to_dict(conninfo)
    where = {"NAME": found["dbname"], "USER": found["user"], "HOST": found["host"], "PORT": found["port"]}
    for alias in ("default", "spatial"):
        connections[alias].settings_dict |= where
    try:
        yield connections["default"]
    finally:
        for alias in ("default", "spatial"):
            connections[alias].close()


@pytest.fixture(scope="session")
def migrated(server: str) -> str:
    """The name of a database with the tables of all apps."""
    from django.core.management import call_command

    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute("create database migrated")
        maintenance.execute("alter database migrated set timezone to 'Asia/Tokyo'")
    conninfo = make_conninfo(server, dbname="migrated")
    with psycopg.connect(conninfo, autocommit=True) as connection, at(conninfo):
        connection.execute("create schema other; create table other.legacy (id serial primary key, name text)")
        call_command("migrate", verbosity=0, run_syncdb=True)
    return "migrated"


@pytest.fixture
def database(server: str, migrated: str, database_names: Iterator[str]) -> Iterator[str]:
    """The conninfo of a database that only this test knows, with the tables of all apps."""
    name = next(database_names)
    with psycopg.connect(server, autocommit=True) as maintenance:
        names = {"name": sql.Identifier(name), "template": sql.Identifier(migrated)}
        maintenance.execute(sql.SQL("create database {name} template {template}").format(**names))
        yield make_conninfo(server, dbname=name)
        maintenance.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def django(database: str) -> Iterator[Any]:
    """Django's connection to the test's database."""
    with at(database) as connection:
        yield connection


@pytest.fixture
def base(
    project: Callable[[dict[str, str]], Path], monkeypatch: pytest.MonkeyPatch
) -> Callable[[dict[str, str]], Path]:
    """Write files into settings.BASE_DIR, the test's folder."""
    from django.conf import settings

    folder = project({})
    monkeypatch.setattr(settings, "BASE_DIR", folder, raising=False)
    return project
