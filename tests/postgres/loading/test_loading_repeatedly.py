"""What a second run must not do: write, fire triggers, burn ids; and what it must count."""

from __future__ import annotations

import pytest

from seedkit.errors import LoadError
from tests.postgres.loads import Connection, Load, many, rows_of, watch

pytestmark = pytest.mark.usefixtures("way")


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


def test_a_second_run_writes_nothing_and_fires_not_even_triggers_for_each_statement(
    connection: Connection, load: Load
) -> None:
    connection.execute("create table users (id serial primary key, name text unique)")
    fixture = "- {name: ada}\n- {name: bob}\n"
    load(users=fixture)
    watch(connection, "users", each="statement")
    before = rows_of(connection, "select xmin::text, ctid::text, * from users order by id")
    drawn = rows_of(connection, "select last_value, is_called from users_id_seq")

    loaded = load(users=fixture)

    assert loaded == {"users": (0, 0, 2)}
    assert rows_of(connection, "select * from writes") == []
    assert rows_of(connection, "select xmin::text, ctid::text, * from users order by id") == before
    assert rows_of(connection, "select last_value, is_called from users_id_seq") == drawn


def test_a_statement_that_has_something_to_insert_does_not_fire_the_triggers_of_updates(
    connection: Connection, load: Load
) -> None:
    connection.execute("create table users (id integer primary key, name text)")
    load(users="- {id: 1, name: ada}\n")
    watch(connection, "users", each="statement")

    loaded = load(users="- {id: 1, name: ada}\n- {id: 2, name: bob}\n")

    assert loaded == {"users": (1, 0, 1)}
    assert rows_of(connection, "select what from writes") == [("INSERT",)]


@pytest.mark.parametrize("rows", [1, 3], ids=["one", "three"])
def test_of_equal_rows_in_a_table_without_keys_those_beyond_its_number_are_added(
    connection: Connection, load: Load, rows: int
) -> None:
    connection.execute("create table log (line text, facts json, price numeric)")
    connection.execute("insert into log values ('a', '{\"n\": 1}', 1.10)")

    loaded = load(log="- {line: a, facts: {n: 1}, price: 1.10}\n" * rows)

    assert loaded == {"log": (rows - 1, 0, 1)}
    assert load(log="- {line: a, facts: {n: 1}, price: 1.10}\n" * rows) == {"log": (0, 0, rows)}


def test_two_users_exchange_their_emails(connection: Connection, load: Load) -> None:
    connection.execute("create table users (id integer primary key, email text not null unique)")
    load(users="- {id: 1, email: ada}\n- {id: 2, email: bob}\n")

    loaded = load(users="- {id: 1, email: bob}\n- {id: 2, email: ada}\n")

    assert loaded == {"users": (0, 2, 0)}
    assert rows_of(connection, "select * from users order by id") == [(1, "bob"), (2, "ada")]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("integer", ["1", "2", "3"]),
        ("smallint not null", ["-3", "2", "7"]),
        ("numeric(5, 2) not null", ["1.5", "2.5", "3.5"]),
        ("uuid not null", [f"00000000-0000-0000-0000-00000000000{n}" for n in (1, 2, 3)]),
        ("date not null", ["2026-01-01", "2026-01-02", "2026-01-03"]),
        ("timestamptz not null", ["2026-01-01", "2026-01-02", "2026-01-03"]),
        ("varchar(20) not null", ["a", "b", "c"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_unique_values_move_on_by_one_row(connection: Connection, load: Load, column: str, values: list[str]) -> None:
    connection.execute(f"create table places (id integer primary key, place {column} unique)".encode())
    load(places="".join(f"- {{id: {n}, place: '{value}'}}\n" for n, value in enumerate(values)))

    loaded = load(places="".join(f"- {{id: {n}, place: '{values[n - 1]}'}}\n" for n in range(3)))

    assert loaded == {"places": (0, 3, 0)}


def test_a_value_that_another_row_keeps_stays_an_error(connection: Connection, load: Load) -> None:
    connection.execute("create table users (id integer primary key, email text not null unique)")
    connection.execute("insert into users values (1, 'ada'), (2, 'bob')")

    with pytest.raises(Exception, match="duplicate key value violates unique constraint"):
        load(users="- {id: 1, email: bob}\n")

    assert rows_of(connection, "select * from users order by id") == [(1, "ada"), (2, "bob")]


def test_a_trigger_that_changes_and_drops_rows_is_counted_honestly(connection: Connection, load: Load) -> None:
    connection.execute(
        """
        create table users (id integer primary key, name text);
        create function tidy() returns trigger language plpgsql as
            $$begin if new.name = 'nobody' then return null; end if; new.name = lower(new.name); return new; end$$;
        create trigger tidy before insert or update on users for each row execute function tidy();
        """
    )
    fixture = "- {id: 1, name: ADA}\n- {id: 2, name: bob}\n- {id: 3, name: nobody}\n"

    assert load(users=fixture) == {"users": (2, 0, 0)}  # and one that is told as swallowed
    assert rows_of(connection, "select * from users order by id") == [(1, "ada"), (2, "bob")]
    assert load(users=fixture) == {"users": (0, 1, 1)}


def test_a_long_fixture_goes_by_copy_and_a_second_time_by_a_stage(connection: Connection, load: Load) -> None:
    connection.execute("create table users (id integer primary key, name text)")

    loaded = [load(users=many(5_000)), load(users=many(5_000)), load(users=many(5_001, "- {{id: {n}, name: m{n}}}"))]

    assert loaded == [{"users": (5_000, 0, 0)}, {"users": (0, 0, 5_000)}, {"users": (1, 5_000, 0)}]


def test_ids_that_the_database_gives_go_up_as_the_rows_do(connection: Connection, load: Load) -> None:
    connection.execute("create table users (id serial primary key, name text unique)")
    load(users="- {name: first}\n")

    load(users="".join(f"- {{name: n{n:03}}}\n" for n in range(300)))

    assert rows_of(connection, "select name from users order by id offset 1") == [(f"n{n:03}",) for n in range(300)]


@pytest.mark.parametrize("unique", ["", "unique"])
def test_two_rows_with_the_same_key_are_refused_even_if_no_constraint_does(
    connection: Connection, load: Load, unique: str
) -> None:
    connection.execute(f"create table loose (code text {unique}, name text)".encode())

    with pytest.raises(LoadError, match='two rows of table "loose" have the same key, code null'):
        load(loose="_fixture: {key: code}\na: {code: ~, name: a}\nb: {code: ~, name: b}\n")
