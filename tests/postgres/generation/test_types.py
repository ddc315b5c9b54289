"""Of every type that PostgreSQL has, and of those made of others, the server takes the values that are generated."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from seedkit.core.generation.columns.blocks import Sometimes
from seedkit.core.generation.planning.chosen import Chosen
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.likes import like
from seedkit.core.generation.planning.meant import meant
from seedkit.core.generation.schema import TableRules
from seedkit.core.generation.streams import rows_of_block
from tests.postgres.generation.table_rules import RUN, chosen, copied, rules_of

ROWS = 1_000

TYPES = """
create type mood as enum ('glad', 'so so', 'a"b');
create type place as (street text, city character varying(20), zip char(5), mood mood);
create type visit as (who text, at_place place, days integer[], span daterange);
create type letters as range (subtype = text);
create type clock as range (subtype = time);
create type addresses as range (subtype = inet);
create type small_range as range (subtype = small_number);
create domain small_number as integer check (value between 3 and 8);
create domain tiny_number as small_number check (value > 5);
create domain tag as character varying(12) not null check (value ~ '^[a-z]+$');
create domain tags as tag[] check (cardinality(value) between 2 and 3);
create domain good_place as place check ((value).zip is not null);
create domain span as tstzrange check (not isempty(value));
create domain percent as numeric(5, 2) check (value >= 0 and value <= 100);
"""

COLUMNS = """
numbers integer[] not null
small_numbers small_number[] not null
tiny tiny_number not null
tag_list tag[] not null
few tags not null
texts text[] not null
codes character(3)[] not null
names character varying(4)[] not null
prices numeric(4, 2)[] not null
moods mood[] not null
grid integer[][] not null
stamps timestamp with time zone[] not null
documents jsonb[] not null
at_least text[] not null check (cardinality(at_least) >= 3)
exactly integer[] not null check (array_length(exactly, 1) = 5)
none_at_all text[] not null check (cardinality(none_at_all) = 0)
boxes box[] not null
home place not null
homes place[] not null
visited visit not null
placed good_place not null
whole int4range not null
large int8range not null
amounts numrange not null
days daterange not null
moments tsrange not null
zoned tstzrange not null
open span not null
from_letters letters not null
opening clock not null
net addresses not null
ranges int4range[] not null
many int4multirange not null
many_days datemultirange not null
many_moments tstzmultirange not null
one_bit bit not null
bits bit(11) not null
some_bits bit varying(5) not null
any_bits bit varying not null
network cidr not null
card macaddr not null
long_card macaddr8 not null
octets bytea not null check (octet_length(octets) between 4 and 8)
search tsvector not null
looked_for tsquery not null
json_path jsonpath not null
spent money not null
whole_years interval year not null
some_months interval year to month not null
some_days interval day not null
hours interval hour not null
longer interval not null check (longer > interval '3 days')
shorter interval(0) not null check (shorter < interval '20 minutes' and shorter > interval '0')
exact_time timestamp(0) without time zone not null
clock_zone time(3) with time zone not null
no_precision numeric not null
all_behind numeric(3, 3) not null
beyond numeric(2, 4) not null
rounded numeric(6, -3) not null
share percent not null
float_four real not null
one_char "char" not null
a_name name not null
filled char(10) not null check (filled ~ '^[A-Z]+$')
fixed_code char(6) not null check (fixed_code ~ '^[0-9]{2}-[A-Z]{3}$')
iswc char(15) not null check (iswc ~ '^T-?[0-9]{3}\\.?[0-9]{3}\\.?[0-9]{3}[-.]?[0-9]$')
between_them character varying(30) not null check (char_length(between_them) between 20 and 25)
bounded text not null check (bounded ~ '^[a-z]+(-[a-z]+)*$' and char_length(bounded) <= 9)
kind char(2) not null check (upper(kind) in ('L', 'M', 'H'))
roles text[] not null check (roles <@ array['admin', 'user'] and cardinality(roles) > 0)
month date not null check (month = date_trunc('month', month))
year_month timestamptz not null check (extract(day from year_month at time zone 'UTC') = 1)
room_code text not null check (room_code similar to '[A-Z]{2}-[0-9]{3}')
capitals text not null check (capitals = initcap(capitals))
unique_capitals text not null unique check (unique_capitals = initcap(unique_capitals))
in_base64 text not null check (decode(in_base64, 'base64') is not null)
in_hex text not null check (decode(in_hex, 'hex') is not null)
quarter date not null check (date_trunc('quarter', quarter)::date = quarter)
monday date not null check (date_part('isodow', monday) = 1)
last_day date not null check (last_day = (date_trunc('month', last_day) + interval '1 month - 1 day')::date)
on_the_hour timestamptz not null check (date_trunc('hour', on_the_hour) = on_the_hour)
each_quarter timestamp not null check (extract(minute from each_quarter)::integer % 15 = 0)
at_work timestamptz not null check (extract(isodow from at_work) < 6 and extract(hour from at_work) between 9 and 16)
half_hour time not null check (extract(minute from half_hour) in (0, 30))
by_day time not null check (by_day >= '08:00' and by_day < '09:00')
route text not null check (left(route, 1) = '/')
without_blanks text not null check (without_blanks !~ '\\s' and length(without_blanks) > 2)
numeral text not null check (numeral ~ '^[0-9]+$')
contact_email text not null check (contact_email ~* '^[a-z0-9._%-]+@[a-z0-9.-]+[.][a-z]{2,}$')
lower_name text not null check (lower_name = lower(lower_name))
mood_but mood not null check (mood_but <> 'glad')
few_of_them integer not null check (few_of_them in (1, 5, 9) and few_of_them > 3)
login text not null check (login ~ '^[^@]+@[^@]+[.][a-z]{2,}$')
hook text not null check (hook like 'https://%')
permission text not null check (permission like '%.%')
a_point point not null
a_line line not null
a_segment lseg not null
a_box box not null
a_path path not null
a_polygon polygon not null
a_circle circle not null
settings jsonb not null default '{"theme": "dark", "size": 3}'
items jsonb not null default '[]'
a_truth jsonb not null check (jsonb_typeof(a_truth) = 'boolean')
plain json not null
unique_date date not null unique
unique_net inet not null unique
unique_card macaddr not null unique
unique_price numeric(8, 2) not null unique
unique_mail character varying(24) not null unique
mail character varying(20) not null
object_id oid
class regclass
snapshot pg_snapshot
position_in_log pg_lsn
""".strip().splitlines()

EXTENSIONS = {
    "hstore": "hstore not null",
    "ltree": "ltree not null",
    "citext": "citext[] not null",
    "cube": "cube not null",
    "seg": "seg not null",
    "isn": "isbn13 not null",
    "vector": "vector(5) not null",
}


@pytest.fixture(scope="module")
def connection(module_database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(module_database, autocommit=True) as connection:
        domains_first = sorted(TYPES.strip().split("\n"), key=lambda line: "small_range" in line)
        connection.execute("\n".join(domains_first).encode())
        connection.execute(sql.SQL("create table things ({})").format(sql.SQL(", ".join(COLUMNS))))
        yield connection


@pytest.fixture(scope="module")
def filled(connection: psycopg.Connection) -> psycopg.Connection:
    copied(connection, rules_of(connection, "things"), ROWS)
    return connection


def all_chosen(rules: TableRules) -> list[Chosen]:
    return [chosen(rules, column.name) for column in rules.sent_columns]


def test_the_server_takes_the_values_of_every_type(filled: psycopg.Connection) -> None:
    assert filled.execute("select count(*) from things").fetchone() == (ROWS,)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("count(*) filter (where numbers = '{}') between 1 and 60", True),
        ("max(cardinality(numbers)) > 2", True),
        ("min(array_ndims(grid)) = 2", True),
        ("count(distinct (home).city) > 20", True),
        ("bool_and((homes[1]).zip is not null or homes = '{}')", True),
        ("bool_and(not isempty(days) and not isempty(amounts) and not isempty(opening))", True),
        ("bool_and(settings ? 'theme' and settings ? 'size') and count(distinct settings) > 3", True),
        ("bool_and(jsonb_typeof(items) = 'array') and count(distinct items) > 20", True),
        ("bool_and(filled ~ '^[A-Z]{10}$')", True),
        ("bool_and(unique_mail ~ '@example[.](com|org|net)$' and mail ~ '@example[.](com|org|net)$')", True),
        ("bool_and(unique_net << '10.0.0.0/8' and network << '10.0.0.0/8')", True),
        ("bool_and(contact_email ~ '@example[.](com|org|net)$')", True),
        ("bool_and(login ~ '@example[.](com|org|net)$' and hook ~ '^https://example[.](com|org|net)/')", True),
        ("bool_and(permission ~ '^[a-z]{4,8}[.][a-z]{4,8}$')", True),
        ("count(distinct month) > 10 and count(distinct route) > 100", True),
        ("count(object_id) + count(class) + count(snapshot) + count(position_in_log)", 0),
        ("count(distinct bits) > 500 and count(distinct octets) = count(*)", True),
        ("bool_and(longer > interval '3 days') and count(distinct longer) > 3", True),
    ],
)
def test_the_values_are_such_as_one_would_write(filled: psycopg.Connection, question: str, answer: object) -> None:
    assert filled.execute(sql.SQL("select {} from things").format(sql.SQL(question))).fetchone() == (answer,)


@pytest.mark.parametrize("name", EXTENSIONS)
def test_the_server_takes_the_values_of_an_extension_s_type(connection: psycopg.Connection, name: str) -> None:
    available = connection.execute("select from pg_available_extensions where name = %s", (name,)).fetchone()
    if available is None:
        pytest.skip(f"the server has no extension {name}")
    with connection.transaction(force_rollback=True):
        connection.execute(
            sql.SQL("create schema apart; create extension {} schema apart").format(sql.Identifier(name))
        )
        connection.execute("set local search_path = public, apart")
        connection.execute(sql.SQL("create table one (value {})").format(sql.SQL(EXTENSIONS[name])))

        copied(connection, rules_of(connection, "one"), ROWS)

        assert connection.execute("select count(*) from one").fetchone() == (ROWS,)


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("class regclass not null", "it names things of the server"),
        ("classes regclass[] not null", "it names things of the server"),
        ("moment pg_lsn not null", "it names things of the server"),
        ("odd spgist_thing not null", "nothing is known of its values"),
    ],
)
def test_a_type_that_nobody_can_make_up_is_refused_by_name(
    connection: psycopg.Connection, column: str, reason: str
) -> None:
    with connection.transaction(force_rollback=True):
        connection.execute("create type spgist_thing")
        connection.execute(
            "create function thing_in(cstring) returns spgist_thing language internal immutable as 'int4in'"
        )
        connection.execute(
            "create function thing_out(spgist_thing) returns cstring language internal immutable as 'int4out'"
        )
        connection.execute(
            "create type spgist_thing (input = thing_in, output = thing_out, internallength = 4, passedbyvalue)"
        )
        connection.execute(sql.SQL("create table one ({})").format(sql.SQL(column)))

        (found,) = all_chosen(rules_of(connection, "one"))

        assert found.refused is not None
        assert reason in found.refused
        assert found.refused.endswith(f"write one: {{{column.split(maxsplit=1)[0]}: VALUE}}")


def test_a_type_that_nobody_can_make_up_has_its_default_or_null(connection: psycopg.Connection) -> None:
    with connection.transaction(force_rollback=True):
        connection.execute("create table one (class regclass not null default 'pg_class', other regclass)")

        copied(connection, rules_of(connection, "one"), ROWS)

        assert connection.execute("select distinct class::text, other from one").fetchall() == [("pg_class", None)]


def test_xml_is_generated_where_the_server_can_hold_it_and_refused_where_not(connection: psycopg.Connection) -> None:
    with connection.transaction(force_rollback=True):
        connection.execute("create table one (note xml not null, notes xml[])")
        try:
            with connection.transaction():
                connection.execute("select '<a/>'::xml")
            holds_xml = True
        except psycopg.errors.FeatureNotSupported:
            holds_xml = False

        note, notes = all_chosen(rules_of(connection, "one"))

        assert (note.refused is None) == holds_xml
        assert note.spelling == ("!like xml" if holds_xml else "null")
        assert notes.spelling == ("!maybe [85%, !like array]" if holds_xml else "null")


def test_whatever_is_inferred_has_a_spelling_that_gives_the_same_values(connection: psycopg.Connection) -> None:
    rules = rules_of(connection, "things")

    for column, choice in zip(rules.sent_columns, all_chosen(rules), strict=True):
        facts = facts_of(rules, column)
        spelled = re.fullmatch(r"(?:!maybe \[\d+%, )?!like (?:(\w+)|(\".*\"))\]?", choice.spelling)
        if spelled is None:
            assert choice.spelling.startswith(("!between [", "!choice ", "!range ", "null", "!maybe [85%, !between"))
            continue
        name = spelled.group(1) or json.loads(spelled.group(2))
        stream = RUN.stream(facts.table_name, column.name)
        made, _ = like(name, facts, RUN, stream, meant(facts, RUN)[1])
        inner = choice.generator.inner if isinstance(choice.generator, Sometimes) else choice.generator
        assert list(made.values(rows_of_block(1))) == list(inner.values(rows_of_block(1))), column.name
