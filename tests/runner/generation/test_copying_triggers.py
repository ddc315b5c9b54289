"""Tables that triggers write into come after those that the triggers are on, and what is copied holds where it goes."""

from __future__ import annotations

import psycopg
import pytest

from tests.runner.generation.conftest import filled, rows

Connection = psycopg.Connection


def test_writers_come_before_what_their_triggers_write(connection: Connection) -> None:
    connection.execute("""
        create table a_details (user_id integer primary key, note text);
        create table users (id serial primary key, name text not null);
        create function writes() returns trigger language plpgsql as
            'begin insert into public.a_details (user_id) values (new.id); return null; end';
        create trigger writes after insert on users for each row execute function writes();
    """)

    report = filled(connection, {"*": 20})

    assert rows(report)["users"] == 20
    assert connection.execute("select count(*) >= 20 from a_details").fetchone() == (True,)


def test_what_triggers_copy_holds_where_it_goes(connection: Connection) -> None:
    connection.execute("""
        create table rules_of_teams (id integer primary key, updated_at timestamp not null,
            size integer not null check (size > 5000));
        create table rules (id serial primary key, updated_at timestamp, size integer, note text);
        create table teams (id serial primary key, rules_id integer references rules);
        alter table rules add team_id integer references teams;
        create function copies() returns trigger language plpgsql as 'begin
            insert into rules_of_teams (id, updated_at, size) values (NEW.id, NEW.updated_at, NEW.size); return null;
        end';
        create trigger copies after insert on rules for each row execute function copies();
    """)

    report = filled(connection, {"*": 40})  # rules and teams are a circle, of whose rows none can be left out

    assert rows(report) == {"rules": 40, "teams": 40, "rules_of_teams": 40}
    assert connection.execute("select count(*) from rules_of_teams").fetchone() == (80,)


def test_what_triggers_copy_has_room_where_it_goes(connection: Connection) -> None:
    connection.execute("""
        create table users (id serial primary key, name text not null, bytes bigint not null);
        create table logged (user_id integer, name varchar(6) not null, bytes smallint not null);
        create function logs() returns trigger language plpgsql as 'begin
            insert into logged (user_id, name, bytes) values (new.id, new.name, new.bytes); return null;
        end';
        create trigger logs after insert on users for each row execute function logs();
    """)

    report = filled(connection, {"users": 50})

    assert report.right, str(report)
    assert connection.execute("select count(*) from logged").fetchone() == (50,)


def test_a_key_that_a_trigger_copies_elsewhere_lies_past_those_that_are_there(connection: Connection) -> None:
    connection.execute("""
        create table teams (id serial primary key, rule_id integer);
        create table rules (id serial primary key, team_id integer references teams, size integer not null);
        alter table teams add foreign key (rule_id) references rules;
        create table rules_of_teams (id bigserial primary key, size integer not null);
        create function copies() returns trigger language plpgsql as 'begin
            insert into rules_of_teams (id, size) values (NEW.id, NEW.size); return null;
        end';
        create trigger copies after insert on rules for each row execute function copies();
    """)

    reports = [filled(connection, {"*": 20}), filled(connection, {"*": 20})]

    assert [report.right for report in reports] == [True, True], str(reports[1])
    assert connection.execute("select count(*), min(id) from rules").fetchone() == (40, 1)
    assert connection.execute("select count(*) from rules_of_teams").fetchone() == (80,)


@pytest.mark.parametrize(
    "copying",
    [
        "values (new.*)",
        "select (new).*",
        "(id, size, name) select new.id, new.size, new.name where new.name is not null",
        "(id, name, size, at) values (new.id, new.name, new.size, coalesce(now(), '2026-01-01'))",
    ],
)
def test_what_triggers_copy_is_known_however_they_write_it(connection: Connection, copying: str) -> None:
    connection.execute(
        f"""
        create table users (id serial primary key, name text not null, size integer);
        create table users_then (id integer primary key, name varchar(8) not null, size integer not null, at date);
        create function copies() returns trigger language plpgsql as $$ begin
            insert into users_then {copying}; return null;
        end $$;
        create trigger copies after insert on users for each row execute function copies();
    """.encode()
    )

    reports = [filled(connection, {"*": 20}), filled(connection, {"*": 20})]

    assert [report.right for report in reports] == [True, True], str(reports[0])
    assert connection.execute("select count(*) from users_then").fetchone() == (80,)
