"""Roles that may not do everything: no temporary tables, and policies that hide or refuse rows."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from seedkit import seed
from tests.conftest import Write
from tests.postgres.loads import Connection, Load, Refusal, counts, many, rows_of

pytestmark = pytest.mark.usefixtures("way")


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


@pytest.fixture
def without_temporary(plain_owner: Connection) -> Iterator[Connection]:
    """The test's connection as a role that may not create temporary tables."""
    role = plain_owner.execute("select session_user").fetchone()
    database = sql.Identifier(plain_owner.info.dbname)
    assert role
    forbid = sql.SQL("revoke temporary on database {} from public, {}").format(database, sql.Identifier(role[0]))
    plain_owner.execute("reset session authorization")
    plain_owner.execute(forbid)
    plain_owner.execute(sql.SQL("set session authorization {}").format(sql.Identifier(role[0])))
    yield plain_owner
    plain_owner.execute("reset session authorization")
    plain_owner.execute(sql.SQL("grant temporary on database {} to public").format(database))


USERS = "create table users (id integer primary key, name varchar(8) not null)"


@pytest.mark.parametrize("rows", [3, 3_000])
def test_without_the_right_to_stages_rows_go_as_values(
    without_temporary: Connection, load: Load, rows: int, caplog: pytest.LogCaptureFixture
) -> None:
    without_temporary.execute(USERS)
    load(users=many(rows))

    with caplog.at_level(logging.WARNING, logger="seedkit"):
        loaded = [load(users=many(rows)), load(users=many(rows + 1, "- {{id: {n}, name: m{n}}}"))]

    assert loaded == [{"users": (0, 0, rows)}, {"users": (1, rows, 0)}]
    assert rows == 3 or "grant temporary on database" in caplog.text


def test_without_stages_rows_go_in_as_they_stand(without_temporary: Connection, load: Load) -> None:
    without_temporary.execute("create table steps (id serial, name text primary key, note text)")

    load(steps="- {name: first, note: x}\n- {name: second}\n- {name: third, note: x}\n- {name: fourth}\n")

    assert rows_of(without_temporary, "select id, name from steps order by id") == [
        (1, "first"),
        (2, "second"),
        (3, "third"),
        (4, "fourth"),
    ]


def test_without_stages_parents_go_in_before_their_children(without_temporary: Connection, load: Load) -> None:
    without_temporary.execute(
        "create table steps (id serial, name text primary key, after text references steps, note text)"
    )

    load(steps="- {name: second, after: first}\n- {name: first, note: x}\n- {name: third, after: first, note: x}\n")

    assert rows_of(without_temporary, "select id, name from steps order by id") == [
        (1, "first"),
        (2, "second"),
        (3, "third"),
    ]


def test_rows_draw_from_an_identity_whose_sequence_is_not_ours_to_use(plain_owner: Connection, load: Load) -> None:
    """Only an insert may draw then, so that these rows come in groups."""
    role = sql.Identifier(plain_owner.execute("select session_user").fetchall()[0][0])
    plain_owner.execute("reset session authorization")
    plain_owner.execute(
        sql.SQL(
            "create table steps (id integer generated always as identity, name text primary key, note text);"
            "create function stay() returns trigger language plpgsql as 'begin return new; end';"
            "create trigger stay before insert on steps for each row execute function stay();"
            "grant select, insert, update on steps to {}"
        ).format(role)
    )
    plain_owner.execute(sql.SQL("set session authorization {}").format(role))

    loaded = load(steps="- {name: a, id: 7}\n- {name: b, note: x}\n- {name: c, id: 8, note: x}\n")

    assert loaded == {"steps": (3, 0, 0)}


@pytest.mark.parametrize("rows", [1, 3_000])
def test_without_stages_two_spellings_of_one_key_are_told(
    without_temporary: Connection, refusal: Refusal, rows: int
) -> None:
    without_temporary.execute("create table tags (id serial primary key, name numeric not null, note text)")

    error = refusal(
        tags=f"_fixture: {{key: name}}\n- {{name: 0.50}}\n{many(rows, '- {{name: {n}}}')}- {{name: 0.5, note: b}}\n"
    )

    assert error.message == 'two rows of table "tags" have the same key, name 0.50 and name 0.5'
    assert "tags.yml:2" in str(error)
    assert f"tags.yml:{rows + 3}" in str(error)


def test_without_stages_a_circle_is_still_one_statement(without_temporary: Connection, load: Load) -> None:
    without_temporary.execute(
        """
        create table departments (id integer primary key, head_id integer not null);
        create table employees (id integer primary key, department_id integer not null references departments);
        alter table departments add foreign key (head_id) references employees;
        """
    )
    fixtures = {
        "departments": many(700, "- {{id: {n}, head_id: {n}}}"),
        "employees": many(700, "- {{id: {n}, department_id: {n}}}"),
    }

    assert load(**fixtures) == {"departments": (700, 0, 0), "employees": (700, 0, 0)}
    assert load(**fixtures) == {"departments": (0, 0, 700), "employees": (0, 0, 700)}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("{id: two, name: a}", "invalid input syntax"),
        ("{id: 8000, name: much too long}", "value too long"),
        ("{id: 8000, name: ~}", "null value in column"),
        ("{id: 17, name: a}", "have the same key, id 17"),
    ],
    ids=["type", "length", "null", "repeated"],
)
def test_without_stages_the_refused_row_is_named_all_the_same(
    without_temporary: Connection, refusal: Refusal, wrong: str, message: str
) -> None:
    without_temporary.execute(USERS)
    without_temporary.execute("insert into users values (9999, 'zoe')")
    lines = many(5_000).splitlines()
    lines[4_321] = f"- {wrong}"

    error = refusal(users="\n".join(lines))

    assert message in error.message
    assert "users.yml:4322" in f"{error.origin} {error.detail}"
    assert rows_of(without_temporary, "select count(*) from users") == [(1,)]


@pytest.fixture
def tenant(plain_owner: Connection) -> Connection:
    """The owner of a table whose policies let it see and write the rows of tenant 1 alone."""
    plain_owner.execute("reset session authorization")
    plain_owner.execute(
        sql.SQL(
            """
            create table users (id serial primary key, tenant integer not null, name text);
            insert into users values (500, 2, 'hidden');
            alter table users owner to {0};
            alter table users enable row level security;
            alter table users force row level security;
            create policy own on users using (tenant = 1) with check (tenant = 1);
            set session authorization {0}
            """
        ).format(sql.Identifier(f"owner_of_{plain_owner.info.dbname}"))
    )
    return plain_owner


@pytest.mark.parametrize("rows", [3, 3_000])
def test_under_row_level_security_rows_load_and_load_again(tenant: Connection, load: Load, rows: int) -> None:
    fixture = many(rows, "- {{id: 1{n}, tenant: 1, name: n{n}}}")

    assert [load(users=fixture), load(users=fixture)] == [{"users": (rows, 0, 0)}, {"users": (0, 0, rows)}]


def test_a_row_that_a_policy_refuses_is_an_error(tenant: Connection, refusal: Refusal) -> None:
    error = refusal(users="- {id: 1, tenant: 1}\n- {id: 2, tenant: 2}\n")

    assert "violates row-level security policy" in error.message


def test_where_policies_hide_rows_the_sequence_passes_the_rows_of_the_run_and_the_rest_is_not_judged(
    tenant: Connection, project: Write
) -> None:
    project({"fixtures/users.yml": "- {id: 41, tenant: 1}\n"})

    report = seed(connection=tenant)

    [sequence] = report.sequences
    assert counts(report) == {"users": (1, 0, 0)}
    assert (sequence.next_value, sequence.warning) == (
        42,
        "row-level security may hide rows of users from this role: the rest was not judged",
    )
    tenant.execute("insert into users (tenant) values (1)")
    assert rows_of(tenant, "select id from users order by id") == [(41,), (42,)]


def test_a_role_that_may_only_insert_and_select_loads_new_rows(plain_owner: Connection, load: Load) -> None:
    plain_owner.execute("reset session authorization")
    plain_owner.execute(USERS)
    role = sql.Identifier(f"owner_of_{plain_owner.info.dbname}")
    plain_owner.execute(sql.SQL("grant insert, select on users to {}").format(role))
    plain_owner.execute(sql.SQL("set session authorization {}").format(role))
    skip = "_fixture: {table: users, on_conflict: skip}\n"

    loaded = [load(people=skip + "a: {id: 1, name: Ada}\n"), load(people=skip + "a: {id: 1, name: Ida}\n")]

    assert loaded == [{"users": (1, 0, 0)}, {"users": (0, 0, 1)}]
    assert isinstance(plain_owner, psycopg.Connection)
