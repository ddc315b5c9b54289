"""Values that not every server can hold, and the law that PostgreSQL's own text, quoted, is read back as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import sql

from seedkit import seed
from tests.conftest import Write

Connection = psycopg.Connection[Any]

SAMPLES = {
    "boolean": ["true", "false"],
    "smallint": ["-32768"],
    "integer": ["0", "2147483647"],
    "bigint": ["-9223372036854775808"],
    "numeric": ["1.10", "-0.000", "NaN", "Infinity", "1e100"],
    "numeric(5, 2)": ["1.1"],
    "real": ["1e30", "-Infinity", "0.1"],
    "double precision": ["1e-300", "-0", "NaN"],
    "money": ["-1234.5"],
    "oid": ["4294967295"],
    "text": ["", "NULL", "null", "~", "0x10", "1_000", "yes", " a ", "\\N", "\\.", "a\tb\nc\r\\", "{a}", "ü😀\u2028"],
    "varchar(5)": ["abc  ", ""],
    "char(5)": ["abc"],
    '"char"': ["x", ""],
    "name": ["NO"],
    "bytea": ["\\x00ff", "\\x", "abc"],
    "timestamp": ["2026-01-02 03:04:05.123456", "infinity", "-infinity", "4713-01-01 00:00:00 BC", "294276-12-31"],
    "timestamptz": ["2026-01-02 03:04:05+02", "infinity", "0044-03-15 00:00:00+00 BC"],
    "date": ["2026-01-02", "infinity", "0044-03-15 BC", "5874897-12-31"],
    "time": ["24:00:00", "12:30:45.5"],
    "timetz": ["12:30:45.5-15:59"],
    "interval": ["1 year 2 mons -3 days 04:05:06.7", "-1 day", "0"],
    "uuid": ["00000000-0000-0000-0000-000000000001"],
    "inet": ["10.0.0.1", "::1/64"],
    "cidr": ["10.0.0.0/8"],
    "macaddr": ["08:00:2b:01:02:03"],
    "macaddr8": ["08:00:2b:01:02:03:04:05"],
    "bit(4)": ["0101"],
    "bit varying": ["", "00000001"],
    "tsvector": ["'a b':1A,2 'c''d'"],
    "tsquery": ["'a' & !'b' <-> 'c'"],
    "json": ['{"a":  1}', " [1]"],
    "jsonb": ['{"a": 1.10, "b": null}', "[]"],
    "jsonpath": ["$.a"],
    "point": ["(1,2)"],
    "line": ["{1,-1,0}"],
    "lseg": ["[(0,0),(1,1)]"],
    "box": ["(1,1),(0,0)"],
    "path": ["[(0,0),(1,1)]"],
    "polygon": ["((0,0),(1,1))"],
    "circle": ["<(0,0),1>"],
    "pg_lsn": ["16/B374D848"],
    "regclass": ["pg_class"],
    "int2vector": ["1 2"],
    "xid8": ["5"],
    "int4range": ["[1,5)", "empty", "(,)"],
    "tsrange": ["[2026-01-01 00:00:00,infinity)"],
    "datemultirange": ["{[2026-01-01,2026-01-02),[2026-02-01,)}", "{}"],
    "text[]": ['{a,"b c",NULL,"NULL","","\\\\","\\""}', "{}", "{{a,b},{c,d}}", "[0:1]={a,b}"],
    "integer[]": ["{1,NULL}"],
    "jsonb[]": ['{"{\\"a\\": 1}","[1]","\\"x\\"",NULL,"null"}'],
    "box[]": ["{(1,1),(0,0);NULL}"],
    "int4range[]": ['{"[1,2)",empty}'],
    "mood": ["happy", 'it\'s, "so"', ""],
    "mood[]": ['{happy,"",NULL}'],
    "pair": ['(1,"a ""b"", \\\\")', '(,"")', "(,)"],
    "pair[]": ['{"(1,\\"a b\\")",NULL}'],
    "whole": ["7"],
    "wholes": ["{7,NULL}"],
}
TYPES = """
create type mood as enum ('happy', 'it''s, "so"', '');
create type pair as (a integer, b text);
create domain whole as integer;
create domain wholes as whole[];
"""


def as_text(connection: Connection, table: str) -> list[tuple[str | None, ...]]:
    """Give a table's rows in PostgreSQL's own text."""
    names = [f"v{number}" for number in range(len(SAMPLES))]
    columns = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in ["id", *names])
    return connection.execute(
        sql.SQL("select {} from {} order by id").format(columns, sql.Identifier(table))
    ).fetchall()


def test_postgresqls_own_text_in_quotes_gives_every_value_back(project: Write, emptied: Connection) -> None:
    emptied.execute("set timezone = 'UTC'; set datestyle = 'ISO, YMD'")
    emptied.execute(TYPES)
    columns = ", ".join(f"v{number} {type_name}" for number, type_name in enumerate(SAMPLES))
    for name in ("originals", "copies"):
        emptied.execute(f"create table {name} (id integer primary key, {columns})".encode())
    for place in range(max(map(len, SAMPLES.values()))):
        given = [samples[place] if place < len(samples) else None for samples in SAMPLES.values()]
        emptied.execute(b"insert into originals values (%s" + b", %s" * len(given) + b")", [place, *given])
    rows = [
        dict(zip(["id", *(f"v{number}" for number in range(len(SAMPLES)))], row, strict=True))
        for row in as_text(emptied, "originals")
    ]
    project({"fixtures/copies.yml": yaml.safe_dump(rows, default_style='"', allow_unicode=True)})

    seed(connection=emptied)

    assert as_text(emptied, "copies") == as_text(emptied, "originals")
    same = "select count(*) from copies join originals using (id) where copies::text = originals::text"
    assert emptied.execute(same).fetchone() == (len(rows),)


@pytest.fixture
def extension(emptied: Connection) -> Callable[[str], None]:
    """Create an extension in a schema of its own, or skip the test where the server has none of that name."""

    def create(name: str) -> None:
        if not emptied.execute("select from pg_available_extensions where name = %s", [name]).fetchall():
            pytest.skip(f"this server comes without the extension {name}")
        emptied.execute(
            sql.SQL("create schema extensions; create extension {} schema extensions").format(sql.Identifier(name))
        )

    return create


def test_a_mapping_is_an_hstore_in_whatever_schema_that_lives(
    project: Write, emptied: Connection, extension: Callable[[str], None]
) -> None:
    extension("hstore")
    emptied.execute("create table tags (id integer primary key, tags extensions.hstore, several extensions.hstore[])")
    project(
        {
            "fixtures/tags.yml": r"""
            - {id: 1, tags: {colour: NO, 'a "b" => c': "", gone: ~, "null": "null", back\slash: \}}
            - {id: 2, tags: {}, several: [{a: ~}, 'b=>1', ~]}
            - {id: 3, tags: 'a=>1, b=>NULL'}
            - {id: 4, tags: ~}
        """
        }
    )

    seed(connection=emptied)

    rows = emptied.execute("select extensions.hstore_to_json(tags), several::text from tags order by id").fetchall()
    assert rows == [
        ({"colour": "NO", 'a "b" => c': "", "gone": None, "null": "null", "back\\slash": "\\"}, None),
        ({}, '{"\\"a\\"=>NULL","\\"b\\"=>\\"1\\"",NULL}'),
        ({"a": "1", "b": None}, None),
        (None, None),
    ]


def test_a_citext_is_text(project: Write, emptied: Connection, extension: Callable[[str], None]) -> None:
    extension("citext")
    emptied.execute("create table words (id integer primary key, word extensions.citext, several extensions.citext[])")
    project({"fixtures/words.yml": "- {id: 1, word: NO, several: [Yes, ~, 00501]}\n"})

    seed(connection=emptied)

    assert emptied.execute("select word::text, several::text from words").fetchall() == [("NO", "{Yes,NULL,00501}")]


def test_an_xml_document_is_its_text(project: Write, emptied: Connection) -> None:
    try:
        emptied.execute("select '<a/>'::xml")
    except psycopg.errors.FeatureNotSupported:
        pytest.skip("this server was built without libxml, so it has no xml")
    emptied.execute("create table pages (id integer primary key, page xml, several xml[])")
    project({"fixtures/pages.yml": "- {id: 1, page: '<a b=\"c\">1 &amp; 2</a>', several: ['<a/>', ~, text]}\n"})

    seed(connection=emptied)

    rows = emptied.execute("select page::text, several::text from pages").fetchall()
    assert rows == [('<a b="c">1 &amp; 2</a>', "{<a/>,NULL,text}")]
