"""`generate` stands behind the same guards as `seed`, and runs others' code where an INSERT does and says so."""

from __future__ import annotations

import re
import traceback
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from seedkit import generate
from seedkit.errors import LoadError, ProtectedDatabaseError, SeedkitError
from tests.conftest import Write
from tests.security.test_others_code import PAGE
from tests.security.test_search_path import SHOP

Connection = psycopg.Connection[Any]


@pytest.fixture
def users(project: Write, connection: Connection) -> Connection:
    project({})
    connection.execute("create table users (id serial primary key, name text)")
    return connection


def count(connection: Connection, table: str = "users") -> int:
    return int(connection.execute(f"select count(*) from {table}".encode()).fetchall()[0][0])


def test_it_springs_no_trap_the_first_time_and_the_second(owner: Connection, trapped: str, project: Write) -> None:
    project({})
    owner.execute(SHOP.encode())

    first = generate(url=trapped)
    second = generate("*", 20, url=trapped)

    assert [table for table in first.tables if not table.complete] == []
    assert (count(owner), count(owner, "memberships"), count(owner, "heads")) == (120, 120, 120)
    assert second.right


@pytest.mark.parametrize("sign", ["the environment", "the database's comment", "a protected host"])
def test_a_production_database_is_refused_unless_it_is_forced(
    users: Connection, database: str, project: Write, sign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = users.info.dbname
    if sign == "the environment":
        monkeypatch.setenv("APP_ENV", "production")
    elif sign == "a protected host":
        project({"pyproject.toml": "[tool.seedkit]\nprotected-hosts = ['*']\n"})
    else:
        users.execute(f"comment on database {name} is 'the shop\n[seedkit: protected]'".encode())

    with pytest.raises(ProtectedDatabaseError, match="is a production database") as refused:
        generate("users", 5, url=database)

    assert refused.value.exit_code == 2
    assert count(users) == 0
    generate("users", 5, url=database, force=True)
    assert count(users) == 5


def test_a_superuser_is_told_once_whose_code_runs_with_his_rights(
    users: Connection, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = f"app_{users.info.dbname}"
    users.execute(f"create role {stranger}; create table notes (user_id integer references users)".encode())
    users.execute(f"alter table users owner to {stranger}".encode())

    generate({"notes": 5}, url=database)
    users.execute(f"drop owned by {stranger} cascade; drop role {stranger}".encode())

    told = [record.getMessage() for record in caplog.records if "warning" in record.getMessage()]
    assert len(told) == 1
    assert f"belong to {stranger} run with this superuser's rights" in told[0]


def test_the_least_rights_of_the_page_are_enough(connection: Connection, database: str, project: Write) -> None:
    project({})
    name = f"seeder_{connection.info.dbname}"
    grants = PAGE.read_text(encoding="utf-8").split("```sql")[1].split("```")[0]
    connection.execute(SHOP.encode())
    connection.execute(
        re.sub(r"\bseeder\b", name, grants).replace("database app", f"database {connection.info.dbname}").encode()
    )

    report = generate(url=make_conninfo(database, user=name))
    connection.execute(f"drop owned by {name}; drop role {name}".encode())

    assert report.right, str(report)
    assert report.rows == 900


def test_rows_go_in_under_policies_and_those_of_others_are_no_parents(
    users: Connection, database: str, project: Write
) -> None:
    tenant = f"tenant_{users.info.dbname}"
    users.execute(
        """
        create table notes (id serial primary key, user_id integer not null references users, of_whom text not null
            default current_user check (of_whom <> 'nobody'));
        alter table notes enable row level security; alter table users enable row level security;
        insert into users (name) values ('hers'), ('his');
        """
    )
    users.execute(
        f"""
        create role {tenant} login; grant all on all tables in schema public to {tenant};
        grant all on all sequences in schema public to {tenant};
        create policy hers on users using (name = 'hers'); create policy any_note on notes using (true);
        """.encode()
    )

    report = generate("notes", 30, url=make_conninfo(database, user=tenant))
    found = users.execute("select distinct name from notes join users on users.id = user_id").fetchall()
    users.execute(f"drop owned by {tenant}; drop role {tenant}".encode())

    assert (report.rows, found) == (30, [("hers",)])


@pytest.mark.parametrize("asked", [{"users": 5}, {"use*": 5}], ids=["the error", "the report"])
@pytest.mark.parametrize("broken", ["a trigger quotes it", "no value of the type"])
def test_what_generate_yml_has_read_of_variables_and_files_is_shown_nowhere(
    users: Connection,
    database: str,
    project: Write,
    monkeypatch: pytest.MonkeyPatch,
    asked: dict[str, int],
    broken: str,
) -> None:
    users.execute("alter table users add motto text, add number integer")
    users.execute(
        "create function quote() returns trigger language plpgsql as"
        " $$begin raise exception 'no: %', new.motto using hint = new.motto; end$$"
    )
    users.execute("create trigger quote before insert on users for each row execute function quote()")
    column = "motto" if broken == "a trigger quotes it" else "number"
    project({"generate.yml": f"users: {{{column}: !env MOTTO}}\n"})
    monkeypatch.setenv("MOTTO", "hunter2-correct-horse")

    try:
        told = str(generate(asked, url=database))
    except SeedkitError as error:
        told = "".join(traceback.format_exception(error))

    assert "hunter" not in told
    assert ('quote() ("no: ***")' if column == "motto" else 'has no value "***"') in told


def test_a_table_that_somebody_has_locked_is_waited_for_as_long_as_asked(users: Connection, direct: str) -> None:
    users.execute(f"alter database {users.info.dbname} set lock_timeout = '300ms'".encode())
    with psycopg.connect(direct) as other, psycopg.connect(direct) as lent:
        other.execute("lock table users in access exclusive mode")
        lent.execute("select 1")  # its transaction is open: what the session asks for holds

        with pytest.raises(LoadError, match="lock timeout") as stopped:
            generate("users", 5, connection=lent)

    assert str(stopped.value.hint).startswith(f"lock_timeout is 300ms by alter database {users.info.dbname}")
    assert count(users) == 0


def test_a_time_out_that_stops_it_is_named_with_who_has_set_it(users: Connection, database: str) -> None:
    users.execute(
        "create function slow() returns trigger language plpgsql as $$begin perform pg_sleep(2); return new; end$$"
    )
    users.execute("create trigger slow before insert on users for each row execute function slow()")
    users.execute(f"alter database {users.info.dbname} set statement_timeout = '200ms'".encode())

    with pytest.raises(SeedkitError, match="statement timeout") as stopped:
        generate("users", 5, url=database)

    assert "statement_timeout is 200ms by alter database" in str(stopped.value.hint)
    assert count(users) == 0
