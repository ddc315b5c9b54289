"""The law of dumps, in each format: seeded into empty tables they are the same rows again, whatever these hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from seedkit import seed
from seedkit.core.writing.format_names import DumpFormat
from seedkit.files.dump_targets import FolderTarget
from seedkit.runner.dump import DumpRequest, dump
from tests.conftest import Write

Connection = psycopg.Connection[Any]

TYPES: LiteralString = """
create type mood as enum ('calm', 'NO', '');
create type pair as (number integer, word text);
create domain word as text;
create extension if not exists hstore;
"""
ODD = ["", " ", "null", "NULL", "~", "\\.", "\\N", "a\tb", "a\nb", "a\r\nb", '"', '""', ",", "[1]", '{"a": 1}', "{a,b}",
       "!ref ada", "$LABEL", "<%= 1 %>", "NO", "00501", "\u2028", "\x7f", "\ufeff", "\x01", "é😀"]  # fmt: skip
TEXTS = st.sampled_from(ODD) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS | st.just("!json"), inner, max_size=2),
    max_leaves=4,
)
JSON = DOCUMENTS.map(json.dumps) | st.sampled_from(
    [
        "null",
        '"null"',
        '"[1]"',
        '{"a":1,"a":2}',
        ' {"a" : 1.50}',
        "1E400",
        "-0.0",
        '{"!json": "1"}',
        '"\\u0000"',
        "[\n1]",
    ]
)
VALUES: dict[LiteralString, st.SearchStrategy[str]] = {
    "text": TEXTS,
    "word": TEXTS,
    "char(3)": st.sampled_from(["", "a", "abc"]),
    "boolean": st.sampled_from("tf"),
    "integer": st.sampled_from(["0", "-1", "2147483647"]),
    "numeric": st.sampled_from(["1.10", "NaN", "-Infinity", "0.1234567890123456789012345", "1e400"]),
    "double precision": st.sampled_from(["1e-05", "0.1", "NaN", "Infinity", "1e+300"]),
    "date": st.sampled_from(["2026-03-04", "infinity", "0044-03-15 BC"]),
    "timestamp": st.sampled_from(["2026-03-04 10:00:00.123456", "-infinity"]),
    "timestamptz": st.sampled_from(["2026-03-04 10:00:00+02", "infinity"]),
    "time": st.sampled_from(["24:00", "12:30:45.5"]),
    "interval": st.sampled_from(["1 mon -3 days", "-00:00:01.5"]),
    "bytea": st.binary(max_size=6).map(lambda bytes_: f"\\x{bytes_.hex()}"),
    "json": JSON,
    "jsonb": JSON.filter(lambda text: "u0000" not in text),
    "mood": st.sampled_from(["calm", "NO", ""]),
    "pair": st.sampled_from(['(1,"a ""b"", c")', "(,)", '(,"")']),
    "hstore": st.sampled_from(['"a"=>"b,\\"c\\"", "d"=>NULL', ""]),
    "int4range": st.sampled_from(["[1,5)", "empty", "(,)"]),
    "text[]": st.sampled_from(
        ["{}", "{a,NULL}", '{"NULL","null",""}', "{{a,b},{c,d}}", "[2:3]={a,b}", '{"\\\\N","a,b"}']
    ),
    "boolean[]": st.sampled_from(["{t,f,NULL}", "{}"]),
    "numeric[]": st.sampled_from(["{1.10,NaN}", "{NULL}"]),
    "jsonb[]": st.sampled_from(['{"[1, 2]","\\"a\\"",NULL}', "{}"]),
    "timestamp[]": st.sampled_from(['{"2026-03-04 10:00:00",NULL}']),
}
ROWS = st.lists(st.fixed_dictionaries({}, optional={**VALUES}), min_size=4, max_size=12)


@pytest.fixture(scope="module")
def things(module_database: str) -> Iterator[Connection]:
    """A table with a column for each type, named as its type is."""
    with psycopg.connect(module_database, autocommit=True) as connection:
        connection.execute(TYPES)
        columns = ", ".join(f'"{type_name}" {type_name}' for type_name in VALUES)
        connection.execute(f"create table things (id integer primary key, {columns})".encode())
        yield connection


@settings(max_examples=9, deadline=None, suppress_health_check=[*HealthCheck])
@given(rows=ROWS, format_=st.sampled_from(DumpFormat))
def test_rows_of_any_types_come_back_in_each_format(
    rows: list[dict[LiteralString, str]], format_: DumpFormat, things: Connection, project: Write
) -> None:
    folder = project({}) / "fixtures"
    things.execute("truncate things")
    for number, row in enumerate(rows):
        names = sql.SQL(", ").join(map(sql.Identifier, ["id", *row]))
        values = sql.SQL(", ").join([sql.Literal(str(number)), *map(sql.Literal, row.values())])
        things.execute(sql.SQL("insert into things ({}) values ({})").format(names, values))
    before = things.execute("select things::text from things order by id").fetchall()

    dumped_into(folder, things, format_)
    things.execute("truncate things")
    seed(connection=things)
    again = seed(connection=things)

    assert things.execute("select things::text from things order by id").fetchall() == before
    assert again.tables[0].unchanged == len(rows)


def dumped_into(folder: Path, connection: Connection, format_: DumpFormat, *tables: str) -> None:
    for path in folder.glob("*.*"):
        path.unlink()
    with psycopg.connect(connection.info.dsn, autocommit=True) as other:
        request = DumpRequest(tables=tables or ("things",), format=format_)
        dump(other, request, FolderTarget(folder, force=True, suffix=format_.suffix))


WIDE: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: json.dumps({"a": text}),
    json.dumps,
    lambda text: json.dumps([text]),
]


@pytest.mark.parametrize("format_", DumpFormat)
def test_values_of_megabytes_come_back_in_each_format(
    format_: DumpFormat, connection: Connection, project: Write
) -> None:
    connection.execute("create table things (id integer primary key, a text, b jsonb, c jsonb, d json)")
    text = 'a "quoted", wide\\ one\né ' * 20_000
    connection.execute("insert into things values (1, %s, %s, %s, %s)", [make(text) for make in WIDE])
    before = connection.execute("select md5(things::text) from things").fetchall()

    dumped_into(project({}) / "fixtures", connection, format_)
    connection.execute("truncate things")
    seed(connection=connection)

    assert connection.execute("select md5(things::text) from things").fetchall() == before


@pytest.mark.parametrize("format_", DumpFormat)
def test_a_table_of_one_column_keeps_its_nulls(format_: DumpFormat, connection: Connection, project: Write) -> None:
    connection.execute("create table things (a text)")
    connection.execute("insert into things values (null), (''), ('x'), (null)")

    dumped_into(project({}) / "fixtures", connection, format_)
    connection.execute("truncate things")
    seed(connection=connection)

    assert sorted(connection.execute("select a is null, a from things").fetchall(), key=str) == [
        (False, ""),
        (False, "x"),
        (True, None),
        (True, None),
    ]
