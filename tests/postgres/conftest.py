"""A database that is emptied after each test, for files with a test for each of many small cases.

To make a database takes four times as long as to empty one. Sequences that are gone keep no state, so a test is as much
alone in an emptied database as in a new one.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from seedkit import seed
from seedkit.errors import SeedkitError
from seedkit.postgres.loading import gathering
from tests.conftest import Write
from tests.postgres.loads import Connection, Counts, Load, Refusal, counts

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


@pytest.fixture
def emptied(module_database: str) -> Iterator[psycopg.Connection]:
    """A new session in the module's database, in autocommit mode; all that the test makes is dropped again."""
    with psycopg.connect(module_database, autocommit=True) as connection:
        yield connection
    with psycopg.connect(module_database, autocommit=True) as connection:
        connection.execute("set client_min_messages = warning")
        connection.execute(_EMPTY)


@pytest.fixture
def load(project: Write, connection: Connection) -> Load:
    """Load fixtures, given as table="YAML", and say for each table (inserted, updated, unchanged)."""

    def load_fixtures(**fixtures: str) -> dict[str, Counts]:
        project({f"fixtures/{name}.yml": text for name, text in fixtures.items()})
        return counts(seed(connection=connection))

    return load_fixtures


@pytest.fixture
def refusal(load: Load) -> Refusal:
    """Load fixtures that must not load, and give the error."""

    def refused(**fixtures: str) -> SeedkitError:
        with pytest.raises(SeedkitError) as caught:
            load(**fixtures)
        return caught.value

    return refused


@pytest.fixture
def plain_owner(connection: Connection) -> Iterator[Connection]:
    """The test's connection as a role that is no superuser and owns what it creates."""
    role = sql.Identifier(f"owner_of_{connection.info.dbname}")
    connection.execute(sql.SQL("create role {}").format(role))
    connection.execute(
        sql.SQL("grant create, temporary on database {} to {}").format(sql.Identifier(connection.info.dbname), role)
    )
    connection.execute(sql.SQL("grant create, usage on schema public to {}").format(role))
    connection.execute(sql.SQL("set session authorization {}").format(role))
    yield connection
    connection.execute("reset session authorization")
    connection.execute(sql.SQL("drop owned by {}").format(role))
    connection.execute(sql.SQL("drop role {}").format(role))


@pytest.fixture(params=["inline", "copied"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have every load go inside a statement, as few rows do, or by COPY, as many do."""
    if request.param == "copied":
        monkeypatch.setattr(gathering, "SMALL_ROWS", -1)
    return str(request.param)
