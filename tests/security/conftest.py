"""A database of traps: what PostgreSQL brings stands a second time in a schema that the search path has first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

TRAPS = Path(__file__).with_name("traps.sql")


@pytest.fixture(scope="session")
def trapped_template(server: str, database_names: Iterator[str]) -> str:
    """The name of a database with the traps, to be copied."""
    name = next(database_names)
    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    with psycopg.connect(make_conninfo(server, dbname=name), autocommit=True) as connection:
        connection.execute("set check_function_bodies = off")
        connection.execute(TRAPS.read_bytes())
    return name


@pytest.fixture
def trapped(server: str, trapped_template: str, database_names: Iterator[str]) -> Iterator[str]:
    """The conninfo of a database in which an unqualified name finds a trap before it finds PostgreSQL's own."""
    chosen = next(database_names)
    name = sql.Identifier(chosen)
    conninfo = make_conninfo(server, dbname=chosen)
    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute(sql.SQL("create database {} template {}").format(name, sql.Identifier(trapped_template)))
        maintenance.execute(sql.SQL("alter database {} set search_path = trap, pg_catalog, public").format(name))
        yield conninfo
        maintenance.execute(sql.SQL("drop database {} with (force)").format(name))


@pytest.fixture
def owner(trapped: str) -> Iterator[psycopg.Connection]:
    """A session in the trapped database that itself finds none of the traps."""
    with psycopg.connect(trapped, autocommit=True, options="-c search_path=public") as connection:
        yield connection
