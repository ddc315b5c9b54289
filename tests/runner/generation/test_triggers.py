"""The four things that triggers do to rows: fill them, overwrite their key, copy them elsewhere, refuse them."""

from __future__ import annotations

import psycopg
import pytest

from tests.runner.generation.conftest import Fill, filled, rows

Connection = psycopg.Connection

TRIGGER = """
create function {name}() returns trigger language plpgsql as $$ begin {body} return new; end $$;
create trigger {name} {when} insert on {table} for each row execute function {name}();
"""
OVERWRITES = "create sequence ids start 1000;" + TRIGGER.format(
    name="overwrites", when="before", table="a", body="new.id := nextval('ids');"
)
IN_A_CIRCLE = """
create table a (id bigint primary key, first_b bigint {a});
create table b (id bigserial primary key, a_id bigint references a);
alter table a add foreign key (first_b) references b;
"""


def test_columns_that_triggers_fill_are_as_these_leave_them_in_the_order_of_their_names(
    fill: Fill, connection: Connection
) -> None:
    first = TRIGGER.format(name="a_first", when="before", table="t", body="new.trail := 'a' || new.id;")
    second = TRIGGER.format(name="b_second", when="before", table="t", body="new.trail := new.trail || 'b';")

    report = fill(f"create table t (id serial primary key, trail text not null unique); {second} {first}", 30)

    assert report.right, str(report)
    assert connection.execute("select count(*) from t where trail = 'a' || id || 'b'").fetchone() == (30,)


def test_a_key_that_is_overwritten_is_read_back_for_the_rows_that_refer_to_it(
    fill: Fill, connection: Connection
) -> None:
    report = fill(
        f"create table a (id bigint primary key, above bigint references a); {OVERWRITES}"
        "create table b (id serial primary key, a_id bigint not null references a)",
        50,
    )

    assert rows(report) == {"a": 50, "b": 50}
    assert connection.execute("select min(id), max(id) from a").fetchone() == (1000, 1049)


@pytest.mark.parametrize(
    ("a", "found"),
    [("", (False, True)), ("not null", (True, False))],
    ids=["those of its own table are NULL where they may be", "else those that lead to it"],
)
def test_a_circle_is_opened_where_a_key_of_it_is_overwritten(
    fill: Fill, connection: Connection, a: str, found: tuple[bool, bool]
) -> None:
    report = fill(f"{IN_A_CIRCLE.format(a=a)} {OVERWRITES}", 50)

    assert (report.right, rows(report)) == (True, {"a": 50, "b": 50})
    given = "select (select count(first_b) > 0 from a), (select count(a_id) > 0 from b)"
    assert connection.execute(given.encode()).fetchone() == found


def test_a_key_that_is_only_filled_where_it_is_missing_opens_no_circle(fill: Fill, connection: Connection) -> None:
    body = "if new.id is null then new.id := nextval('b_id_seq'); end if;"
    fills = TRIGGER.format(name="fills", when="before", table="a", body=body)

    report = fill(f"{IN_A_CIRCLE.format(a='')} {fills}", 50)

    assert rows(report) == {"a": 50, "b": 50}
    assert connection.execute("select count(first_b) > 0 from a").fetchone() == (True,)
    assert connection.execute("select count(a_id) > 0 from b").fetchone() == (True,)


def test_a_circle_that_nothing_opens_is_told_with_the_key_that_is_overwritten(fill: Fill) -> None:
    circle = IN_A_CIRCLE.format(a="not null").replace("a_id bigint", "a_id bigint not null")

    report = fill(f"{circle} {OVERWRITES} create table c (id serial)", 10)

    assert rows(report) == {"a": 0, "b": 0, "c": 10}
    assert "A trigger seems to overwrite a.id, which the circle refers to" in report.tables[0].reasons[-1]


def test_a_trigger_that_writes_into_another_planned_table_takes_no_id_of_it(fill: Fill, connection: Connection) -> None:
    copies = "if pg_trigger_depth() = 1 then insert into {other} (name) values (new.name); end if;"
    triggers = "".join(
        TRIGGER.format(name=f"copies_{table}", when="after", table=table, body=copies.format(other=other))
        for table, other in (("a", "b"), ("b", "a"))
    )
    tables = "".join(f"create table {table} (id serial primary key, name varchar(20) not null);" for table in "ab")

    reports = [fill(f"{tables} {triggers}", 40), filled(connection, {"*": 40})]

    assert [report.right for report in reports] == [True, True], str(reports[0])
    assert connection.execute("select (select count(*) from a), (select count(*) from b)").fetchone() == (160, 160)
