"""Names of sequences that are looked up at every insert: `nextval('users_id_seq'::text)`, a schema for each tenant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import check_sequences, fix_sequence, fix_sequences, seed
from seedkit.errors import SequenceError
from tests.conftest import Run, Write
from tests.postgres.sequences.sequence_states import inserted_id, state_of

Connection = psycopg.Connection[Any]
NEXT = "create function {}.next_id() returns bigint language plpgsql as $$ begin return nextval('ids'); end $$;"


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


def tenants(connection: Connection, **highest: int) -> None:
    """A schema for each tenant, with the same table and sequence, whose highest id is given."""
    for schema, id_ in highest.items():
        connection.execute(f"create schema if not exists {schema}; create sequence {schema}.users_id_seq".encode())
        connection.execute(
            f"create table {schema}.users (id int primary key default nextval('users_id_seq'::text), name text);"
            f"insert into {schema}.users values ({id_})".encode()
        )


@pytest.mark.parametrize("path", ["public", "zeta, acme", "''", '"$user", public'])
def test_each_tenant_is_judged_by_the_sequence_of_its_own_schema(connection: Connection, path: str) -> None:
    """§1 A late-bound name means the sequence of that name in the table's own schema, whatever the search path."""
    tenants(connection, public=7, acme=41, zeta=99)
    connection.execute(f"set search_path = {path}".encode())

    report = fix_sequences(connection=connection)

    assert {str(found.table): (str(found.status), found.next_value) for found in report.sequences} == {
        "acme.users": ("fixed", 42),
        "users": ("fixed", 8),
        "zeta.users": ("fixed", 100),
    }
    for schema, free in (("public", 8), ("acme", 42), ("zeta", 100)):
        connection.execute(f"set search_path = {schema}".encode())
        assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == free


def test_a_reader_is_told_by_which_sequence_a_late_bound_name_was_judged(connection: Connection) -> None:
    """§1 A sequence that was chosen by the table's schema is told as such, as another search path finds another."""
    tenants(connection, public=7, acme=41)

    report = fix_sequence("acme.users", connection=connection)

    assert report.warning == (
        'depends on search_path: acme.users.id looks up "users_id_seq" at every insert, '
        "and was judged by the sequence of its own schema"
    )
    assert report.right


@pytest.mark.parametrize(
    "default",
    [
        "nextval('ids'::text)",
        "nextval(('ids'::text)::regclass)",
        "nextval('ids'::varchar)",
        "nextval(to_regclass('ids'))",
        "public.next_id()",
    ],
)
def test_a_name_that_its_own_schema_has_not_depends_on_the_search_path(connection: Connection, default: str) -> None:
    """§1 A late-bound name that the table's own schema has not is not judged; the candidates are named."""
    connection.execute("create schema acme; create schema sales; create sequence ids; create sequence sales.ids")
    connection.execute(NEXT.format("public").encode())
    connection.execute(f"create table acme.users (id int primary key default {default})".encode())
    connection.execute("insert into acme.users values (41)")

    (report,) = fix_sequences(connection=connection).sequences

    assert (report.status, report.sequence) == ("skipped", None)
    assert report.reason == (
        'depends on search_path: its default looks up "ids" at every insert, '
        "and its own schema has none; candidates: public.ids, sales.ids"
    )
    assert report.hint == "If a sequence feeds it, name it: seedkit fix-sequence acme.users id SEQUENCE"
    assert (state_of(connection, "ids"), state_of(connection, "sales.ids")) == ((1, False), (1, False))


def test_the_one_candidate_stands_in_the_command_that_repairs_it(connection: Connection) -> None:
    """§1 Under a late-bound name a sequence of another schema than the table's is repaired where it is named."""
    connection.execute("create schema acme; create sequence ids")
    connection.execute("create table acme.users (id int primary key default nextval('ids'::text), name text)")
    connection.execute("insert into acme.users values (41)")

    with pytest.raises(SequenceError) as refused:
        fix_sequence("acme.users", connection=connection)
    fix_sequence("acme.users", "id", "public.ids", connection=connection)

    assert refused.value.hint == "If a sequence feeds it, name it: seedkit fix-sequence acme.users id public.ids"
    assert inserted_id(connection, "insert into acme.users (name) values ('Ada') returning id") == 42


def test_a_thousand_candidates_are_not_all_named(connection: Connection) -> None:
    connection.execute(
        "do $$ begin for n in 1..20 loop execute format('create schema s%s', n); "
        "execute format('create sequence s%s.ids', n); end loop; end $$"
    )
    connection.execute("create table users (id int primary key default nextval('ids'::text))")

    (report,) = check_sequences(connection=connection).sequences

    assert report.reason is not None
    assert "candidates: s1.ids, s10.ids, s11.ids, s12.ids, s13.ids and 15 more" in report.reason


@pytest.mark.parametrize(
    ("schemas", "hint"),
    [
        ([], "Create that sequence, or change the default."),
        (["acme"], "If a sequence feeds it, name it: seedkit fix-sequence users id acme.ids"),
        (["acme", "sales"], "If a sequence feeds it, name it: seedkit fix-sequence users id SEQUENCE"),
    ],
    ids=len,
)
def test_a_hint_never_names_a_sequence_that_the_default_does_not_mean(
    connection: Connection, schemas: list[str], hint: str
) -> None:
    connection.execute("create table users (id serial primary key)")
    connection.execute("alter table users alter id set default nextval('ids'::text)")
    for schema in schemas:
        connection.execute(f"create schema {schema}; create sequence {schema}.ids".encode())

    (report,) = check_sequences(connection=connection).sequences

    assert report.hint == hint


@pytest.mark.parametrize("name", ["acme.ids", '"acme" . "ids"', "ACME.Ids", "{database}.acme.ids"])
def test_a_qualified_text_names_one_sequence_wherever_the_table_is(connection: Connection, name: str) -> None:
    """§1 A late-bound text with its schema names one sequence, whatever the table's schema and the search path."""
    connection.execute("create schema acme; create sequence acme.ids; create sequence ids")
    text = name.format(database=connection.info.dbname)
    connection.execute(f"create table users (id int primary key default nextval('{text}'::text), name text)".encode())
    connection.execute("insert into users values (41); set search_path = ''")

    report = fix_sequence("public.users", connection=connection)

    assert (str(report.sequence), report.warning) == ("acme.ids", None)
    assert inserted_id(connection, "insert into public.users (name) values ('Ada') returning id") == 42


def test_a_text_of_another_database_names_nothing(connection: Connection) -> None:
    connection.execute("create sequence ids; create table users (id int default nextval('other.public.ids'::text))")

    (report,) = check_sequences(connection=connection).sequences

    assert (report.status, report.sequence) == ("skipped", None)


def test_a_view_of_that_name_in_the_tables_schema_is_no_sequence(connection: Connection) -> None:
    connection.execute("create schema sales; create sequence sales.ids; create view ids as select 1 as one")
    connection.execute("create table users (id int primary key default nextval('ids'::text))")

    (report,) = check_sequences(connection=connection).sequences

    assert report.reason is not None
    assert report.reason.startswith("depends on search_path")


@pytest.mark.parametrize("where", ["temporary sequence ids", "sequence ids"])
def test_a_temporary_table_finds_what_its_session_finds(connection: Connection, where: str) -> None:
    """§1 A temporary table is this session's alone, whose search path decides what its late-bound name means."""
    connection.execute(f"create schema sales; create sequence sales.ids; create {where}".encode())
    connection.execute("create temporary table ours (id int default nextval('ids'::text), name text)")
    connection.execute("insert into ours values (41)")

    fix_sequence("ours", connection=connection)

    assert inserted_id(connection, "insert into ours (name) values ('Ada') returning id") == 42


def test_a_column_of_a_domain_is_judged_in_the_schema_of_its_table(connection: Connection) -> None:
    tenants(connection, public=1, acme=1)
    connection.execute("create domain user_id as int default nextval('users_id_seq'::text)")
    connection.execute("create table acme.guests (id user_id primary key); insert into acme.guests values (50)")

    fixed = fix_sequence("acme.users", connection=connection)

    assert (str(fixed.sequence), fixed.next_value) == ("acme.users_id_seq", 51)


def test_a_reader_of_any_form_of_the_report_is_told(
    connection: Connection, module_database: str, seedkit: Run, tmp_path: Path
) -> None:
    """§7 Text, JSON and HTML say that what was judged depends on the search path."""
    tenants(connection, public=7, acme=41)
    connection.execute("create table acme.lost (id int default nextval('lost_id_seq'::text))")
    connection.execute("create sequence lost_id_seq; create sequence acme.other")

    text = seedkit("check", "--html", str(tmp_path / "page.html"), DATABASE_URL=module_database)
    members = json.loads(seedkit("check", "--json", DATABASE_URL=module_database).stdout)["sequences"]
    page = (tmp_path / "page.html").read_text(encoding="utf-8").replace("<wbr>", "")

    assert {(member["schema"], member["status"]) for member in members} == {
        ("acme", "behind"),
        ("acme", "skipped"),
        ("public", "behind"),
    }
    told = [member["reason"] or member["warning"] for member in members]
    assert all(words.startswith("depends on search_path") for words in told)
    for form in (text.stdout, page.replace("&quot;", '"')):
        assert all(words in form for words in told)


@pytest.mark.parametrize("row", ["{name: Ben}", "ben: {name: Ben}"], ids=["plain", "labelled"])
def test_rows_that_draw_in_a_seed_get_what_its_session_finds_free(
    connection: Connection, project: Write, row: str
) -> None:
    """§4 A seed draws what its own session finds under a late-bound name: room is made there as well."""
    tenants(connection, public=5, acme=1)
    connection.execute("alter table acme.users add unique (name)")
    ada = "- {id: 7, name: Ada}" if row.startswith("{") else "ada: {id: 7, name: Ada}"
    project({"fixtures/acme.users.yml": f"{ada}\n{'- ' if row.startswith('{') else ''}{row}\n"})

    report = seed(connection=connection)

    assert connection.execute("select id from acme.users order by id").fetchall() == [(1,), (7,), (8,)]
    assert ("acme.users_id_seq", 9) in [(str(found.sequence), found.next_value) for found in report.sequences]
