"""A sequence, a table or a column that is named, where another one is meant or nothing follows from it."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import check_sequences, fix_sequence, fix_sequences
from seedkit.errors import CatalogError, SequenceError, UsageError
from tests.conftest import Run
from tests.postgres.sequences.sequence_states import inserted_id, state_of

Connection = psycopg.Connection[Any]
BESIDE = """
    create sequence user_id_seq;
    create table users (id serial primary key, name text);
    alter sequence users_id_seq rename to user_id_seq1;
    insert into users values (41);
"""
PLACES = """
    create table places (id serial primary key, name text);
    create table restaurants (place_ptr_id int primary key references places, stars int);
    create table diners (restaurant_ptr_id int primary key references restaurants, counter boolean);
    insert into places values (41); insert into restaurants values (41); insert into diners values (41);
"""


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


@pytest.mark.parametrize("column", ["id", None])
def test_a_sequence_that_feeds_nothing_is_refused_where_the_column_draws_from_another(
    connection: Connection, column: str | None
) -> None:
    """§1 A named sequence counts where nothing links it, but not where the column draws from another: that is named."""
    connection.execute(BESIDE)

    with pytest.raises(SequenceError) as refused:
        fix_sequence("users", column, "user_id_seq", connection=connection)

    assert refused.value.message == 'sequence "user_id_seq" feeds nothing: users.id draws from user_id_seq1'
    assert refused.value.hint == (
        "Run seedkit fix-sequence users id; with --force the named one is moved all the same."
    )
    assert (state_of(connection, "user_id_seq"), state_of(connection, "user_id_seq1")) == ((1, False), (1, False))


def test_the_named_sequence_is_repaired_by_force(connection: Connection) -> None:
    """§1 By force the named sequence is repaired, and the report says that the column draws from another."""
    connection.execute(BESIDE)

    report = fix_sequence("users", "id", "user_id_seq", force=True, connection=connection)

    assert (str(report.sequence), report.next_value) == ("user_id_seq", 42)
    assert report.warning == "users.id draws from user_id_seq1, not from this sequence"
    assert inserted_id(connection, "select nextval('user_id_seq')") == 42
    assert state_of(connection, "user_id_seq1") == (1, False)


def test_a_sequence_of_another_column_is_repaired_by_force_as_well(connection: Connection) -> None:
    connection.execute("create table users (id serial primary key); create table orders (id serial primary key)")
    connection.execute("insert into users values (41); insert into orders values (7)")

    with pytest.raises(SequenceError, match=r"feeds orders\.id, not users\.id"):
        fix_sequence("users", "id", "orders_id_seq", connection=connection)
    report = fix_sequence("users", "id", "orders_id_seq", force=True, connection=connection)

    assert (report.next_value, state_of(connection, "users_id_seq")) == (42, (1, False))


def test_a_column_that_merely_owns_a_sequence_takes_any_that_feeds_no_other(connection: Connection) -> None:
    connection.execute("create table orders (id serial primary key); create sequence ids")
    connection.execute("create table users (id int primary key); create sequence own_ids owned by users.id")
    connection.execute("insert into users values (41)")

    with pytest.raises(SequenceError) as refused:
        fix_sequence("users", "id", "orders_id_seq", connection=connection)

    assert refused.value.message == ('sequence "orders_id_seq" feeds orders.id, not users.id: users.id owns own_ids')
    assert fix_sequence("users", "id", "ids", connection=connection).next_value == 42


def test_force_needs_a_sequence_that_is_named(connection: Connection, module_database: str, seedkit: Run) -> None:
    connection.execute(BESIDE)

    refused = seedkit("fix-sequence", "users", "--force", DATABASE_URL=module_database)
    forced = seedkit("fix-sequence", "users", "id", "user_id_seq", "--force", DATABASE_URL=module_database)

    assert (refused.returncode, forced.returncode) == (2, 0)
    assert "--force goes with a SEQUENCE" in refused.stderr
    assert seedkit("fix-sequence", "--all", "--force", DATABASE_URL=module_database).returncode == 2
    assert "user_id_seq" in forced.stdout
    with pytest.raises(UsageError):
        fix_sequence("users", force=True, connection=connection)


@pytest.mark.parametrize("named", ["other_ids", "sales.ids"])
def test_what_a_late_bound_name_can_not_mean_is_refused(connection: Connection, named: str) -> None:
    """§1 A named sequence is refused where the default looks up another, or finds one in the table's schema."""
    connection.execute("create schema sales; create sequence sales.ids; create sequence other_ids")
    connection.execute("create table users (id int primary key default nextval('ids'::text))")
    connection.execute("insert into users values (41)")
    if named == "sales.ids":
        connection.execute("create sequence ids")

    with pytest.raises(SequenceError) as refused:
        fix_sequence("users", "id", named, connection=connection)

    drawn = {"other_ids": '"ids", which is looked up at every insert', "sales.ids": "ids"}[named]
    assert refused.value.message == f'sequence "{named}" feeds nothing: users.id draws from {drawn}'
    assert fix_sequence("users", "id", named, force=True, connection=connection).next_value == 42


def test_what_may_draw_from_a_named_sequence_is_no_reason_to_refuse_it(connection: Connection) -> None:
    connection.execute("create sequence ids; create function made() returns regclass return 'ids'::regclass")
    connection.execute("create table users (id int primary key default nextval(made()))")
    connection.execute("insert into users values (41)")

    assert fix_sequence("users", "id", "ids", connection=connection).next_value == 42


@pytest.mark.parametrize(
    ("column", "then"),
    [("id int primary key", "an insert without it fails"), ("id int", "an insert without it leaves it null")],
)
def test_a_column_without_a_default_is_told(connection: Connection, column: str, then: str) -> None:
    """§7 Of a column that has no default it is said what an insert without it does, though its sequence be in step."""
    connection.execute(f"create table users ({column}); create sequence ids; insert into users values (41)".encode())

    repairs = [fix_sequence("users", "id", "ids", connection=connection) for _ in range(2)]
    connection.execute("alter sequence ids owned by users.id")
    (checked,) = check_sequences(connection=connection).sequences

    assert [report.status for report in repairs] == ["fixed", "in step"]
    assert {report.warning for report in (*repairs, checked)} == {f"users.id has no default: {then}"}


@pytest.mark.parametrize(
    "filled",
    [
        "alter table users alter id set default 0",
        "create domain user_id as int default 7; alter table users alter id type user_id",
        "create function fill() returns trigger language plpgsql as $$ begin new.id := 1; return new; end $$;"
        "create trigger fill before insert on users for each row execute function fill()",
        "create rule fill as on insert to users where new.id is null do instead insert into users values (1)",
    ],
    ids=["default", "domain", "trigger", "rule"],
)
def test_a_column_that_is_filled_otherwise_is_not_warned_of(connection: Connection, filled: str) -> None:
    connection.execute("create table users (id int primary key); create sequence ids owned by users.id")
    connection.execute(filled.encode())

    assert "no default" not in str(fix_sequence("users", "id", "ids", connection=connection).warning)


@pytest.mark.parametrize("asked", [("users",), ("users", "id")])
def test_a_column_that_nothing_feeds_is_said_to_have_no_default(connection: Connection, asked: tuple[str, ...]) -> None:
    connection.execute("create table users (id int primary key)")

    with pytest.raises(SequenceError) as refused:
        fix_sequence(*asked, connection=connection)

    assert refused.value.detail == '"id" has no default: unless a trigger fills it, an insert without it fails'


@pytest.mark.parametrize("view", ["people", "adults", "summed"])
def test_a_view_names_its_base_table(connection: Connection, view: str) -> None:
    """§1 A view is refused with the table whose rows it shows, through whatever views between them."""
    connection.execute("create table users (id serial primary key, age int)")
    connection.execute("create view people as table users; create view adults as select * from people where age > 17")
    connection.execute("create materialized view summed as select count(*) from adults")

    with pytest.raises(CatalogError) as refused:
        fix_sequence(view, connection=connection)

    assert refused.value.message.startswith(f'"{view}" is a')
    assert refused.value.hint == "Its rows are those of users: name that table."


def test_a_view_of_several_tables_names_them_all(connection: Connection) -> None:
    connection.execute("create schema sales; create table users (id serial primary key)")
    connection.execute("create table sales.orders (id serial primary key, user_id int)")
    connection.execute("create view bought as select o.id from users u join sales.orders o on o.user_id = u.id")
    connection.execute("create view nothing as select 1 as id")

    with pytest.raises(CatalogError) as refused:
        fix_sequences(["bought"], connection=connection)
    with pytest.raises(CatalogError) as empty:
        fix_sequences(["nothing"], connection=connection)

    assert refused.value.hint == "Its rows are those of users, sales.orders: name the table that is meant."
    assert empty.value.hint is None


@pytest.mark.parametrize("table", ["restaurants", "diners"])
@pytest.mark.parametrize("named", [True, False], ids=["column", "table"])
def test_a_child_whose_key_is_its_parents_names_the_parents_sequence(
    connection: Connection, table: str, named: bool
) -> None:
    """§1 A key that is the parent's key and has no default is followed up to the sequence that its values are from."""
    connection.execute(PLACES)
    column = {"restaurants": "place_ptr_id", "diners": "restaurant_ptr_id"}[table]

    with pytest.raises(SequenceError) as refused:
        fix_sequence(table, column if named else None, connection=connection)

    assert refused.value.message.startswith("no sequence feeds ")
    assert refused.value.hint == (
        f"{table}.{column} takes its values from places.id, which draws from places_id_seq: "
        "seedkit fix-sequence places id"
    )


def test_a_sequence_beside_the_parents_is_refused_for_a_child(connection: Connection) -> None:
    """§1 A sequence that is named for such a child is refused unless it is the parent's."""
    connection.execute(PLACES + "create sequence restaurants_id_seq;")

    with pytest.raises(SequenceError) as refused:
        fix_sequence("restaurants", None, "restaurants_id_seq", connection=connection)

    assert refused.value.message == (
        'sequence "restaurants_id_seq" feeds nothing: restaurants.place_ptr_id takes its values from places.id, '
        "which draws from places_id_seq"
    )
    assert fix_sequence("restaurants", None, "places_id_seq", connection=connection).next_value == 42


def test_a_child_of_a_composite_key_names_the_parents_sequence(connection: Connection) -> None:
    connection.execute("create table places (tenant int, id serial, primary key (tenant, id))")
    connection.execute(
        "create table bars (tenant int, place int, primary key (tenant, place),"
        " foreign key (place, tenant) references places (id, tenant))"
    )

    with pytest.raises(SequenceError) as refused:
        fix_sequence("bars", "place", connection=connection)

    assert refused.value.hint is not None
    assert refused.value.hint.startswith("bars.place takes its values from places.id, which draws from places_id_seq")


def test_a_parent_that_no_sequence_feeds_is_named_as_such(connection: Connection) -> None:
    connection.execute("create table places (id int primary key)")
    connection.execute("create table bars (id int primary key references places)")

    with pytest.raises(SequenceError) as refused:
        fix_sequence("bars", connection=connection)

    assert refused.value.hint == "bars.id takes its values from places.id, which no sequence feeds."


def test_a_join_table_and_a_child_with_a_default_are_followed_nowhere(connection: Connection) -> None:
    connection.execute("create table users (id serial primary key); create table groups (id serial primary key)")
    connection.execute(
        "create table members (user_id int references users, group_id int references groups, "
        "primary key (user_id, group_id));"
        "create table admins (id serial primary key references users)"
    )

    with pytest.raises(SequenceError) as refused:
        fix_sequence("members", connection=connection)

    assert "takes its values" not in str(refused.value.hint)
    assert str(fix_sequence("admins", connection=connection).sequence) == "admins_id_seq"
