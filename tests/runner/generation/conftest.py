"""Databases for tests of generation: a second one, to compare with the first."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

Connection = psycopg.Connection


@pytest.fixture
def second(server: str, database_names: Iterator[str]) -> Iterator[Connection]:
    """A connection to another empty database."""
    name = sql.Identifier(next(database_names))
    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute(sql.SQL("create database {}").format(name))
        dsn = psycopg.conninfo.make_conninfo(server, dbname=name.as_string(None).strip('"'))
        with psycopg.connect(dsn, autocommit=True) as connection:
            yield connection
        maintenance.execute(sql.SQL("drop database {} with (force)").format(name))
