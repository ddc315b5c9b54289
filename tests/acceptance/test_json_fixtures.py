"""JSON and JSON Lines as fixtures: read as the flow values of YAML are, numbers digit for digit."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from seedkit.core.reports.runs import SeedReport

Connection = psycopg.Connection[Any]
Seeded = Callable[..., SeedReport]
Refused = Callable[..., SeedkitError]

SCHEMA = """
create type pair as (amount numeric, word text);
create table users (
    id integer primary key, email text, plan text default 'free', active boolean, price numeric, tags text[],
    specs jsonb, cost pair, during int4range, grid int[], seen_at timestamp, icon bytea, created_at timestamptz not null
);
create table orders (id serial primary key, user_id integer references users, note text);
"""
ROW = {
    "id": 1,
    "email": "a\u2028\t\x7f\\N",
    "active": True,
    "price": 12,
    "tags": ["a", 'b, "c"', None],
    "specs": {"size": 1.5, "unit": "7", "odd": None, "sizes": [True]},
    "cost": {"amount": 9.9, "word": "x"},
    "during": {"lower": 1, "upper": 9},
    "grid": [[1, 2], [3, None]],
    "seen_at": "2026-03-04T12:00:00+02:00",
    "icon": "\\x68656c6c6f",
}


@pytest.fixture
def seeded(project: Callable[..., Path], connection: Connection) -> Seeded:
    """Write fixtures and seed them."""
    connection.execute(SCHEMA)

    def run(files: dict[str, str]) -> SeedReport:
        project({f"fixtures/{name}": text for name, text in files.items()})
        return seed(connection=connection)

    return run


@pytest.fixture
def refused(seeded: Seeded) -> Refused:
    """Seed what is refused, and give the error."""

    def run(files: dict[str, str]) -> SeedkitError:
        with pytest.raises(SeedkitError) as caught:
            seeded(files)
        return caught.value

    return run


def asked(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode()).fetchall()


LISTS: dict[str, Callable[[list[Any]], str]] = {
    "users.json": json.dumps,
    "Users.JSON": lambda rows: json.dumps(rows, indent=2, ensure_ascii=False),
    "public.users.json": lambda rows: json.dumps(rows, indent="\t"),
    "users.jsonl": lambda rows: "\ufeff" + "\r\n\r\n".join(map(json.dumps, rows)),
}


@pytest.mark.parametrize("name", LISTS)
def test_the_types_of_columns_read_the_values(name: str, seeded: Seeded, connection: Connection) -> None:
    seeded({name: LISTS[name]([ROW, {"id": 2}])})

    assert asked(
        connection, "select email, active, price, tags, specs, grid, seen_at, icon from users where id = 1"
    ) == [(ROW["email"], True, 12, ROW["tags"], ROW["specs"], ROW["grid"], datetime(2026, 3, 4, 10), b"hello")]
    assert asked(connection, "select cost::text, during::text, plan from users order by id") == [
        ("(9.9,x)", "[1,9)", "free"),
        (None, None, "free"),
    ]


@pytest.mark.parametrize("stamp", ["", ', "created_at": "2026-01-01"'], ids=["row by row", "by the column"])
def test_numbers_stay_exact_beyond_what_a_float_holds(stamp: str, seeded: Seeded, connection: Connection) -> None:
    long = "0.1234567890123456789012345678901234567890"
    seeded({"users.jsonl": f'{{"id": 1, "price": {long}, "specs": [{long}, 1.50, 1e3], "email": 1.10{stamp}}}\n'})

    assert asked(connection, "select price::text, specs::text, email from users") == [
        (long, f"[{long}, 1.50, 1000]", "1.10")
    ]


@pytest.mark.parametrize("stamp", [{}, {"created_at": "2026-01-01"}], ids=["row by row", "by the column"])
def test_a_text_is_a_text_whatever_it_looks_like(stamp: dict[str, str], seeded: Seeded, connection: Connection) -> None:
    texts = ["", "null", "~", "!ref ada", "<%= 1 %>", "{a}", "$LABEL", "NO", "00501", "\\.", "\\N"]
    seeded({"users.jsonl": "\n".join(json.dumps({"id": n, "email": text, **stamp}) for n, text in enumerate(texts))})

    assert [text for (text,) in asked(connection, "select email from users order by id")] == texts


def test_an_object_holds_labels_or_tables_with_options_as_in_yaml(seeded: Seeded, connection: Connection) -> None:
    seeded(
        {
            "users.json": '{"ada": {"id": 1, "email": "a"}, "eve": {"id": 2}}',
            "shop.json": '{"_fixture": {"defaults": {"note": "from $LABEL"}},\n "orders": [{"id": 7, "user": "eve"}],'
            ' "public.users": {"bob": {"id": 3}}}',
            "orders.jsonl": '{"id": 8, "user_id": "ada"}\n',
        }
    )

    assert asked(connection, "select id, user_id, note from orders order by id") == [
        (7, 2, "from $LABEL"),
        (8, 1, None),
    ]
    assert asked(connection, "select id from users order by id") == [(1,), (2,), (3,)]


def test_options_above_labels_are_no_row_though_their_names_are_columns(seeded: Seeded, connection: Connection) -> None:
    connection.execute("create table settings (key text primary key, value text)")
    rows = {f"setting{n}": {"key": f"k{n}", "value": "on"} for n in range(200)}
    files = {"settings.json": json.dumps({"_fixture": {"key": "key"}, **rows})}

    seeded(files)
    report = seeded(files)

    assert asked(connection, "select count(*), count(distinct key) from settings") == [(200, 200)]
    assert [(found.inserted, found.updated, found.unchanged) for found in report.tables] == [(0, 0, 200)]


def test_many_labels_are_keys_for_others(seeded: Seeded, connection: Connection) -> None:
    seeded(
        {
            "users.json": json.dumps({f"user{n}": {"email": f"u{n}", "id": n + 7} for n in range(3_000)}),
            "orders.json": json.dumps([{"id": n, "user": f"user{n}"} for n in range(3_000)], indent=1),
        }
    )

    assert asked(connection, "select count(*) from orders where user_id = id + 7") == [(3_000,)]


def test_a_second_run_changes_nothing(seeded: Seeded) -> None:
    rows = [{"id": n, "email": f"u{n}", "specs": {"n": n}, "tags": [str(n)]} for n in range(300)]
    seeded({"users.json": json.dumps(rows), "orders.jsonl": '{"id": 1, "note": null}\n{"id": 2, "user_id": 7}\n'})

    report = seeded({})

    assert [(found.inserted, found.updated, found.unchanged) for found in report.tables] == [(0, 0, 300), (0, 0, 2)]


PRETTY = json.dumps([{"id": n, "email": f"u{n}", "created_at": "2026-01-01"} for n in range(3_000)], indent=1)


@pytest.mark.parametrize(
    ("name", "text", "line", "message"),
    [
        ("users.json", '[{"id": 1},\n{"id": 2,}]', 2, "the file is no JSON: "),
        ("users.json", '[{"id": 1}\n {"id": 2}]', 2, '"," or "]" is missing'),
        ("users.json", '[{"id": 1},\n]', 2, 'the file is no JSON: a value is missing behind ","'),
        ("users.json", '{"ada": {"id": 1},\n}', 2, "the file is no JSON: a key in double quotes is missing"),
        ("shop.json", '{"users": [{"id": 1},\n]}', 2, "the file is no JSON: "),
        ("users.json", '[{"id": 1},\n {"email": NaN}]', 2, "NaN is no value of JSON"),
        ("users.json", '{"ada": {"id": 1},\n "eve": {"email": -Infinity}}', 2, "-Infinity is no value of JSON"),
        ("users.json", '{"users": [{"id": 1},\n {"email": {"a": [NaN]}}]}', 2, "NaN is no value of JSON"),
        ("users.jsonl", '{"id": 1}\n{"email": Infinity}\n', 2, "Infinity is no value of JSON"),
        ("users.json", '[{"id": 1},\n 7]', 2, "a row is an object of columns, not a single value"),
        ("users.json", '[{"id": 1},\n {"id": 2, "id": 3}]', 2, 'the key "id" stands twice'),
        ("users.json", '[{"id": 1},\n {"id": 2, "emial": 3}]', 2, 'table "users" has no column "emial"'),
        ("users.json", '{"ada": {"id": 1},\n "ada": {"id": 2}}', 2, 'the key "ada" stands twice'),
        ("users.json", '{"ada": {"id": 1}\n', 2, '"," or "}" is missing'),
        ("shop.json", '{"users": {\n"ada": {"id": "x"}}}', 2, 'invalid input syntax for type integer: "x"'),
        ("users.jsonl", '{"id": 1}\n{"id": 2} {"id": 3}\n', 2, "something stands behind the object"),
        ("users.jsonl", '{"id": 1}\n{"id": \n2}\n', 2, "the file is no JSON: "),
        ("users.jsonl", '{"id": 1}\n{"id": 2\n', 2, "the file is no JSON: "),
        ("users.jsonl", '{"id": 1}\n{"email": "\\ud83d"}\n', 2, "a text holds one half of a character"),
        ("users.jsonl", '{"id": 1}\n{"id": 2, "email": {"a": 1}}\n', 2, 'column "email" is of type text and can not'),
        ("users.jsonl", '{"id": 1}\n{"id": 2, "email": "\\u0000"}\n', 2, 'column "email" holds a character of code 0'),
        ("users.jsonl", '{"id": 1}\n' + '[' * 50_000, 2, "values are nested too deeply"),
        ("users.json", PRETTY.replace('"id": 2900', '"id": "x"'), 14502, 'invalid input syntax for type integer: "x"'),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(name: str, text: str, line: int, message: str, refused: Refused) -> None:
    error = refused({name: text})

    assert error.message.startswith(message)
    assert str(error.origin) == f"fixtures/{name}:{line}"


@pytest.mark.parametrize("name", ["users.json", "users.jsonl"])
def test_a_file_in_utf_16_is_told_as_one(name: str, project: Callable[..., Path], refused: Refused) -> None:
    folder = project({"fixtures/none": ""})
    (folder / "fixtures" / name).write_bytes('[{"id": 1}]'.encode("utf-16"))

    error = refused({})

    assert (error.message, str(error.origin)) == ("the file is UTF-16, not UTF-8", f"fixtures/{name}:1")
