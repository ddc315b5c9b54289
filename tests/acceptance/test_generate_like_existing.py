"""`seedkit generate --like-existing`: shares of the rows that are there, and nobody's values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from seedkit import generate, tags
from seedkit.cli.app import app
from tests.conftest import Write

Connection = psycopg.Connection[Any]
Seedkit = Callable[..., Result]

SHOP = """
create type kind as enum ('small', 'large', 'huge');
create table users (
    id serial primary key, email text not null unique, name text not null, city text, plan text, nick text,
    born date, age integer, salary numeric(9, 2), phone bigint, badge text, unique (plan, badge),
    mentor text, handled_by text, source text, account_number text, birth_year integer, passport_id bigint
);
create table orders (
    id serial primary key, user_id integer references users, status text check (status in ('placed', 'paid', 'sent')),
    kind kind, channel text, quantity integer, price numeric(8, 2), paid boolean, note text, bin double precision,
    created_at timestamptz not null, updated_at timestamptz, slot date, fit char(2) check (fit in ('S', 'XL')),
    fee numeric(6, 2)
);
insert into users
select i, 'u' || i || '@real.example', 'Real ' || i % 7, 'Realtown', case when i % 5 = 0 then 'gold' else 'free' end,
    'nick ' || i % 3, date '1931-01-01' + i % 5, 101 + i % 3, 7 + i % 4, 491700000 + i % 9, 'badge ' || i,
    'nobody ' || i % 2, 'John', 'Mary', 'A-' || i % 3, 1890 + i % 5, 77000000 + i % 3
from generate_series(1, 1000) as i;
insert into orders
select i, case when i % 4 = 0 then i % 1000 + 1 end, case when i % 10 = 0 then 'placed' else 'sent' end,
    case when i % 5 = 0 then 'huge' else 'small' end::kind, case i % 4 when 0 then 'shop' else 'web' end, 1 + i % 3,
    5 + (i * i % 7919) / 100.0, i % 10 < 9, case when i % 50 = 0 then 'x' || i end, (i * i * 1.0 % 7919)^2,
    timestamptz '2024-05-01' + i % 300 * interval '1 day',
    case when i % 5 = 0 then timestamptz '2024-05-01' + i % 300 * interval '1 day' end, date '2030-01-01' + i % 20,
    case when i % 10 < 3 then 'S' else 'XL' end,
    case when i % 10 < 4 then 9.99 else 20 + i * i % 7919 / 100.0 end
from generate_series(1, 5000) as i;
select setval('users_id_seq', 1000), setval('orders_id_seq', 5000);
"""


@pytest.fixture
def shop(connection: Connection) -> Connection:
    connection.execute(SHOP.encode())
    connection.execute("analyze")
    return connection


@pytest.fixture(scope="module")
def alike(module_database: str) -> Iterator[Connection]:
    """A shop of which rows were generated."""
    with psycopg.connect(module_database, autocommit=True) as connection:
        connection.execute(SHOP.encode())
        connection.execute("analyze")
        asked, day = {"orders": 3000, "users": 3000}, date(2026, 11, 30)
        report = generate(asked, connection=connection, like_existing=True, now=day)
        assert report.right, str(report)
        assert str(report).endswith("generator 1, --random-seed 0 --now 2026-11-30 --like-existing")
        yield connection


@pytest.fixture
def seedkit_here(project: Write, database: str, monkeypatch: pytest.MonkeyPatch) -> Seedkit:
    project({})
    monkeypatch.setenv("DATABASE_URL", database)
    return lambda *arguments: CliRunner().invoke(app, list(arguments), prog_name="seedkit")


def shares(connection: Connection, column: str) -> dict[object, int]:
    """Say in how many percent of the new orders a column has each of its values."""
    found = connection.execute(
        f"select {column}, round(count(*) / 30.0) from orders where id > 5000 group by 1".encode()
    )
    return {value: int(share) for value, share in found}


def new(connection: Connection, asked: str) -> tuple[Any, ...]:
    (found,) = connection.execute(asked.encode()).fetchall()
    return tuple(found)


def test_values_have_the_shares_of_the_rows_that_are_there(alike: Connection) -> None:
    assert shares(alike, "status") == {"sent": pytest.approx(90, abs=2), "placed": pytest.approx(10, abs=2)}
    assert shares(alike, "kind") == {"small": pytest.approx(80, abs=3), "huge": pytest.approx(20, abs=3)}
    assert shares(alike, "channel") == {"web": pytest.approx(75, abs=3), "shop": pytest.approx(25, abs=3)}
    assert shares(alike, "fit") == {"S ": pytest.approx(30, abs=3), "XL": pytest.approx(70, abs=3)}
    assert shares(alike, "fee = 9.99") == {True: pytest.approx(40, abs=3), False: pytest.approx(60, abs=3)}
    assert shares(alike, "quantity") == dict.fromkeys((1, 2, 3), pytest.approx(33, abs=3))
    assert shares(alike, "paid") == {True: pytest.approx(90, abs=2), False: pytest.approx(10, abs=2)}
    assert shares(alike, "user_id is null") == {True: pytest.approx(75, abs=3), False: pytest.approx(25, abs=3)}
    assert shares(alike, "note is null")[True] == pytest.approx(98, abs=1)
    assert shares(alike, "updated_at is null")[True] == pytest.approx(80, abs=3)


def test_numbers_and_days_are_spread_as_those_that_are_there(alike: Connection) -> None:
    asked = "percentile_disc(array[0.1, 0.5, 0.9]) within group (order by {})"
    for column, near in {"price": 3, "bin": 4_000_000, "slot - date '2030-01-01'": 2}.items():
        (old,) = new(alike, f"select {asked.format(column)} from orders where id <= 5000")
        (made,) = new(alike, f"select {asked.format(column)} from orders where id > 5000")
        assert [float(each) for each in made] == pytest.approx([float(each) for each in old], abs=near), column


def test_a_rows_life_begins_when_others_did_and_goes_on_in_its_order(alike: Connection) -> None:
    asked = "min(created_at)::date, max(created_at)::date, bool_and(updated_at > created_at)"

    assert new(alike, f"select {asked} from orders where id > 5000") == (date(2024, 5, 1), date(2025, 2, 24), True)


COLUMNS = (
    "email name city nick born age salary phone badge mentor handled_by source account_number birth_year passport_id"
)


@pytest.mark.parametrize("column", COLUMNS.split())
def test_no_value_of_a_unique_or_a_personal_column_is_taken(alike: Connection, column: str) -> None:
    there = f"select {column} from users where id <= 1000"

    assert new(alike, f"select count(*) from users where id > 1000 and {column} in ({there})") == (0,)


def test_a_value_that_few_rows_have_is_not_taken(shop: Connection) -> None:
    shop.execute("update orders set channel = 'by Ada, who is ill' where id < 5; analyze orders")

    generate("orders", 3000, connection=shop, like_existing=True)

    assert set(shares(shop, "channel")) == {"web", "shop"}


def test_what_is_said_wins(shop: Connection, project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    project({"generate.yml": 'orders: {status: paid, kind: !choice [large], note: "!"}\n'})

    generate("orders", 50, connection=shop, like_existing=True, channel=tags.choice({"fax": 1}))

    said = "select array_agg(distinct row(status, kind, channel, note)::text) from orders where id > 5000"
    assert new(shop, said) == (["(paid,large,fax,!)"],)


def test_the_same_statistics_give_the_same_rows(shop: Connection, tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate("orders", 300, connection=shop, like_existing=True, out=tmp_path / name)

    assert (tmp_path / "one" / "orders.yml").read_bytes() == (tmp_path / "two" / "orders.yml").read_bytes()


def test_what_came_from_the_rows_is_explained_and_can_be_written_down(shop: Connection, seedkit_here: Seedkit) -> None:
    explained = seedkit_here("generate", "orders", "users", "--like-existing", "--explain").stdout
    seedkit_here("generate", "orders", "--like-existing", "--explain", "--write")
    generate("orders", 3000, connection=shop)

    lines = [line.split() for line in explained.splitlines()]
    assert ["status", "!choice", '{"sent":', "9,", '"placed":', "1}", "existing", "rows"] in lines
    assert ["note", "!maybe", "[2%,", "!like", "sentence]", "name,", "existing", "rows"] in lines
    assert ["email", "!like", "email", "name"] in lines
    assert shares(shop, "channel") == {"web": pytest.approx(75, abs=3), "shop": pytest.approx(25, abs=3)}
    assert new(shop, "select min(price) > 5, max(price) < 85 from orders where id > 5000") == (True, True)


def test_a_table_without_statistics_is_told_with_the_command_to_run(
    connection: Connection, seedkit_here: Seedkit
) -> None:
    connection.execute(SHOP.encode())

    report = generate({"orders": 5, "users": 5}, connection=connection, like_existing=True)

    explained = seedkit_here("generate", "orders", "--like-existing", "--explain")

    assert report.right
    assert [table.reasons for table in report.tables] == [
        ("table orders has no statistics: run ANALYZE orders",),
        ("table users has no statistics: run ANALYZE users",),
    ]
    assert "  note: table orders has no statistics: run ANALYZE orders\n" in explained.stdout


def test_of_a_partitioned_table_the_statistics_of_the_whole_count(connection: Connection) -> None:
    connection.execute(
        "create table visits (id bigint not null, page text, primary key (id)) partition by hash (id);"
        "create table visits_1 partition of visits for values with (modulus 2, remainder 0);"
        "create table visits_2 partition of visits for values with (modulus 2, remainder 1);"
        "insert into visits"
        " select i, case i % 4 when 0 then 'home' else 'shop' end from generate_series(1, 9000) as i;"
        "analyze visits_1; analyze visits_2"
    )
    without = generate("visits", 5, connection=connection, like_existing=True)
    connection.execute("analyze visits")
    generate("visits", 1000, connection=connection, like_existing=True)

    assert without.tables[0].reasons == ("table visits has no statistics: run ANALYZE visits",)
    pages = connection.execute("select page, count(*) from visits where id > 9005 group by 1").fetchall()
    assert dict(pages) == {"home": pytest.approx(250, abs=50), "shop": pytest.approx(750, abs=50)}


@pytest.fixture
def plain_role(shop: Connection) -> Iterator[str]:
    shop.execute("drop role if exists writer; create role writer login; grant usage on schema public to writer")
    shop.execute("grant insert on all tables in schema public to writer")
    shop.execute("grant usage, select, update on all sequences in schema public to writer")
    yield "writer"
    shop.execute("reset role; drop owned by writer; drop role writer")


def test_a_plain_role_learns_of_the_columns_that_it_may_read_and_no_others(shop: Connection, plain_role: str) -> None:
    shop.execute("grant select (id, status) on orders to writer; grant select on users to writer; set role writer")

    generate("orders", 3000, connection=shop, like_existing=True)
    shop.execute("reset role")

    assert set(shares(shop, "status")) == {"sent", "placed"}
    assert len(shares(shop, "channel")) > 2


def test_statistics_that_row_security_hides_are_told_of(shop: Connection, plain_role: str) -> None:
    shop.execute(
        "grant select on orders, users to writer; alter table orders enable row level security;"
        "create policy all_rows on orders using (true) with check (true); set role writer"
    )

    report = generate("orders", 5, connection=shop, like_existing=True)

    assert report.tables[0].reasons == ("table orders: row-level security hides its statistics from this role",)


def test_without_a_table_there_is_nothing_to_take_after(shop: Connection, seedkit_here: Seedkit) -> None:
    ran = seedkit_here("generate", "--like-existing")

    assert ran.exit_code == 2
    assert "error: --like-existing takes after rows that are there, and without a name only empty" in ran.stderr
