"""Tables that are published with their updates, and have nothing by which a subscriber would know a row.

PostgreSQL refuses a statement with an UPDATE of them, also where no row is updated.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres.loads import Connection, Load, Refusal, rows_of

pytestmark = pytest.mark.usefixtures("way")


@pytest.fixture
def connection(emptied: Connection) -> Iterator[Connection]:
    yield emptied
    emptied.rollback()
    emptied.execute("drop publication if exists p")
    emptied.commit()


PUBLISHED = {
    "everything": "create table t (a int not null unique, b text); create publication p for all tables",
    "a table": "create table t (a int unique, b text); create publication p for table t",
    "a schema": "create table t (a int unique, b text); create publication p for tables in schema public",
    "of no use": "create table t (a int primary key, b text); alter table t replica identity nothing;"
    " create publication p for table t",
    "an index in its place": "create table t (a int primary key deferrable, b text); create publication p for table t",
    "some rows": "create table t (a int primary key, b text); create publication p for table t where (b <> 'z')",
    "some columns": "create table t (a int primary key, b text); create publication p for table t (b)",
    "the whole": "create table t (a int not null, b text) partition by list (a);"
    " create table t_rest partition of t default; create unique index on t (a); create publication p for table t",
}


@pytest.mark.parametrize("schema", PUBLISHED.values(), ids=PUBLISHED.keys())
def test_rows_are_added_and_recognised_without_an_update(schema: str, connection: Connection, load: Load) -> None:
    connection.execute(schema.encode())
    first, more = "- {a: 1, b: x}\n", "- {a: 1, b: x}\n- {a: 2, b: y}\n"

    assert [load(t=rows) for rows in (first, first, more)] == [{"t": (1, 0, 0)}, {"t": (0, 0, 1)}, {"t": (1, 0, 1)}]
    assert rows_of(connection, "select * from t order by a") == [(1, "x"), (2, "y")]


def test_rows_that_differ_are_told_with_what_to_do(connection: Connection, load: Load, refusal: Refusal) -> None:
    connection.execute("create table t (a int unique, b text); create publication p for all tables")
    load(t="- {a: 1, b: x}\n")

    error = refusal(t="- {a: 1, b: y}\n")

    assert error.message == (
        'cannot update table "t" because it does not have a replica identity and publishes updates'
    )
    assert str(error.origin) == "fixtures/t.yml"
    assert error.hint == (
        "Rows that are there differ. Leave them as they are (on_conflict: skip), or let subscribers know them: alter"
        " table t replica identity full;"
    )


@pytest.mark.parametrize(
    "schema",
    [
        "create table t (a int primary key, b text); create publication p for table t",
        "create table t (a int unique, b text); alter table t replica identity full; create publication p for table t",
        "create table t (a int unique, b text); create publication p for table t with (publish = 'insert')",
    ],
)
def test_tables_whose_rows_are_known_are_updated(schema: str, connection: Connection, load: Load) -> None:
    connection.execute(schema.encode())
    load(t="- {a: 1, b: x}\n")

    assert load(t="- {a: 1, b: y}\n") == {"t": (0, 1, 0)}
