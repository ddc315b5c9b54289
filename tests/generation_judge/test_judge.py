"""The judge finds each fault that is planted, and no other."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import ROOT
from tests.generation_judge.databases import Fresh, template
from tests.generation_judge.judging import Reasons, Tool, judged
from tests.generation_judge.verdict import Category, Verdict, as_table

HONEST = (ROOT / "tests" / "generation_judge" / "schemas" / "honest.sql").read_bytes()

ROWS = """
insert into customers (email, phone, city, country_code, birth_date, website, grade, bio, created_at, updated_at)
select 'ada.' || n || '@example.org', '+1 202 555-0119', 'Oslo', 'NO', date '1980-02-29' + n::integer,
    'https://example.org/' || n, n % 6 + 1, 'likes long walks', timestamptz '2026-01-01' + n * interval '1 h',
    timestamptz '2026-02-01' + n * interval '1 h'
from generate_series((select count(*) from customers) + 1, (select count(*) from customers) + %(rows)s) n;
insert into orders (customer_id, price, note) select id, 100 + id, null from customers order by id desc limit %(rows)s;
insert into logs (at, kind) select '2026-03-04', 'seen' from generate_series(1, %(rows)s);
insert into rooms (during) select int4range(n::integer, n::integer + 1)
from generate_series((select count(*) from rooms) + 1, (select count(*) from rooms) + %(rows)s) n;
insert into letters select chr(n) from generate_series(65, 90) n on conflict do nothing;
"""
FULL = {"letters": "full: letters_pkey has no more"}
ROWS_A_RUN = 30


def tool(before: str = "", after: str = "", reasons: Reasons | None = None) -> Tool:
    def fill(database: str, rows: int) -> Reasons:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(before.encode())
            connection.execute(ROWS.replace("%(rows)s", str(rows)).encode())
            connection.execute(after.encode())
        return FULL if reasons is None else reasons

    return fill


@pytest.fixture(scope="module")
def fresh(server: str) -> Iterator[Fresh]:
    with template(server, HONEST) as fresh:
        yield fresh


def faults(verdict: Verdict) -> set[tuple[str, str]]:
    return {(str(finding.category), finding.subject) for finding in verdict.failed}


def test_an_honest_tool_passes_in_every_category(fresh: Fresh) -> None:
    verdict = judged("shop", fresh, tool(), ROWS_A_RUN)

    assert verdict.failed == []
    assert {str(category): verdict.count(category) for category in Category} == {
        "filled": (5, 5),
        "valid": (5, 5),
        "sequences": (4, 4),
        "second run": (5, 5),
        "same": (5, 5),
        "stable": (5, 5),
        "plausible": (13, 13),
    }
    assert "| shop   | 5/5    | 5/5   | 4/4       |" in as_table([verdict])


INVALID = """
delete from letters where letter > 'X';
alter table orders drop constraint if exists not_free; update orders set price = 13 where id = 2;
set session_replication_role = replica;
update orders set customer_id = 999 where id = 2;
set session_replication_role = origin;
alter table customers drop constraint if exists customers_email_key;
update customers set email = 'a@example.org' where id < 3;
alter table customers alter phone drop not null; update customers set phone = null where id = 2;
alter domain grade drop constraint if exists grade_check; update customers set grade = 9 where id = 2;
alter table logs_2026 drop constraint if exists kind_is_short; update logs set kind = 'never seen' where id = 2;
alter table rooms drop constraint if exists rooms_during_excl; update rooms set during = '[1,3)' where id = 1;
"""


def test_rows_that_break_a_constraint_are_found_whatever_the_constraint(fresh: Fresh) -> None:
    verdict = judged("shop", fresh, tool(after=INVALID), ROWS_A_RUN)

    assert {finding.subject: finding.why for finding in verdict.failed if finding.category is Category.VALID} == {
        "customers": "1 × not null phone, 1 × domain grade_check, 1 × unique customers_email_key",
        "logs": "1 × check kind_is_short",
        "orders": "1 × check not_free, 1 × foreign key orders_customer_id_fkey",
        "rooms": "1 × exclusion rooms_during_excl",
    }


def test_a_table_that_is_left_short_is_found_with_the_reason(fresh: Fresh) -> None:
    told = FULL | {"orders": "nobody knows"}

    verdict = judged("shop", fresh, tool(after="delete from orders where id > 3", reasons=told), ROWS_A_RUN)

    assert [str(finding) for finding in verdict.failed] == ["orders: filled: 3 of 30 rows: nobody knows"]


def test_rows_that_differ_from_run_to_run_or_with_other_columns_are_found(fresh: Fresh) -> None:
    counted = "(select count(*) from pg_attribute where attrelid = 'customers'::regclass)"

    chance = faults(
        judged("shop", fresh, tool(after="update orders set note = random() where note is null"), ROWS_A_RUN)
    )
    schema = faults(
        judged("shop", fresh, tool(after=f"update orders set note = {counted} where note is null"), ROWS_A_RUN)
    )

    assert chance == {("same", "orders"), ("stable", "orders")}
    assert schema == {("stable", "orders")}


IMPLAUSIBLE = {
    "customers.email": "email = 'ada' || id || '@gmail.com'",
    "customers.phone": "phone = '+47 22 12 34 56'",
    "customers.city": "city = 'xk9 wq'",
    "customers.country_code": "country_code = 'ZZ'",
    "customers.birth_date": "birth_date = '2025-01-01'",
    "customers.website": "website = 'https://wikipedia.org'",
    "customers.bio": "bio = 'Lorem ipsum'",
    "customers.updated_at": "updated_at = '2025-12-01'",
    "orders.price": "price = -1",
}


def test_values_that_a_person_would_frown_at_are_found(fresh: Fresh) -> None:
    changes = (f"update {name.split('.')[0]} set {value} where id % 9 = 2;" for name, value in IMPLAUSIBLE.items())

    verdict = judged("shop", fresh, tool(after="".join(changes)), ROWS_A_RUN)

    assert faults(verdict) == {("plausible", name) for name in IMPLAUSIBLE}


def test_a_second_run_that_touches_what_is_there_is_found(fresh: Fresh) -> None:
    touched = "delete from rooms; delete from orders where id = 1; update logs set kind = 'gone';"

    verdict = judged("shop", fresh, tool(before=touched), ROWS_A_RUN)

    assert faults(verdict) == {("second run", name) for name in ("rooms", "orders", "logs")}


def test_a_sequence_that_is_left_behind_is_found(fresh: Fresh) -> None:
    ahead, behind = (f"select setval('orders_id_seq', (select count(*) from orders) {by})" for by in ("+ 1", "- 9"))

    verdict = judged("shop", fresh, tool(before=ahead, after=behind), ROWS_A_RUN)

    assert faults(verdict) == {("sequences", "orders"), ("second run", "orders")}


def test_a_table_is_full_only_by_a_key_that_it_has(fresh: Fresh) -> None:
    verdict = judged("shop", fresh, tool(reasons={"letters": "full: letters_letter_key has no more"}), ROWS_A_RUN)

    assert faults(verdict) == {("filled", "letters")}
