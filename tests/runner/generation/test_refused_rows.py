"""Rows that only the server can judge: what it refuses is left out, made up for, and named."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from seedkit.errors import LoadError
from tests.runner.generation.conftest import Fill, filled, rows

Connection = psycopg.Connection

OPAQUE = """
create function {name}(orders) returns boolean language plpgsql immutable as 'begin return {test}; end';
"""
ORDERS = (
    "create table orders (id serial primary key, iban text not null, kind text not null check (kind in ('a', 'b')))"
)
TRIGGER = """
create function judge() returns trigger language plpgsql as $$ begin {body} return new; end $$;
create trigger judge {when} insert on orders for each row execute function judge();
"""


def test_refused_rows_are_made_up_for_under_their_own_numbers(fill: Fill, connection: Connection) -> None:
    valid = OPAQUE.format(name="valid", test="ascii($1.iban) % 5 <> 0")

    report = fill(f"{ORDERS}; {valid} alter table orders add check (valid(orders))", 2_500)

    assert (report.tables[0].rows, report.tables[0].reasons) == (2_500, ())
    assert connection.execute("select count(*), max(id) from orders").fetchone() == (2_500, 2_500)


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_takes_the_place_of_a_refused_row_does_not_hang_on_others(
    fill: Fill, connection: Connection, when: str
) -> None:
    judge = TRIGGER.format(when=when, body="if ascii(new.iban) % 5 = 0 then raise 'no'; end if;")
    fill(f"{ORDERS}; {judge}", 60)
    before = connection.execute("select id, iban, kind from orders").fetchall()
    connection.execute("drop table orders; drop function judge")

    fill(f"{ORDERS}; alter table orders add more int not null; {judge}", 200)

    after = connection.execute("select id, iban, kind from orders where id <= 60").fetchall()
    assert sorted(after) == sorted(before)


def test_a_table_that_a_key_bounds_says_so_although_some_rows_are_refused(fill: Fill) -> None:
    valid = "create function valid(integer) returns boolean language plpgsql immutable as 'begin return $1 <> 3; end'"
    keys = "a integer not null check (a in (1, 2, 3)), b boolean not null, primary key (a, b), check (valid(a))"

    report = fill(f"{valid}; create table t ({keys})", 100)

    assert report.tables[0].rows == 4
    assert report.tables[0].reasons == (
        "table t: check (valid(a)) refused 2 of 6 rows; write t: {a: …} in generate.yml",
        "table t holds 6 rows: t_pkey has no more",
    )


def test_a_table_of_which_every_row_is_refused_is_named_after_few_tries(fill: Fill, connection: Connection) -> None:
    check = "create function valid_iban(text) returns boolean language plpgsql immutable as 'begin return false; end'"

    report = fill(f"{check}; {ORDERS}; alter table orders add check (valid_iban(iban))", 800)

    assert report.tables[0].rows == 0
    assert report.tables[0].reasons == (
        "table orders: check (valid_iban(iban)) refused all of the first 64 of 800 rows; "
        "write orders: {iban: …} in generate.yml",
    )
    assert connection.execute("select count(*) from orders").fetchone() == (0,)


def test_a_value_that_is_always_refused_is_learned(fill: Fill, connection: Connection) -> None:
    judge = TRIGGER.format(when="before", body="if new.kind = 'b' then raise 'no b'; end if;")

    report = fill(f"{ORDERS}; {judge}", 400)

    assert (report.tables[0].rows, report.tables[0].reasons) == (400, ())
    assert connection.execute("select count(distinct kind) from orders").fetchone() == (1,)


def test_a_function_of_a_trigger_is_named_with_what_it_says(fill: Fill) -> None:
    judge = TRIGGER.format(when="after", body="raise 'not today';")

    report = fill(f"{ORDERS}; {judge}", 10)

    assert report.tables[0].reasons == (
        'table orders: judge() ("not today") refused all of 10 rows; write orders: {…} in generate.yml',
    )


def test_a_trigger_that_counts_on_another_search_path_is_told_so_after_one_try(fill: Fill) -> None:
    judge = TRIGGER.format(when="before", body="perform count(*) from events;")

    report = fill(f"create schema log; create table log.events (id int); {ORDERS}; {judge}", 10)

    reasons = next(table.reasons for table in report.tables if str(table.table) == "orders")
    assert reasons == (
        'table orders: judge() ("relation "events" does not exist") refuses every row; '
        "it may count on another search_path: set search_path = … on the connection",
    )


@pytest.mark.parametrize(
    ("when", "body"),
    [
        ("before", "if new.id % 4 = 0 then return null; end if;"),
        ("after", "delete from orders where id = new.id and id % 4 = 0;"),
    ],
)
def test_rows_that_a_trigger_swallows_are_noticed(fill: Fill, when: str, body: str) -> None:
    report = fill(f"{ORDERS}; {TRIGGER.format(when=when, body=body)}", 100)

    assert report.tables[0].rows == 75
    assert report.tables[0].reasons == (
        "table orders: 25 of 100 rows are not there, without a word of the server; what may do that: judge",
    )


@pytest.mark.parametrize("rule", ["nothing", "insert into elsewhere values (new.iban)"])
def test_rows_that_a_rule_has_gone_elsewhere_are_none_of_the_table(fill: Fill, rule: str) -> None:
    report = fill(
        f"create table elsewhere (iban text); {ORDERS}; create rule turn as on insert to orders do instead {rule}", 100
    )

    orders = next(table for table in report.tables if str(table.table) == "orders")
    assert (orders.rows, orders.failed) == (0, True)
    assert orders.reasons == (
        "table orders: 100 of 100 rows are not there, without a word of the server; what may do that: rule turn",
    )


@pytest.fixture
def under_policies(connection: Connection) -> Iterator[str]:
    """A role that row-level security holds for; superusers are above it."""
    role = f"under_policies_of_{connection.info.dbname}"
    connection.execute(f"create role {role}".encode())
    yield role
    connection.execute(f"reset role; drop owned by {role}; drop role {role}".encode())


def test_rows_that_a_trigger_swallows_are_noticed_under_policies(
    fill: Fill, connection: Connection, under_policies: str
) -> None:
    swallowing = TRIGGER.format(when="before", body="if new.id % 4 = 0 then return null; end if;")
    connection.execute(f"{ORDERS}; {swallowing}".encode())

    report = fill(
        f"""
        alter table orders enable row level security; create policy all_of_them on orders using (true);
        grant select, insert on orders to {under_policies}; grant select, usage on orders_id_seq to {under_policies};
        set role {under_policies}
        """,
        100,
    )

    assert report.tables[0].rows == 75
    assert report.tables[0].reasons == (
        "table orders: 25 of 100 rows are not there, without a word of the server; what may do that: judge",
    )


def test_what_is_no_rows_fault_ends_the_run(fill: Fill, connection: Connection) -> None:
    judge = TRIGGER.format(when="before", body="perform pg_terminate_backend(pg_backend_pid());")

    with pytest.raises(LoadError, match="terminating connection"):
        fill(f"{ORDERS}; {judge}", 10)


def test_rows_that_exclude_each_other_are_made_anew(fill: Fill) -> None:
    report = fill(
        "create table rooms (id serial primary key, day date not null, exclude using btree (day with =))", 150
    )

    assert report.tables[0].rows > 140


@pytest.mark.parametrize("key", ["not null", "not null {} deferrable initially deferred", ""])
@pytest.mark.parametrize("when", ["before", "check"])
def test_a_refused_row_of_a_circle_is_made_up_for(fill: Fill, connection: Connection, key: str, when: str) -> None:
    users, teams = (key.format(f"references {table}") if "{}" in key else f"{key}" for table in ("users", "teams"))
    odd = "raise_if(size)"
    opaque = f"""
        create function raise_if(int) returns boolean immutable language plpgsql as 'begin return $1 % 5 <> 0; end';
        create function judge() returns trigger language plpgsql as
            $$ begin if not {odd.replace("size", "new.size")} then raise 'no'; end if; return new; end $$;
    """
    judged = (
        f"alter table teams add check ({odd})"
        if when == "check"
        else "create trigger judge before insert on teams for each row execute function judge()"
    )

    report = fill(
        f"""
        create table users (id serial primary key, name text not null);
        create table teams (id serial primary key, size int not null, owner_id int {users});
        alter table users add team_id int {teams};
        {"" if "{}" in key else "alter table teams add foreign key (owner_id) references users;"}
        {"" if "{}" in key else "alter table users add foreign key (team_id) references teams;"}
        {opaque} {judged}
        """,
        120,
    )

    assert report.right, str(report)
    counted = "select count(*), max(id), count(*) filter (where size % 5 = 0) from teams"
    assert connection.execute(counted.encode()).fetchone() == (120, 120, 0)
    assert connection.execute("select count(*), max(id) from users").fetchone() == (120, 120)


@pytest.mark.parametrize(("null", "members"), [("", 120), ("not null", None)])
def test_what_refers_to_a_row_of_a_circle_that_is_left_out_has_null_or_is_left_out_too(
    fill: Fill, connection: Connection, null: str, members: int | None
) -> None:
    report = fill(
        f"""
        create table users (id serial primary key, team_id int {null});
        create table teams (id serial primary key, owner_id int references users, above int references teams);
        alter table users add foreign key (team_id) references teams;
        create function judge() returns trigger language plpgsql as
            $$ begin if new.id % 10 = 0 then raise 'ten'; end if; return new; end $$;
        create trigger judge before insert on teams for each row execute function judge();
        """,
        120,
    )

    found = rows(report)
    assert found["teams"] == 108
    assert found["users"] == members if members else 90 < found["users"] < 120
    teams, users = report.tables
    assert teams.reasons == ('table teams: judge() ("ten") refused 12 of 120 rows; write teams: {…} in generate.yml',)
    left_out = f"table users: {120 - found['users']} rows need others that are left out"
    assert users.reasons == (() if members else (left_out,))


def test_a_row_that_a_policy_refuses_is_made_up_for(fill: Fill, connection: Connection, under_policies: str) -> None:
    connection.execute(ORDERS.encode())

    report = fill(
        f"""
        alter table orders enable row level security;
        create policy most on orders using (true) with check (ascii(iban) % 5 <> 0);
        grant select, insert on orders to {under_policies}; grant select, usage on orders_id_seq to {under_policies};
        set role {under_policies}
        """,
        40,
    )

    assert (report.tables[0].rows, report.tables[0].reasons) == (40, ())


@pytest.mark.parametrize("columns", ["open boolean, done boolean not null", ""], ids=["of two columns", "of none"])
@pytest.mark.parametrize("by", ["row security", "rules"])
def test_tables_without_a_key_take_rows_again_where_copy_does_not_go(
    fill: Fill, connection: Connection, under_policies: str, by: str, columns: str
) -> None:
    connection.execute(f"create table flags ({columns}); create table log (at timestamptz default now())".encode())
    schema = (
        f"alter table flags enable row level security; create policy all_of_them on flags using (true);"
        f"grant select, insert on flags to {under_policies}; set role {under_policies}"
        if by == "row security"
        else "create rule also as on insert to flags do also insert into log default values"
    )

    reports = [fill(schema, 30), filled(connection, {"flags": 30})]

    assert [rows(report)["flags"] for report in reports] == [30, 30]
    assert connection.execute("select count(*) from flags").fetchone() == (60,)


def test_ids_that_policies_hide_are_passed(fill: Fill, connection: Connection, under_policies: str) -> None:
    connection.execute(ORDERS.encode())

    reports = [
        fill(
            f"""
            alter table orders enable row level security; create policy blind on orders for insert with check (true);
            grant select, insert on orders to {under_policies};
            grant select, usage on orders_id_seq to {under_policies};
            set role {under_policies}
            """,
            20,
        ),
        filled(connection, {"orders": 20}),
    ]
    connection.execute("reset role")

    assert [rows(report) for report in reports] == [{"orders": 20}] * 2
    assert connection.execute("select count(*), max(id) from orders").fetchone() == (40, 40)


def test_policies_that_refuse_every_row_are_named(fill: Fill, connection: Connection, under_policies: str) -> None:
    report = fill(
        f"""
        {ORDERS}; alter table orders enable row level security; create policy none_of_them on orders using (false);
        grant select, insert on orders to {under_policies}; grant select, usage on orders_id_seq to {under_policies};
        set role {under_policies}
        """,
        20,
    )

    assert report.tables[0].reasons == (
        "table orders: row-level security refused all of 20 rows; write orders: {…} in generate.yml",
    )
