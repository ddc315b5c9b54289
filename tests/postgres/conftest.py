"""A database that is emptied after each test, for files with a test for each of many small cases.

To make a database takes four times as long as to empty one. Sequences that are gone keep no state, so a test is as much
alone in an emptied database as in a new one.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

_EMPTY = """
do $$
declare
    statement text;
begin
    for statement in
        select format('drop schema %I cascade', nspname)
        from pg_namespace
        where nspname !~ '^pg_' and nspname <> 'information_schema'
        union all
        select format('drop foreign data wrapper %I cascade', fdwname)
        from pg_foreign_data_wrapper
    loop
        execute statement;
    end loop;
    create schema public;
    grant usage on schema public to public;
end $$
"""


@pytest.fixture(scope="module")
def module_database(server: str, database_names: Iterator[str]) -> Iterator[str]:
    """The conninfo of a database that only this module's tests know."""
    name = next(database_names)
    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield make_conninfo(server, dbname=name)
        maintenance.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def emptied(module_database: str) -> Iterator[psycopg.Connection]:
    """A new session in the module's database, in autocommit mode; all that the test makes is dropped again."""
    with psycopg.connect(module_database, autocommit=True) as connection:
        yield connection
    with psycopg.connect(module_database, autocommit=True) as connection:
        connection.execute("set client_min_messages = warning")
        connection.execute(_EMPTY)
