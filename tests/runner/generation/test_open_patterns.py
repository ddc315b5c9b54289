"""A CHECK whose pattern leaves an end open leaves many texts: those that are meant, or with something there."""

from __future__ import annotations

import re

import psycopg
import pytest

from tests.runner.generation.conftest import Fill, require_extension, rows

Connection = psycopg.Connection

MEANT = {
    "email text not null unique check (email ~ '@')": r"[a-z.]+\d+@example\.(com|net|org)",
    "path text not null unique check (path ~ '^/')": r"/[a-z/-]+\d+",
    "phone text not null unique check (phone ~ '^\\+')": r"\+1 \d{3}-555-01\d\d",
    "url text not null unique check (url ~ '^https://')": r"https://example\.(com|net|org)/.+",
    "owner int not null, email text not null check (email ~ '@'), unique (owner, email)": r".+@example\.(com|net|org)",
    "thing text not null unique check (thing ~ '\\S')": r"[a-z ]+\d+",
    "thing text not null check (thing ~ '@'), unique (thing)": r".+@example\.(com|net|org)",
}
FORMED = {
    "thing text not null unique check (thing ~ '^pm_')": "pm_[0-9a-z]{8}",
    "thing text not null check (thing ~ '^ORD-')": "ORD-[0-9A-Z]{8}",
    "thing text not null unique check (thing ~ '(^a:)')": "a:[0-9a-z]{8}",
    "thing text not null unique check (thing ~ '-EU$')": "[0-9A-Z]{8}-EU",
    "thing text not null unique check (thing ~ '^(cus|sub)_')": "(cus|sub)_[0-9a-z]{8}",
    "thing text not null unique check (thing ~ '^ORD-' and thing ~ '[0-9]{4}$')": "ORD-[0-9]{8}",
    "thing varchar(7) not null unique check (thing ~ '^ORD-')": "ORD-[0-9A-Z]{3}",
    "thing char(9) not null unique check (thing ~ '^ORD-')": "ORD-[0-9A-Z]{5}",
    "thing text not null check (thing ~ '^a-' and length(thing) = 20)": "a-[0-9a-z]{18}",
    "thing text not null check (thing like 'sk_live_%')": "sk_live_[a-z]+",
}


@pytest.mark.parametrize("columns", [*MEANT, *FORMED])
def test_all_rows_are_made_and_differ(fill: Fill, connection: Connection, columns: str) -> None:
    report = fill(f"create table things (id serial primary key, {columns})", 200)

    assert rows(report) == {"things": 200}
    *_, name = (column.name for column in connection.execute("select * from things").description or ())
    texts = [text for (text,) in connection.execute(f"select {name} from things").fetchall()]
    assert len(set(texts)) > 100
    assert [text for text in texts if not re.fullmatch((MEANT | FORMED)[columns], text)] == []


def test_members_of_documents_have_the_pattern_too(fill: Fill, connection: Connection) -> None:
    report = fill(
        "create table things (id serial primary key, data jsonb not null, check (data ->> 'ref' ~ '^ORD-'"
        " and data ->> 'thing' ~ '^x:' and data ->> 'email' ~ '@'))",
        100,
    )

    assert rows(report) == {"things": 100}
    mails = connection.execute("select count(*) from things where data ->> 'email' like '%@example.%'").fetchone()
    assert mails == (100,)


def test_a_key_that_folds_its_case_has_the_meaning_too(fill: Fill, connection: Connection) -> None:
    require_extension(connection, "citext")

    report = fill(
        "create extension citext;"
        " create table users (id serial primary key, email citext not null unique check (email ~* '@'));"
        " create table mails (id serial primary key, email text not null check (email ~ '@'));"
        " create unique index on mails (lower(email))",
        200,
    )

    assert rows(report) == {"users": 200, "mails": 200}
