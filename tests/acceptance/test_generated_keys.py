"""Tables whose key the server computes: rows are recognised by the columns that it is computed from."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

KEYS = {
    "a primary key": "create table t (a int, g int generated always as (a * 2) stored primary key, note text)",
    "a unique key": "create table t (a int, g int generated always as (a * 2) stored not null unique, note text)",
    "a key of both kinds": """
        create table t (note text, a int, b text default 'x', g int generated always as (a * 2) stored,
            primary key (b, g))
        """,
}


@pytest.mark.parametrize("made", KEYS)
def test_rows_are_recognised_by_what_their_key_is_computed_from(
    made: str, project: Write, connection: Connection
) -> None:
    connection.execute(KEYS[made].encode())
    project({"fixtures/t.yml": "- {a: 1, note: one}\n- {a: 2, note: two}\n"})

    first = seed(connection=connection)
    project({"fixtures/t.yml": "- {a: 1, note: one}\n- {a: 2, note: deux}\n"})
    second = seed(connection=connection)

    assert [(each.inserted, each.updated, each.unchanged) for each in (first.tables[0], second.tables[0])] == [
        (2, 0, 0),
        (0, 1, 1),
    ]
    assert connection.execute("select g, note from t order by g").fetchall() == [(2, "one"), (4, "deux")]


@pytest.mark.parametrize("format_", ["yaml", "csv", "jsonl"])
def test_what_is_dumped_is_seeded_and_recognised(
    format_: str, project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute(KEYS["a primary key"].encode())
    connection.execute("insert into t (a, note) values (1, 'one'), (2, null)")
    project({})

    dumped = seedkit("dump", "--all", "--format", format_, "--output", "fixtures", DATABASE_URL=database)
    again = seedkit("seed", DATABASE_URL=database)
    connection.execute("truncate t")
    anew = seedkit("seed", DATABASE_URL=database)

    assert [ran.returncode for ran in (dumped, again, anew)] == [0, 0, 0], dumped.stderr + again.stderr + anew.stderr
    assert "nothing changed: 2 rows" in again.stdout
    assert connection.execute("select a, g, note from t order by a").fetchall() == [(1, 2, "one"), (2, 4, None)]


def test_the_hint_names_columns_that_a_row_can_name(project: Write, connection: Connection) -> None:
    connection.execute(KEYS["a primary key"].encode())
    project({"fixtures/t.yml": "- {note: one}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert 'Name "a" in every row' in str(caught.value.hint)


def test_the_option_key_alone_is_hinted_at_where_rows_name_several_keys(project: Write, connection: Connection) -> None:
    connection.execute("create table t (id serial primary key, k int unique, l int unique, m int)")
    project({"fixtures/t.yml": "- {k: 1, l: 1, m: 5}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert caught.value.hint == "Choose one by the option key: _fixture: {key: [k]}."
