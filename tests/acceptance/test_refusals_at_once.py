"""What PostgreSQL will refuse of further rows is told with its first refusal, and of no row that it would take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, LiteralString

import psycopg
import pytest

from seedkit import SeedkitError, seed
from tests.conftest import Write

Connection = psycopg.Connection[Any]
Refused = Callable[..., list[str]]

SHOP: LiteralString = """
    create table users (id integer primary key, age integer check (age > 0), plan text check (plan <> ''));
    create table orders (
        id      integer primary key,
        user_id integer references users,
        total   integer check (total > 0),
        number  text unique
    );
    create table lines (
        id       integer primary key,
        order_id integer not null references orders,
        quantity integer,
        price    integer,
        check (quantity * price < 100)
    );
    """


@pytest.fixture
def refused(project: Write, connection: Connection) -> Refused:
    """Seed fixtures that are wrong into the shop's tables, and return the lines of all that is told."""
    connection.execute(SHOP)

    def run(more: LiteralString = "", **files: str) -> list[str]:
        connection.execute(more)
        project({f"fixtures/{name}.yml": text for name, text in files.items()})
        with pytest.raises(SeedkitError) as caught:
            seed(connection=connection)
        return str(caught.value).splitlines()

    return run


def test_refusals_of_all_kinds_and_tables_are_told_in_one_run(refused: Refused) -> None:
    told = refused(
        users="- {id: 1, age: 20}\n- {id: 2, age: -1}\n- {id: 3, age: 9, plan: ''}\n",
        orders="- {id: 1, user_id: 7, total: 1, number: a}\n- {id: 2, user_id: 1, total: -4, number: a}\n",
        lines="- {id: 1, order_id: 2, quantity: 11, price: 10}\n- {id: 2, order_id: 9}\n- {id: 3, quantity: 1}\n",
    )

    assert told == [
        'new row for relation "users" violates check constraint "users_age_check"',
        "  at fixtures/users.yml:2",
        "  it must be that (age > 0)",
        '  also at fixtures/lines.yml:1: check "lines_check": it must be that ((quantity * price) < 100)',
        '  also at fixtures/lines.yml:2: Key (order_id)=(9) is not present in table "orders".',
        '  also at fixtures/lines.yml:3: column "order_id" is left out and has no default',
        '  also at fixtures/orders.yml:1: Key (user_id)=(7) is not present in table "users".',
        "  also at fixtures/orders.yml:2: Key (number)=(a) stands at fixtures/orders.yml:1 already.",
        '  also at fixtures/orders.yml:2: check "orders_total_check": it must be that (total > 0)',
        "  also at fixtures/users.yml:3: check \"users_plan_check\": it must be that (plan <> ''::text)",
        "",
        "hint: Give each row a value, or all rows of a file: _fixture: {defaults: {order_id: ...}}.",
    ]


def test_refusals_are_told_with_what_is_known_before_any_row_is_sent(refused: Refused) -> None:
    told = refused(
        users="- {id: 1, agee: 20}\n",
        orders="- {id: 1, user_id: 7, total: 1}\n- {id: 2, total: x}\n- {id: 3, total: -1}\n",
    )

    assert told[1:5] == [
        "  at fixtures/users.yml:1",
        '  also at fixtures/orders.yml:1: Key (user_id)=(7) is not present in table "users".',
        '  also at fixtures/orders.yml:2: column "total": invalid input syntax for type integer: "x"',
        '  also at fixtures/orders.yml:3: check "orders_total_check": it must be that (total > 0)',
    ]


@pytest.mark.parametrize(
    ("more", "files"),
    [
        pytest.param(
            "create function fix() returns trigger language plpgsql as"
            " $$begin new.total := 1; new.user_id := null; new.number := null; return new; end$$;"
            "create trigger fixes before insert or update on orders for each row execute function fix()",
            {"orders": "- {id: 1, total: -1, user_id: 7, number: a}\n- {id: 2, number: a}\n"},
            id="a trigger changes the rows",
        ),
        pytest.param(
            "create rule none as on insert to orders do instead nothing",
            {"orders": "- {id: 1, total: -1, user_id: 7, number: a}\n- {id: 2, number: a}\n"},
            id="a rule takes the rows",
        ),
        pytest.param(
            "insert into orders values (1, null, 1), (2, null, 2)",
            {
                "orders": "_fixture: {on_conflict: skip}\n- {id: 1, total: -1, user_id: 7, number: a}\n"
                "- {id: 2, number: a}\n"
            },
            id="the rows are there and stay",
        ),
        pytest.param(
            "create function give() returns trigger language plpgsql as"
            " $$begin insert into users values (new.id + 100); return null; end$$;"
            "create trigger gives after insert on users for each row execute function give()",
            {"orders": "- {id: 1, user_id: 101}\n"},
            id="a trigger makes the parent",
        ),
        pytest.param(
            "alter table orders drop constraint orders_total_check;"
            "alter table orders add constraint positive check (total > 0) not valid",
            {"orders": "- {id: 1, total: -1}\n"},
            id="a check that rows which are there need not meet",
        ),
        pytest.param("", {"orders": "- {id: 1, user_id: 2}\n"}, id="a parent in the same run"),
        pytest.param("insert into users values (7)", {"orders": "- {id: 1, user_id: 7}\n"}, id="a parent in the table"),
        pytest.param("", {"orders": "- {id: 1, user_id: 12}\n"}, id="a parent of a template"),
        pytest.param("", {"orders": "- {id: 1, total: !sql -1}\n"}, id="a value of the server's"),
    ],
)
def test_no_row_is_told_that_may_be_right(refused: Refused, more: LiteralString, files: dict[str, str]) -> None:
    users = "- {id: 1, age: -1}\n- {id: 2}\n- {id: !range 10..20}\n"

    told = refused(more, users=users, **files)

    assert not [line for line in told if "orders" in line]


def test_a_parent_that_a_seeder_may_make_is_not_missed(project: Write, refused: Refused) -> None:
    project({"seeders/more.py": "from seedkit import seeder\n\n@seeder(tables=['users'])\ndef more(db):\n    pass\n"})

    told = refused(users="- {id: 1, age: -1}\n", orders="- {id: 1, user_id: 7}\n")

    assert not [line for line in told if "orders" in line]
