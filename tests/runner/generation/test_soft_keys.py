"""Columns that are called after a table refer to its rows as if a foreign key said so, and no row is lacking for it."""

from __future__ import annotations

import psycopg
import pytest

from tests.runner.generation.conftest import Fill, filled, rows

Connection = psycopg.Connection

COPIED = """
create table organizations (id bigserial primary key, name text not null);
create table push_rules (id bigserial primary key, organization_id bigint, pattern text);
create table organization_push_rules (id bigint primary key, organization_id bigint not null references organizations);
create function copied() returns trigger language plpgsql as $$
begin
    if new.organization_id is not null then
        insert into organization_push_rules values (new.id, new.organization_id);
    end if;
    return null;
end $$;
create trigger copies after insert on push_rules for each row execute function copied();
"""


def test_rows_that_a_trigger_copies_where_a_foreign_key_is_refer_to_what_is_there(connection: Connection) -> None:
    connection.execute(COPIED.encode())

    filled(connection, {"organizations": 30, "push_rules": 30})

    counts = "select count(*), count(organization_id), count(distinct organization_id) > 5 from push_rules"
    assert connection.execute(counts).fetchone() == (30, 27, True)


@pytest.mark.parametrize(
    "column",
    [
        "author_id integer",
        "organization_id text",
        "organization_type text, organization_id integer",
        "organization_id integer check (organization_id > 100)",
    ],
)
def test_a_column_that_is_called_after_no_table_or_bound_otherwise_is_as_any_other(
    fill: Fill, connection: Connection, column: str
) -> None:
    schema = f"create table organizations (id serial primary key); create table rules (id serial primary key, {column})"

    report = fill(schema, 40)

    assert [table.complete for table in report.tables] == [True, True]
    name = column.replace("organization_type text, ", "").split()[0]
    outside = f"select count(*) from rules where {name}::text not in (select id::text from organizations)"
    assert connection.execute(outside).fetchone() != (0,)


def test_a_unique_column_is_not_bound_by_as_many_rows_as_its_name_speaks_of(connection: Connection) -> None:
    tables = "create table users (id serial primary key); create table rules (user_id integer not null unique)"
    connection.execute(tables.encode())

    report = filled(connection, {"users": 5, "rules": 40})

    assert rows(report) == {"rules": 40, "users": 5}


def test_soft_keys_that_need_a_circle_or_rows_that_are_not_there_bind_nothing(
    fill: Fill, connection: Connection
) -> None:
    circle = """
    create table users (id serial primary key, team_id integer not null);
    create table teams (id serial primary key, user_id integer not null references users);
    create table logs (id serial primary key, archive_id integer not null);
    create table archives (id serial primary key) partition by range (id);
    """

    report = fill(circle, 20)

    assert rows(report) == {"users": 20, "teams": 20, "logs": 20, "archives": 0}


def test_the_last_words_of_a_name_mean_a_table_where_all_of_them_mean_none(fill: Fill, connection: Connection) -> None:
    fill(
        "create table users (id serial primary key); create table posts (id serial primary key, editing_user_id int)",
        40,
    )

    there = "select count(*) from posts join users on users.id = editing_user_id where users.id <> posts.id"
    assert (connection.execute(there).fetchone() or (0,))[0] > 20


@pytest.mark.parametrize("other", ["username text", "username varchar(80)", "line integer", "seen_at timestamptz"])
def test_a_column_of_a_key_that_has_values_without_end_refers_as_any_other(
    fill: Fill, connection: Connection, other: str
) -> None:
    name = other.partition(" ")[0]
    fill(
        "create table realms (id varchar(36) primary key, name text not null);"
        f" create table members (realm_id varchar(36) not null, {other} not null, unique (realm_id, {name}))",
        60,
    )

    assert connection.execute("select count(*) from members join realms on realms.id = realm_id").fetchone() == (60,)


def test_a_key_of_references_alone_is_not_bound_by_as_many_rows_as_their_names_speak_of(connection: Connection) -> None:
    tables = """
        create table users (id serial primary key); create table roles (id serial primary key);
        create table grants (user_id integer, role_id integer, primary key (user_id, role_id))
    """
    connection.execute(tables.encode())

    report = filled(connection, {"users": 5, "roles": 5, "grants": 40})

    assert rows(report) == {"grants": 40, "roles": 5, "users": 5}
