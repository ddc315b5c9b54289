"""Constraint triggers that wait for the end of a transaction: what they refuse is found, and made up for or named."""

from __future__ import annotations

import psycopg
import pytest

from seedkit import generate
from seedkit.errors import LoadError
from tests.conftest import Write
from tests.runner.generation.conftest import Fill, filled, rows

Connection = psycopg.Connection

ORDERS = "create table orders (id serial primary key, size int not null); create table users (id serial primary key)"
LINES = (
    f"{ORDERS}; create table lines (id serial primary key, order_id int not null references orders on delete cascade)"
)
WAITS = """
create function {name}() returns trigger language plpgsql as $$ begin {body} return null; end $$;
create constraint trigger {name} after insert on {table} deferrable initially deferred for each row
    execute function {name}();
"""
HAS_LINES = WAITS.format(
    name="has_lines",
    table="orders",
    body="if not exists (select from lines where order_id = new.id) then raise 'no line in %', new.id; end if;",
)


def test_what_one_refuses_of_its_row_is_made_up_for_under_the_same_numbers(fill: Fill, connection: Connection) -> None:
    odd = WAITS.format(name="odd", table="orders", body="if new.size % 7 = 0 then raise 'seven'; end if;")

    report = fill(f"{ORDERS}; {odd}", 300)

    assert (report.right, rows(report)) == (True, {"orders": 300, "users": 300})
    counted = "select count(*), max(id), count(*) filter (where size % 7 = 0) from orders"
    assert connection.execute(counted.encode()).fetchone() == (300, 300, 0)


def test_one_that_refuses_every_row_stops_no_other_table(fill: Fill, connection: Connection) -> None:
    report = fill(f"{ORDERS}; {WAITS.format(name='never', table='orders', body='''raise 'never';''')}", 100)

    assert rows(report) == {"orders": 0, "users": 100}
    assert report.tables[0].reasons[1] == (
        "table orders: never refuses rows at the end of the run, and was asked as they came"
    )
    with pytest.raises(LoadError, match="never"):
        filled(connection, {"orders": 5})


def test_one_that_refuses_once_more_at_the_end_has_its_table_left_out(fill: Fill) -> None:
    late = WAITS.format(name="late", table="orders", body="if exists (select from users) then raise 'late'; end if;")
    touches = """
        create function touches() returns trigger language plpgsql as $$ begin
            execute 'insert into or' || 'ders (size) select 1 where exists (select from orders)'; return null;
        end $$;
        create trigger touches after insert on users for each statement execute function touches();
    """  # nobody can see into which table it writes

    report = fill(f"{ORDERS}; {late} {touches}", 20)

    assert rows(report) == {"orders": 0, "users": 20}
    told = 'trigger "late" of table "orders" refuses its rows at the end of the run: late'
    assert report.tables[0].reasons[0] == told


def test_rows_that_need_others_are_told_what_to_write_and_that_does(
    connection: Connection, database: str, project: Write
) -> None:
    project({})
    connection.execute(f"{LINES}; {HAS_LINES}".encode())

    report = generate(url=database)
    project({"generate.yml": "lines: {_rows: !per {orders: 1..3}}"})
    second = generate(url=database)

    assert rows(report) == {"lines": 0, "orders": 0, "users": 100}
    orders = next(table for table in report.tables if str(table.table) == "orders")
    assert (
        "if each needs a row of lines, write lines: {_rows: !per {orders: 1..3}} in generate.yml" in orders.reasons[1]
    )
    assert second.right, str(second)
    assert rows(second)["orders"] == 100


def test_rows_that_one_takes_away_at_the_end_are_told(fill: Fill, connection: Connection) -> None:
    purge = "delete from orders where id = new.id and not exists (select from lines where order_id = new.id);"

    report = fill(f"{LINES}; {WAITS.format(name='purge', table='orders', body=purge)}", 50)

    left = connection.execute("select count(*) from orders").fetchall()[0][0]
    assert rows(report)["orders"] == left < 50
    reason = f"table orders: {50 - left} of 50 rows were taken away at the end of the run"
    assert report.tables[1].reasons == (f"{reason}; triggers that wait for it: purge",)


def test_rows_that_a_deferred_key_refuses_are_made_up_for(fill: Fill, connection: Connection) -> None:
    report = fill(
        """
        create table days (id serial primary key, spot int not null);
        create function half(int) returns int immutable language plpgsql as 'begin return $1 / 2; end';
        alter table days add constraint apart exclude using btree (half(spot) with =) deferrable initially deferred
        """,
        100,
    )

    assert (report.right, rows(report)) == (True, {"days": 100})


def test_a_table_that_commits_in_pieces_has_them_asked_as_its_rows_come(
    connection: Connection, database: str, project: Write
) -> None:
    project({})
    odd = WAITS.format(name="odd", table="orders", body="if new.size % 7 = 0 then raise 'seven'; end if;")
    connection.execute(f"{ORDERS}; {odd}".encode())

    report = generate("orders", 10_000, url=database, commit_every=5_000)

    assert report.right, str(report)


def test_what_one_refuses_in_a_circle_is_made_up_for(fill: Fill, connection: Connection) -> None:
    deferred = "deferrable initially deferred"
    odd = WAITS.format(name="odd", table="a", body="if new.size % 7 = 0 then raise 'seven'; end if;")

    report = fill(
        f"""
        create table a (id serial primary key, size int not null, b_id int not null);
        create table b (id serial primary key, a_id int not null references a {deferred});
        alter table a add foreign key (b_id) references b {deferred}; {odd}
        """,
        100,
    )

    assert (report.right, rows(report)) == (True, {"a": 100, "b": 100})
    assert connection.execute("select count(*) from a where size % 7 = 0").fetchone() == (0,)
