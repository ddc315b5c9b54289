"""Rows that name no column: in a table without a key so many rows of defaults; where there is a key, one hint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed

Connection = psycopg.Connection[Any]
Write = Callable[[dict[str, str]], Path]

SEEDER = "def seed(db):\n    db.insert('visits', [{}] * %d)\n"
KEYED = "create table visits (id serial primary key, page text default 'home')"
UNKEYED = "create table visits (id serial, page text default 'home')"


@pytest.mark.parametrize("rows", [2, 20_000])
@pytest.mark.parametrize("above", ["", "_fixture: {on_conflict: skip}\n---\n"])
def test_rows_of_defaults_are_inserted_once(rows: int, above: str, project: Write, connection: Connection) -> None:
    connection.execute(UNKEYED.encode())
    project({"fixtures/visits.yml": above + "- {}\n" * rows})

    first, second = seed(connection=connection), seed(connection=connection)

    assert [report.inserted for report in (*first.tables, *second.tables)] == [rows, 0]
    found = connection.execute("select count(distinct id), max(id), min(page) from visits").fetchone()
    assert found == (rows, rows, "home")


@pytest.mark.parametrize(
    "files",
    [
        {"fixtures/visits.yml": "- {}\n- {page: shop}\n- {}\n"},
        {"fixtures/visits.yml": "first: {}\nsecond: {page: shop}\nthird: {}\n"},
        {"fixtures/all.yml": "visits: [{}, {page: shop}, {}]\n"},
        {"seeders/visits.py": "def seed(db):\n    db.insert('visits', [{}, {'page': 'shop'}, {}])\n"},
    ],
)
@pytest.mark.parametrize(
    "more",
    [
        "",
        "create rule loud as on insert to visits do also notify visits",
        "insert into visits (page) values ('old'); delete from visits",
    ],
)
def test_rows_of_defaults_stand_beside_others(
    files: dict[str, str], more: str, project: Write, connection: Connection
) -> None:
    connection.execute(f"{UNKEYED};{more}".encode())
    project(files)

    seed(connection=connection)

    assert connection.execute("select page from visits order by page").fetchall() == [("home",), ("home",), ("shop",)]


def test_a_column_that_has_no_default_and_may_not_be_null_is_told_with_the_line(
    project: Write, connection: Connection
) -> None:
    connection.execute("create table visits (page text not null, at timestamptz default now())")
    project({"fixtures/visits.yml": "- {page: a}\n- {}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "fixtures/visits.yml:2"
    assert '"page"' in f"{caught.value.message} {caught.value.detail}"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("- {}", "a row names no column"),
        ("- ", "a row is a mapping of columns, not nothing"),
        ("ada: {}", "a row names no column"),
        ("ada:\nbob: {page: a}", "a row is a mapping of columns, not nothing"),
    ],
)
def test_no_hint_recommends_what_the_next_one_refuses(
    row: str, message: str, project: Write, connection: Connection
) -> None:
    connection.execute(KEYED.encode())
    project({"fixtures/visits.yml": row})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert caught.value.message == message
    assert str(caught.value.origin) == "fixtures/visits.yml:1"
    assert "in a table without a key" in str(caught.value.hint)


def test_a_seeder_is_told_the_key_that_its_row_lacks(project: Write, connection: Connection) -> None:
    connection.execute(KEYED.encode())
    project({"seeders/visits.py": SEEDER % 1})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert caught.value.hint == (
        'A second run could not recognise it: name "id". Only in a table without a key is {} a row of defaults.'
    )


def test_a_row_of_defaults_that_must_be_new_is_refused_as_nothing_could_tell_it(
    project: Write, connection: Connection
) -> None:
    connection.execute(UNKEYED.encode())
    project({"fixtures/visits.yml": "_fixture: {on_conflict: error}\n---\n- {}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert caught.value.hint is not None
    assert "on_conflict: skip" in caught.value.hint


@pytest.mark.parametrize("row", ["{}", "{page: a page whose name is long enough to fill several blocks}"])
def test_many_equal_rows_without_a_key_all_go_through_a_rule(row: str, project: Write, connection: Connection) -> None:
    connection.execute(f"{UNKEYED};create rule loud as on insert to visits do also notify visits".encode())
    project({"fixtures/visits.yml": f"- {row}\n" * 4_000})

    first, second = seed(connection=connection), seed(connection=connection)

    assert [report.inserted for report in (*first.tables, *second.tables)] == [4_000, 0]
