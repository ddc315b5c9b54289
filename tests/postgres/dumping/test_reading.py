"""Dump → seed into an empty copy → dump gives the same bytes, whatever the types and however nasty the values."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from seedkit import seed
from seedkit.files.dump_targets import StreamTarget
from seedkit.runner.dump import DumpRequest, dump

Connection = psycopg.Connection[Any]
Dump = Callable[..., str]

NASTY_TEXTS = [
    "",
    " ",
    " leading",
    "trailing ",
    "tab\tinside",
    "\t",
    "\n",
    "a\nb",
    "a\nb\n",
    "a\n\nb\n\n",
    "\na",
    " a\nb",
    "a \nb",
    "a\r\nb",
    "a\n  b\n c",
    "a\n---\n- id: 1\n# no comment",
    "NO",
    "yes",
    "null",
    "NULL",
    "~",
    "\\N",
    "\\.",
    "0123",
    "12:30:45",
    "2026-01-02",
    "1e5",
    "1_000",
    ".inf",
    "<%= id %>",
    "a <% b %>",
    "{{ a }}",
    "!ref x",
    "*a",
    "&a",
    "# no comment",
    "a # no comment",
    "a: b",
    "a:",
    "- a",
    "-",
    "? a",
    "| a",
    "> a",
    "@a",
    "`a",
    "%a",
    "<<",
    "=",
    "---",
    "...",
    "[a, b]",
    "{a: b}",
    "{a,b}",
    '"quoted"',
    "it's",
    "back\\slash \\n",
    "$LABEL",
    "😀 emoji",
    "ünï",
    "nel\x85inside",
    "separators\u2028\u2029",
    "\ufeffbom",
    "bom\ufeffinside",
    "no-break\xa0space",
    "control\x01\x1f\x7f\x9f",
    "noncharacters \ufffe \uffff \U0001ffff",
    "\u200bzero width, \u202ertl",
]

COLUMNS = {
    "small": ("smallint", "'-32768'"),
    "big": ("bigint", "'9223372036854775807'"),
    "exact": ("numeric", "'1.10'"),
    "money_like": ("numeric(10, 2)", "'1.1'"),
    "huge": ("numeric", "1e400::numeric"),
    "no_number": ("numeric", "'NaN'"),
    "endless": ("numeric", "'-Infinity'"),
    "single": ("real", "'3.4028235e38'"),
    "double_": ("double precision", "0.1 + 0.2::float8"),
    "tiny": ("double precision", "'5e-324'"),
    "minus_zero": ("double precision", "'-0'"),
    "nan": ("double precision", "'NaN'"),
    "object": ("oid", "4294967295::oid"),
    "active": ("boolean", "true"),
    "passive": ("boolean", "false"),
    "day": ("date", "'2026-01-02'"),
    "day_bc": ("date", "'0044-03-15 BC'"),
    "last_day": ("date", "'infinity'"),
    "moment": ("timestamp", "'2026-01-02 03:04:05.000006'"),
    "moment_bc": ("timestamp", "'0044-03-15 12:30:45.5 BC'"),
    "first_moment": ("timestamp", "'-infinity'"),
    "late": ("timestamp", "'12345-01-02 03:04:05'"),
    "instant": ("timestamptz", "'2026-07-02 03:04:05.123456+05:30'"),
    "instant_bc": ("timestamptz", "'0044-03-15 12:30:45+00 BC'"),
    "hour": ("time", "'24:00:00'"),
    "hour_tz": ("timetz", "'12:30:45.5+05:30'"),
    "span": ("interval", "'1 year -2 mons +3 days -04:05:06.789'"),
    "no_span": ("interval", "'0'"),
    "bytes": ("bytea", r"'\x00ff5c0a'"),
    "no_bytes": ("bytea", "''"),
    "uuid_": ("uuid", "'12345678-1234-4234-9234-123456789012'"),
    "document": ("json", '\'{"b": 1,  "a" : [1.10, null],\n "b": "\\u0041"}\''),
    "document_binary": ("jsonb", '\'{"b": 1.10, "a": [true, null, "NO", "a: b # c", "\\t\\u0001", {}], "": []}\''),
    "document_long": ("jsonb", "jsonb_build_object('a', repeat('x', 2000))"),
    "document_unusual": ("jsonb", "jsonb_build_object(U&'\\0085\\2028', U&'\\FEFF', 'emoji', '😀')"),
    "json_null": ("jsonb", "'null'"),
    "json_true": ("jsonb", "'true'"),
    "json_number": ("jsonb", "'-1.10'"),
    "json_text": ("jsonb", "'\"null\"'"),
    "json_brace": ("jsonb", "'\"{x\"'"),
    "json_empty": ("jsonb", "'\"\"'"),
    "json_lines": ("jsonb", "to_jsonb(E'a\\n\\tb\\\\ \" \\x01'::text)"),
    "json_spelling": ("json", "' 1.0E+2 '"),
    "json_escape": ("json", "'\"\\u0041\\/\"'"),
    "json_word": ("json", "'null'"),
    "numbers": ("integer[]", "'{1,-2,NULL}'"),
    "grid": ("integer[]", "'{{1,2},{3,4}}'"),
    "shifted": ("integer[]", "'[0:1]={1,2}'"),
    "words": ("text[]", "array['a', 'no', '', 'NULL', null, 'a b', 'a,b', '\"', E'\\\\', E'\\n', '{', '😀']"),
    "plain_words": ("text[]", "array['admin', 'no', '1', 'null', '~', '#a', 'é', '*a']"),
    "nothing": ("text[]", "'{}'"),
    "flags": ("boolean[]", "'{t,f,NULL}'"),
    "moments": ("timestamp[]", "array['2026-01-02 03:04:05'::timestamp]"),
    "documents": ("jsonb[]", "array['{\"a\": 1}', 'null', '1']::jsonb[]"),
    "simple_documents": ("json[]", "array['1', 'true', 'null']::json[]"),
    "moods": ("mood[]", "'{happy,\"not ok\"}'"),
    "mood_": ("mood", "'not ok'"),
    "no_mood": ("mood", "'no'"),
    "place_": ("place", "row('a \"b\", (c)', null, '{1,2}', '')"),
    "places": ("place[]", "array[row('a', 1, null, '\\')::place]"),
    "numbers_between": ("int4range", "'[1,5)'"),
    "no_numbers": ("int4range", "'empty'"),
    "moments_between": ("tstzrange", "'[2026-01-02 03:04:05+02,)'"),
    "local_moments_between": ("tsrange", "'[2026-01-02 03:04:05,infinity]'"),
    "many_between": ("int4multirange", "'{[1,3),[5,9)}'"),
    "pairs": ("hstore", '\'a=>1, "b c"=>NULL, "d"=>"NULL", ""=>"\\""\''),
    "percent": ("percentage", "'99.50'"),
    "tag": ("short_text", "'null'"),
    "bits": ("bit(4)", "'0101'"),
    "more_bits": ("bit varying", "''"),
    "price": ("money", "'-1234567.89'"),
    "letter": ('"char"', "'~'"),
    "code": ("char(4)", "'NO'"),
    "blank": ("char(2)", "''"),
    "label": ("varchar(10)", "' a '"),
    "identifier": ("name", "'Select'"),
    "words_found": ("tsvector", "to_tsvector('english', 'a fat cat''s \\ rats')"),
    "asked_words": ("tsquery", "'fat & (rat | !cat:*)'"),
    "address": ("inet", "'10.0.0.1/8'"),
    "address6": ("inet", "'::1'"),
    "network": ("cidr", "'10.0.0.0/8'"),
    "device": ("macaddr", "'08:00:2b:01:02:03'"),
    "device8": ("macaddr8", "'08:00:2b:01:02:03:04:05'"),
    "markup": ("xml", "'<a b=\"c\">&lt;é</a><!-- # -->'"),
    "folded": ("citext", "'No'"),
    "point_": ("point", "'(1.5,-2)'"),
    "shape": ("polygon", "'((0,0),(1,1),(1,0))'"),
    "round": ("circle", "'<(0,0),1>'"),
    "position": ("pg_lsn", "'16/B374D848'"),
    "kind": ("regclass", "'pg_class'"),
    "path": ("jsonpath", "'$.a[*] ? (@ > 1)'"),
    "seen": ("pg_snapshot", "'10:20:10,14'"),
}
"""A column's name → its type and a value, as SQL."""

SCHEMA = """
create type mood as enum ('happy', 'not ok', 'no');
create type place as (name text, number integer, parts integer[], note text);
create domain percentage as numeric(5, 2) check (value <= 100);
create domain short_text as varchar(20);
"""


@pytest.fixture
def dumped(database: str) -> Dump:
    """Dump tables of the test's database and give what would stand on standard output."""

    def run(*tables: str, **options: Any) -> str:
        written = io.BytesIO()
        with psycopg.connect(database, autocommit=True) as connection:
            dump(connection, DumpRequest(tables=tables, **options), StreamTarget(written))
        return written.getvalue().decode()

    return run


def into_an_empty_copy(connection: Connection, folder: Path, table: str, text: str) -> None:
    """Empty the table and seed what was dumped."""
    connection.execute(sql.SQL("truncate {}").format(sql.Identifier(*table.split("."))))
    fixtures = folder / "fixtures"
    fixtures.mkdir(exist_ok=True)
    (fixtures / f"{table}.yml").write_text(text, encoding="utf-8")
    seed(connection=connection, directory=folder)


def images(connection: Connection, table: str) -> list[Any]:
    query = sql.SQL("select t::text from {} as t order by 1").format(sql.Identifier(table))
    return connection.execute(query).fetchall()


def create_things(connection: Connection) -> list[str]:
    """Create a table with a column of every type that the server was built with, and give these columns."""
    connection.execute(SCHEMA)
    for (name,) in connection.execute(
        "select name from pg_available_extensions where name in ('hstore', 'citext')"
    ).fetchall():
        connection.execute(sql.SQL("create extension {}").format(sql.Identifier(name)))
    columns = [name for name, (type_name, _) in COLUMNS.items() if is_known(connection, type_name)]
    definitions = ", ".join(f"{name} {COLUMNS[name][0]}" for name in columns)
    connection.execute(f"create table things (id integer primary key, {definitions})".encode())
    return columns


def is_known(connection: Connection, type_name: str) -> bool:
    try:
        connection.execute(f"select null::{type_name}, '<a/>'::{type_name if type_name == 'xml' else 'text'}".encode())
    except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedObject):
        return False
    return True


def test_a_column_of_every_type_comes_back_to_the_byte(connection: Connection, dumped: Dump, tmp_path: Path) -> None:
    columns = create_things(connection)
    connection.execute(f"insert into things values (1, {', '.join(COLUMNS[name][1] for name in columns)})".encode())
    connection.execute("insert into things (id) values (2)")
    before = images(connection, "things")

    text = dumped("things")
    into_an_empty_copy(connection, tmp_path, "things", text)

    assert images(connection, "things") == before
    assert dumped("things") == text
    assert "null" in text


def test_text_of_every_nasty_kind_comes_back_to_the_byte(connection: Connection, dumped: Dump, tmp_path: Path) -> None:
    connection.execute("create table notes (id integer primary key, body text, words text[], document json)")
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into notes values (%s, %s, array[%s], to_json(%s::text))",
            [(number, text, text, text) for number, text in enumerate(NASTY_TEXTS)],
        )
    before = images(connection, "notes")

    text = dumped("notes")
    into_an_empty_copy(connection, tmp_path, "notes", text)

    assert images(connection, "notes") == before
    assert dumped("notes") == text


@pytest.fixture(scope="module")
def notes(module_database: str) -> Iterator[Connection]:
    with psycopg.connect(module_database, autocommit=True) as connection:
        connection.execute("create table notes (id integer primary key, body text, document jsonb, words text[])")
        yield connection


@settings(max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, max_size=30))
def test_any_text_comes_back(
    notes: Connection, module_database: str, tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    notes.execute("truncate notes")
    with notes.cursor() as cursor:
        cursor.executemany(
            "insert into notes values (%s, %s, to_jsonb(%s::text), array[%s])",
            [(number, text, text, text) for number, text in enumerate(texts)],
        )
    before = images(notes, "notes")
    written = io.BytesIO()
    with psycopg.connect(module_database, autocommit=True) as connection:
        dump(connection, DumpRequest(tables=("notes",)), StreamTarget(written))

    into_an_empty_copy(notes, tmp_path_factory.mktemp("project"), "notes", written.getvalue().decode())

    assert images(notes, "notes") == before
