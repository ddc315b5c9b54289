"""A column has what its name says, whatever its type; what belongs together in a row fits together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql

from seedkit.core.generation.planning.chosen import Chosen, Rung
from seedkit.errors import CatalogError
from tests.postgres.generation.table_rules import chosen, copied, rules_of

ROWS = 2_000

CUSTOMERS = """
create table customers (
    id integer, created_at text, birth_date text, price text, is_active integer, active smallint, has_paid "char",
    published char(1), year smallint, amount_cents integer, duration_ms integer, lat numeric(9, 6),
    lng double precision,
    city text, country text, country_code char(2), state char(2), timezone text, locale text, currency char(3),
    zip text, ip inet, tags text[], emails text[], role text, sku text, isbn text, iban text, vat text, mac macaddr,
    uuid text, sha256 text, color text, rating smallint, weight numeric(5, 1), percent integer, version text,
    share numeric(3, 2), file_md5 bytea, customer_email text, email text, first_name text, last_name text,
    full_name text, initials text, username text, gender text, manager_name text, manager_email text,
    billing_city text, billing_country text, phone text, card_number text, api_key text
);
create table audits (action text, event_type varchar(20));
create table departments (name text unique, code text unique, role text unique);
create table books (title text, slug text, name varchar(30));
create table products (name text, slug text);
create table lives (
    deleted_at timestamptz not null, closed_at timestamp not null, updated_at date not null,
    created_at timestamptz not null,
    paid_at timestamptz not null, birthday date not null, starts_at timestamptz not null, ends_at timestamptz not null,
    trial_start date not null, trial_end date not null, valid_from date not null, valid_to date not null,
    check_in date not null, check_out date not null, due_on date not null, expires_at timestamptz not null,
    last_seen_at timestamptz not null, next_run_at timestamptz not null
);
create table usual (
    plan_text text not null default 'basic', size integer not null default 7, unset text not null default '',
    quantity integer not null default 0, country text not null default 'NO',
    token text not null default gen_random_uuid(),
    at timestamptz not null default now(), flag boolean not null default false, one text not null default 'x' unique,
    bad integer not null default 0 check (bad > 3), serial_code text not null default ('N' || nextval('numbers'))
);
"""


@pytest.fixture(scope="module")
def connection(module_database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(module_database, autocommit=True) as connection:
        connection.execute("create sequence numbers")
        connection.execute(CUSTOMERS)
        for table in ("customers", "audits", "departments", "books", "products", "lives", "usual"):
            copied(connection, rules_of(connection, table), ROWS)
        yield connection


def untrue(connection: psycopg.Connection, table: str, claim: str) -> int:
    """Count the rows of which a claim is not true."""
    asked = sql.SQL("select count(*) from {} where not ({})").format(sql.Identifier(table), sql.SQL(claim))
    ((count,),) = connection.execute(asked).fetchall()
    return int(count)


@pytest.mark.parametrize(
    "claim",
    [
        "created_at::timestamptz between '2024-11-30' and '2026-11-30' and created_at ~ '^....-..-..T..:..:..Z$'",
        "birth_date::date between '1958-01-01' and '2008-12-01'",
        "price ~ '^[0-9]+[.][0-9][0-9]$'",
        "is_active in (0, 1) and active in (0, 1) and has_paid in ('0', '1') and published in ('0', '1')",
        "year between 1990 and 2026 and amount_cents >= 100 and duration_ms between 5 and 5000",
        "(city = 'Paris') = (abs(lat - 48.86) < 0.001 and abs(lng - 2.35) < 0.001)",
        "(city = 'Paris') = (timezone = 'Europe/Paris' and zip like '750%')",
        "(country = 'France') = (country_code = 'FR') and (country_code = 'FR') = (locale = 'fr-FR')",
        "country_code <> 'FR' or currency = 'EUR'",
        "state ~ '^[A-Z]{2}$' and length(country_code) = 2",
        "ip <<= '192.0.2.0/24' and mac::text like '02:%'",
        "cardinality(emails) = 0 or emails[1] like '%@example.%'",
        "role in ('admin', 'editor', 'member', 'viewer', 'guest')",
        "isbn ~ '^979-9-00-[0-9]{6}-[0-9]$' and iban ~ '^DE[0-9]{2}99999999[0-9]{10}$'",
        "vat like country_code || '0%' and card_number like '0000 %'",
        "uuid::uuid::text = uuid and sha256 ~ '^[0-9a-f]{64}$' and octet_length(file_md5) = 16",
        "rating between 1 and 5 and percent between 0 and 100 and share between 0 and 1 and weight <= 80",
        "full_name = first_name || ' ' || last_name and initials = left(first_name, 1) || left(last_name, 1)",
        "email like lower(first_name) || '.' || lower(last_name) || '%' and username like lower(first_name) || '%'",
        "split_part(customer_email, '@', 1) = split_part(email, '@', 1)",
        "gender = 'female' or first_name not in ('Ada', 'Alice', 'Maria')",
        "lower(manager_name) = regexp_replace(translate(split_part(manager_email, '@', 1), '.', ' '), '[0-9]+', '')",
        "phone like '+1 %-555-01__'",
    ],
)
def test_a_row_is_as_its_columns_names_say(connection: psycopg.Connection, claim: str) -> None:
    assert untrue(connection, "customers", claim) == 0


@pytest.mark.parametrize(
    "claim",
    [
        "count(*) filter (where manager_name = full_name) < 20",
        "count(*) filter (where billing_city = city) < 100",
        "avg(is_active) between 0.8 and 0.9",
        "count(distinct tags) > 1000 and count(distinct color) > 15",
        "count(distinct sku) > 1500 and count(distinct isbn) > 1500",
        "count(*) filter (where tags = '{}') < 100",
    ],
)
def test_the_rows_together_are_as_such_rows_are(connection: psycopg.Connection, claim: str) -> None:
    assert connection.execute(sql.SQL("select {} from customers").format(sql.SQL(claim))).fetchone() == (True,)


def test_an_action_is_one_and_unique_names_have_a_number_as_people_write_it(connection: psycopg.Connection) -> None:
    actions = connection.execute("select distinct action from audits where action is not null").fetchall()
    names = connection.execute("select name, code, role from departments limit 1").fetchall()

    assert {"created", "updated", "deleted"} < {action for (action,) in actions}
    assert [len(names), re.sub(r"[A-Za-z]+", "x", re.sub(r"\d{5}", "9", ",".join(names[0])))] == [1, "x 1,x-9-1,x-1"]


@pytest.mark.parametrize(("table", "column"), [("books", "title"), ("products", "name")])
def test_a_slug_is_that_of_what_the_row_is_called(connection: psycopg.Connection, table: str, column: str) -> None:
    assert untrue(connection, table, f"slug = replace(lower({column}), ' ', '-')") == 0


@pytest.mark.parametrize(
    "claim",
    [
        "created_at < paid_at and paid_at < updated_at and updated_at < closed_at and closed_at < deleted_at",
        "deleted_at < '2026-11-30' and created_at >= '2024-11-30'",
        "age('2026-11-30', birthday) between '18 years' and '68 years'",
        "created_at < starts_at and starts_at < ends_at and ends_at - starts_at < '32 days'",
        "trial_start < trial_end and valid_from < valid_to and check_in < check_out and check_out - check_in < 15",
        "due_on > created_at and expires_at > created_at and last_seen_at > '2026-08-15'",
    ],
)
def test_a_life_goes_forward(connection: psycopg.Connection, claim: str) -> None:
    assert untrue(connection, "lives", claim) == 0


@pytest.mark.parametrize(
    ("condition", "least", "most"),
    [
        ("plan_text = 'basic'", 0.55, 0.65),
        ("size = 7", 0.55, 0.65),
        ("unset = ''", 0.55, 0.65),
        ("quantity = 0", 0.05, 0.15),
        ("country = 'NO'", 0, 0.05),
        ("flag", 0.35, 0.45),
        ("one = 'x'", 0, 0),
        ("bad > 3", 1, 1),
        ("at::date = current_date", 0, 0.01),
    ],
)
def test_a_literal_default_is_one_of_the_values(
    connection: psycopg.Connection, condition: str, least: float, most: float
) -> None:
    share = sql.SQL("select avg(({})::integer) from usual").format(sql.SQL(condition))
    (found,) = connection.execute(share).fetchone() or (0,)

    assert least <= found <= most


@pytest.fixture
def commented(connection: psycopg.Connection) -> Iterator[Callable[[str, str], Chosen]]:
    def choose(type_: str, comment: str) -> Chosen:
        connection.execute(sql.SQL("create table marked (x {})").format(sql.SQL(type_)))
        connection.execute(sql.SQL("comment on column marked.x is {}").format(sql.Literal(comment)))
        return chosen(rules_of(connection, "marked"), "x")

    with connection.transaction(force_rollback=True):
        yield choose


@pytest.mark.parametrize(
    ("type_", "comment", "spelling"),
    [
        ("text not null", "Where it is. [seedkit: like city]", "!like city"),
        ("text[] not null", "[seedkit: like city]", "!like city"),
        ("integer not null", "[seedkit: like year]", "!between [1990, 2026]"),
        ("text not null", "[seedkit: like ^[A-Z]{3}$]", '!like "^[A-Z]{3}$"'),
        ("jsonb not null", "[seedkit: like settings]", "!like settings"),
    ],
)
def test_a_comment_says_what_a_column_is_like(
    commented: Callable[[str, str], Chosen], type_: str, comment: str, spelling: str
) -> None:
    choice = commented(type_, comment)

    assert (choice.rung, choice.spelling) == (Rung.COMMENT, spelling)


@pytest.mark.parametrize(
    ("type_", "comment", "message", "hint"),
    [
        ("text", "[seedkit: like citty]", 'there is no meaning "citty"', 'Did you mean "city"?'),
        ("integer", "[seedkit: like city]", '"city" is no meaning of integer', "Such a column can be like"),
        ("date", "[seedkit: like email]", '"email" is no meaning of date', "created"),
        ("inet", "[seedkit: like city]", '"city" is no meaning of inet', 'Such a column can be like "inet".'),
    ],
)
def test_a_comment_that_asks_for_what_there_is_not_is_an_error_with_its_place(
    commented: Callable[[str, str], Chosen], type_: str, comment: str, message: str, hint: str
) -> None:
    with pytest.raises(CatalogError) as caught:
        commented(type_, comment)

    assert caught.value.message == f'table "marked", column "x", in its comment: {message}'
    assert hint in str(caught.value.hint)
