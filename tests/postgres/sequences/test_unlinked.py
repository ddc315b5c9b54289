"""Sequences that nothing links to a column: listed, with what they may feed, and neither right nor wrong."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from seedkit import check_sequences, fix_sequences
from tests.conftest import Run

Connection = psycopg.Connection[Any]


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


def unlinked(connection: Connection) -> dict[str, str | None]:
    """The unlinked sequences, each with the command that names it."""
    return {str(found.name): found.command for found in check_sequences(connection=connection).unlinked}


def test_sequences_that_an_application_draws_from_are_listed(connection: Connection) -> None:
    """§1 Sequences that nothing links are listed as unlinked, and leave the check right."""
    connection.execute("create sequence hibernate_sequence; create table users (id serial primary key)")

    report = check_sequences(connection=connection)

    assert [str(found.name) for found in report.unlinked] == ["hibernate_sequence"]
    assert report.right


@pytest.mark.parametrize(
    "name",
    ["users_seq", "users_id_seq", "seq_users", "seq_users_id", "users_sequence", "user_seq", "users_sq"],
)
def test_the_column_that_bears_the_name_of_a_sequence_is_named(connection: Connection, name: str) -> None:
    """§1 An unlinked sequence comes with the command that compares it with the column of its name."""
    connection.execute(f"create table users (id bigint primary key); create sequence {name}".encode())
    connection.execute("insert into users values (41)")

    assert unlinked(connection) == {name: f"seedkit fix-sequence users id {name}"}


def test_a_name_with_more_than_one_meaning_takes_the_longest_table(connection: Connection) -> None:
    """§1 Where a table and a column of another bear the name, the table is meant."""
    connection.execute("create table orders (items int primary key); create table orders_items (id int primary key)")
    connection.execute("create sequence orders_items_seq; create schema sales; create sequence sales.orders_seq")

    assert unlinked(connection) == {
        "orders_items_seq": "seedkit fix-sequence orders_items id orders_items_seq",
        "sales.orders_seq": None,
    }


@pytest.mark.parametrize(
    "table",
    [
        "create table users (id uuid primary key)",
        "create table users (id serial primary key)",
        "create table users (a int, b int, primary key (a, b))",
        "create table users (id int)",
        "create view users as select 1 as id",
        "create table others (id int primary key)",
    ],
)
def test_no_column_is_named_where_none_is_plain(connection: Connection, table: str) -> None:
    """§1 No column is named that can't hold ids, draws from another sequence, or is one of several."""
    connection.execute(table.encode())
    connection.execute("create sequence users_seq")

    assert unlinked(connection) == {"users_seq": None}


@pytest.mark.parametrize(
    "drawing",
    [
        "create table t (id int default nextval('s'))",
        "create table t (id int default nextval('s'::text))",
        "create table t (id int); alter sequence s owned by t.id",
        "create domain ids as int default nextval('s'); create table t (id ids)",
        "create function f() returns bigint return nextval('s'); create table t (id bigint default f())",
        "create function f() returns bigint language sql as $$ select nextval('s') * 2 $$;"
        " create table t (id bigint default f())",
        "create table t (id int); create view v as table t;"
        " create rule r as on insert to v do instead insert into t values (nextval('s'))",
        "create view v as select 1 as id; alter view v alter id set default nextval('s')",
    ],
)
def test_what_draws_links(connection: Connection, drawing: str) -> None:
    """§1 A sequence is unlinked only where no owner, default, function, trigger or rule is found to draw from it."""
    connection.execute("create sequence s")
    connection.execute(drawing.encode())

    assert unlinked(connection) == {}


def test_a_sequence_that_is_only_looked_at_is_unlinked(connection: Connection) -> None:
    """§1 currval draws nothing, so a sequence that only currval names is unlinked."""
    connection.execute("create sequence s; create table t (id int default currval('s'))")

    assert unlinked(connection) == {"s": None}


def test_an_extensions_own_sequence_is_not_listed(connection: Connection) -> None:
    """§1 What an extension has made is its own, and so are other sessions' temporary sequences theirs."""
    connection.execute("create sequence s; alter extension plpgsql add sequence s")

    with psycopg.connect(connection.info.dsn, autocommit=True) as other:
        other.execute("create temporary sequence theirs")
        found = unlinked(connection)

    assert found == {}
    connection.execute("alter extension plpgsql drop sequence s")


def test_a_repair_moves_no_unlinked_sequence(connection: Connection) -> None:
    """§1 A repair of all leaves an unlinked sequence as it is, and lists it as a check does."""
    connection.execute("create sequence users_seq; create table users (id int primary key)")
    connection.execute("insert into users values (41)")

    report = fix_sequences(connection=connection)

    assert (report.sequences, [str(found.name) for found in report.unlinked]) == ((), ["users_seq"])
    assert connection.execute("select nextval('users_seq')").fetchone() == (1,)


def test_a_schema_shows_its_own(connection: Connection) -> None:
    """§1 A check of a schema lists the unlinked sequences of that schema."""
    connection.execute("create schema sales; create table sales.t (id int); create sequence sales.s; create sequence s")

    report = check_sequences(schema="sales", connection=connection)

    assert [str(found.name) for found in report.unlinked] == ["sales.s"]


def test_the_report_lists_them_below_the_others(connection: Connection, module_database: str, seedkit: Run) -> None:
    """§7 Unlinked sequences stand below the others, with the column of the name and the command; exit 0."""
    connection.execute("create sequence hibernate_sequence; create sequence users_seq")
    connection.execute("create table users (id int primary key); create table orders (id serial primary key)")

    ran = seedkit("check", DATABASE_URL=module_database)

    assert ran.returncode == 0
    assert "unlinked: no column, default or trigger is known to draw from these; an application may" in ran.stdout
    assert "\n  hibernate_sequence\n" in ran.stdout
    assert "\n  users_seq  perhaps users.id: seedkit fix-sequence users id users_seq\n" in ran.stdout
    assert "1 sequence in step; 2 sequences unlinked" in ran.stdout


@pytest.mark.parametrize("command", [["check"], ["fix-sequence", "--all"]])
def test_unlinked_sequences_alone_are_not_called_none(
    connection: Connection, module_database: str, seedkit: Run, command: list[str]
) -> None:
    """§7 A database with unlinked sequences alone is never said to have none."""
    connection.execute("create sequence hibernate_sequence")

    ran = seedkit(*command, DATABASE_URL=module_database)

    assert ran.returncode == 0
    assert "1 sequence unlinked" in ran.stdout
    assert "no column" not in ran.stdout.replace("unlinked: no column", "")


def test_json_and_html_list_them_too(connection: Connection, module_database: str, seedkit: Run, tmp_path: Any) -> None:
    """§7 JSON and HTML carry the unlinked sequences as the text does."""
    connection.execute('create sequence "users_<seq>"; create sequence users_seq')
    connection.execute("create table users (id int primary key)")

    ran = seedkit("check", "--json", "--html", "report.html", DATABASE_URL=module_database)

    told = json.loads(ran.stdout)
    assert (told["ok"], told["sequences"]) == (True, [])
    assert [found["command"] for found in told["unlinked"]] == [None, "seedkit fix-sequence users id users_seq"]
    page = (tmp_path / "report.html").read_text(encoding="utf-8").replace("<wbr>", "")
    assert "users_&lt;seq&gt;" in page
    assert "<code>seedkit fix-sequence users id users_seq</code>" in page


def test_the_command_that_is_named_repairs(connection: Connection, module_database: str, seedkit: Run) -> None:
    """§1 The command that the list names moves the sequence."""
    connection.execute("create sequence users_seq; create table users (id int primary key)")
    connection.execute("insert into users values (41)")
    (command,) = unlinked(connection).values()

    ran = seedkit(*str(command).split()[1:], DATABASE_URL=module_database)

    assert ran.returncode == 0
    assert connection.execute("select nextval('users_seq')").fetchone() == (42,)
