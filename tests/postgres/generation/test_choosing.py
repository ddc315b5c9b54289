"""Whatever a column's type and its CHECKs, the server takes every value that is generated for it."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from seedkit.core.generation.columns.blocks import NULL
from seedkit.core.generation.planning.chosen import Rung
from seedkit.core.generation.schema import TableRules
from seedkit.core.generation.streams import BLOCK, rows_of_block
from tests.postgres.generation.table_rules import chosen, rules_of

COLUMNS = """
quantity integer not null check (quantity > 0)
stars smallint not null check (stars between 1 and 5)
rank integer not null check (rank > 5000)
depth integer check (depth < 0)
big bigint not null check (big >= 10000000000)
odd_number integer not null unique
price numeric(10, 2) not null check (price >= 0)
tiny numeric(2, 2) not null
hundreds numeric(5, -2) not null
anything numeric
share double precision not null check (share >= 0 and share <= 1)
spam_score real not null check (spam_score between 0 and 1)
bulk integer not null check (bulk >= 1000)
ratio real
lat numeric(9, 6) not null check (lat between -90 and 90)
active boolean not null
always boolean not null check (always)
email text not null unique
first_name text not null
name character varying(10) not null
code character(3) not null
country character(2) not null check (country = upper(country))
status text not null check (status in ('new', 'paid', 'it''s'))
plan text not null check (plan = any (array['free', 'pro']))
slug text not null unique check (char_length(slug) <= 12)
bio text check (char_length(bio) <= 80 and bio <> '')
note text
url text not null
phone text not null
token text not null
born date not null check (born > '1950-01-01')
birth_date date not null
starts_on date not null check (starts_on >= '2030-01-01' and starts_on < '2031-01-01')
created_at timestamp with time zone not null
deleted_at timestamp without time zone
opens time without time zone not null
lasts interval not null
key uuid not null
ordered_key uuid not null default gen_random_uuid()
details jsonb not null check (jsonb_typeof(details) = 'object')
tags_json jsonb not null check (jsonb_typeof(tags_json) = 'array')
digest bytea not null check (octet_length(digest) = 32)
address inet not null
network cidr not null
mac macaddr not null
mood mood not null
small small_number not null
folded citext not null
""".strip().splitlines()


@pytest.fixture(scope="module")
def rules(module_database: str) -> TableRules:
    with psycopg.connect(module_database, autocommit=True) as connection:
        connection.execute("create type mood as enum ('glad', 'sad\\', 'so so')")
        connection.execute("create domain small_number as integer check (value > 3 and value < 9)")
        connection.execute("create domain citext as text check (value <> '')")
        connection.execute(sql.SQL("create table things ({})").format(sql.SQL(", ".join(COLUMNS))))
        return rules_of(connection, "things")


def test_the_server_takes_two_blocks_of_every_column(rules: TableRules, module_database: str) -> None:
    names = [column.name for column in rules.sent_columns]
    found = [chosen(rules, name) for name in names]

    with psycopg.connect(module_database) as connection, connection.cursor() as cursor:
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        with cursor.copy(sql.SQL("copy things ({}) from stdin").format(columns)) as copy:
            for block in (0, 1):
                rows = zip(*(choice.generator.values(rows_of_block(block)) for choice in found), strict=True)
                copy.write("".join("\t".join(row) + "\n" for row in rows))
        assert cursor.execute("select count(*) from things").fetchone() == (2 * BLOCK,)
        distinct = [
            cursor.execute(sql.SQL("select count(distinct {}) from things").format(sql.Identifier(name))).fetchone()
            for name in names
        ]

    few = {name for name, row in zip(names, distinct, strict=True) if row is None or row[0] < 2}
    assert few == {"always"}


@pytest.mark.parametrize(
    ("column", "rung"),
    [
        ("status", Rung.LISTED),
        ("mood", Rung.LISTED),
        ("always", Rung.LISTED),
        ("email", Rung.NAME),
        ("price", Rung.NAME),
        ("created_at", Rung.NAME),
        ("anything", Rung.TYPE),
        ("key", Rung.TYPE),
    ],
)
def test_the_first_rung_that_fits_decides(rules: TableRules, column: str, rung: Rung) -> None:
    assert chosen(rules, column).rung is rung


@pytest.mark.parametrize(
    ("column", "spelling"),
    [
        ("quantity", "!between [1, 20]"),
        ("rank", "!between [5001, 5100]"),
        ("depth", "!maybe [85%, !between [-100, -1]]"),
        ("spam_score", "!between [0.00, 1.00]"),
        ("bulk", "!between [1000, 1999]"),
        ("price", "!between [1.00, 500.00]"),
        ("status", '!choice ["new", "paid", "it\'s"]'),
        ("active", "!choice {true: 85, false: 15}"),
        ("email", "!like email"),
        ("deleted_at", "!maybe [10%, !like deleted]"),
        ("note", "!maybe [85%, !like sentence]"),
    ],
)
def test_a_choice_is_spelled_as_one_would_write_it(rules: TableRules, column: str, spelling: str) -> None:
    assert chosen(rules, column).spelling == spelling


def test_a_column_that_may_be_null_is_so_in_some_rows(rules: TableRules) -> None:
    values = list(chosen(rules, "note").generator.values(rows_of_block(0)))

    assert 0.1 < values.count(NULL) / BLOCK < 0.2
    assert NULL not in list(chosen(rules, "created_at").generator.values(rows_of_block(0)))


def test_another_seed_gives_other_values_and_the_same_seed_the_same(rules: TableRules) -> None:
    first, second = (chosen(rules, "email").generator.values(rows_of_block(3)) for _ in range(2))
    assert list(first) == list(second)
