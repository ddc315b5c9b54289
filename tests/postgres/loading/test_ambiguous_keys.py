"""A row that is recognised as several rows of its table is an error: it would overwrite all of them."""

from __future__ import annotations

import pytest

from tests.postgres.loads import Connection, Load, Refusal, rows_of

pytestmark = pytest.mark.usefixtures("way")


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    emptied.execute(
        "create table users (id serial primary key, email text unique, plan text, name text);"
        " insert into users (email, plan, name) values"
        " (null, 'gold', 'Ada'), (null, 'gold', 'Bob'), ('c@x', 'free', 'Cyd')"
    )
    return emptied


AMBIGUOUS = {
    "null in a unique key": "- {email: c@x, name: Cyd}\n- {email: ~, name: Eve}\n",
    "a key that is not unique": "_fixture: {key: [plan]}\n- {plan: free, name: Cyd}\n- {plan: gold, name: Eve}\n",
    "a key with a null": "_fixture: {key: [plan, email]}\n- {plan: gold, email: ~, name: Eve}\n",
}


@pytest.mark.parametrize("fixture", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_a_row_that_means_several_is_refused_at_its_place(
    fixture: str, connection: Connection, refusal: Refusal
) -> None:
    error = refusal(users=fixture)

    assert error.message.startswith('table "users" has several rows that this one means, by ')
    assert str(error.origin) == f"fixtures/users.yml:{fixture.count(chr(10))}"
    assert error.hint == (
        "It would update all of them. Choose columns that tell rows apart with the option key, or leave those that are"
        ' there alone: on_conflict "skip".'
    )
    assert rows_of(connection, "select name from users order by id") == [("Ada",), ("Bob",), ("Cyd",)]


def test_what_would_change_none_of_them_is_none(connection: Connection, load: Load) -> None:
    assert load(users="- {email: ~, plan: gold}\n") == {"users": (0, 0, 1)}
    assert load(users="_fixture: {key: [plan], on_conflict: skip}\n- {plan: gold, name: Eve}\n") == {"users": (0, 0, 1)}


def test_a_row_that_means_one_by_its_nulls_updates_it(connection: Connection, load: Load) -> None:
    connection.execute("delete from users where name = 'Bob'")

    assert load(users="- {email: ~, name: Eve}\n") == {"users": (0, 1, 0)}
