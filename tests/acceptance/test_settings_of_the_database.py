"""Databases whose settings have values and names written otherwise: the same file means the same rows in all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from seedkit import seed
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]
Set = Callable[[str, str], None]


@pytest.fixture
def set_(connection: Connection) -> Set:
    """Set something for all sessions of the database to come."""

    def set_there(name: str, value: str) -> None:
        there = sql.Identifier(connection.info.dbname)
        statement = sql.SQL("alter database {} set {} = {}").format(there, sql.Identifier(name), sql.Literal(value))
        connection.execute(statement)

    return set_there


def test_a_null_in_an_array_is_one_whatever_array_nulls_says(
    set_: Set, connection: Connection, database: str, project: Write, tmp_path: Path
) -> None:
    set_("array_nulls", "off")
    connection.execute("create table t (id integer primary key, texts text[], numbers integer[])")
    project({"fixtures/t.yml": "- {id: 1, texts: [a, ~], numbers: [~, 2]}\n"})

    seed(url=database, directory=tmp_path)

    assert connection.execute("select texts, numbers from t").fetchall() == [(["a", None], [None, 2])]


def test_types_are_known_also_where_all_names_are_quoted(
    set_: Set, connection: Connection, database: str, project: Write, seedkit: Run, tmp_path: Path
) -> None:
    set_("quote_all_identifiers", "on")
    connection.execute("create table t (id serial primary key, document jsonb, body text)")
    project({"fixtures/t.yml": '- {id: 1, document: {a: 1}}\n- {id: 2, document: [], body: "x"}\n'})
    commands = ["seed"], ["dump", "t", "-o", "again"], ["generate", "--explain", "t"]

    runs = [seedkit(*words, DATABASE_URL=database) for words in commands]

    assert [ran.returncode for ran in runs] == [0, 0, 0], [ran.stderr for ran in runs]
    assert "!like json_object" in runs[-1].stdout
    assert connection.execute("select document from t order by id").fetchall() == [({"a": 1},), ([],)]
    assert 'document: {"a": 1}' in (tmp_path / "again" / "t.yml").read_text()


@pytest.mark.parametrize(
    ("name", "value", "meant"), [("lc_monetary", "POSIX", "C"), ("xmloption", "document", "content")]
)
def test_values_are_read_alike_under_any_settings(
    name: str, value: str, meant: str, set_: Set, connection: Connection, database: str, project: Write, tmp_path: Path
) -> None:
    """Locales whose amounts look different are not on every machine, nor is XML in every server."""
    set_(name, value)
    connection.execute("create table t (setting text primary key)")
    project(
        {
            "seeders/t.py": "from seedkit import seeder\n\n\n@seeder\ndef t(db):\n"
            f"    [[setting]] = db.execute('show {name}').fetchall()\n    db.insert('t', [{{'setting': setting}}])\n"
        }
    )

    seed(url=database, directory=tmp_path)

    assert connection.execute("select setting from t").fetchall() == [(meant,)]


def test_a_database_that_was_frozen_is_read_and_not_written_to(
    set_: Set, connection: Connection, database: str, project: Write, seedkit: Run
) -> None:
    """As that of an old server before it is replaced: whoever froze it, meant it."""
    connection.execute("create table t (id serial primary key)")
    project({"fixtures/t.yml": "- {id: 7}\n"})
    set_("default_transaction_read_only", "on")

    writing = [seedkit(*words, DATABASE_URL=database) for words in (["seed"], ["fix-sequence", "t"])]
    reading = [seedkit(*words, DATABASE_URL=database) for words in (["check"], ["dump", "t", "-o", "-"])]

    assert [ran.returncode for ran in (*writing, *reading)] == [2, 2, 0, 0]
    assert "sessions of DATABASE_URL are to write nothing: default_transaction_read_only is on" in writing[0].stderr
    assert connection.execute("select count(*) from t").fetchone() == (0,)
