"""JSON documents have the members that CHECKs and computed columns ask for, as if these were columns."""

from __future__ import annotations

import psycopg
import pytest

from tests.runner.generation.conftest import Fill

Connection = psycopg.Connection

ASKED = {
    "a_key": "data jsonb not null check (data ? 'type')",
    "all_of_some": "data jsonb not null check (data ?& array['a', 'b'])",
    "one_of_some": "data jsonb not null check (data ?| array['a', 'b'])",
    "not_null": "data jsonb not null check (data->>'type' is not null)",
    "plain_json": "data json not null check (data->>'type' is not null)",
    "deep": "data jsonb not null check (data #>> '{user,id}' is not null and data->'user'->>'name' is not null)",
    "contained": """data jsonb not null check (data @> '{"v": 1, "of": {"b": "it''s"}}')""",
    "path": "data jsonb not null check (jsonb_path_exists(data, '$.name'))",
    "an_or": "data jsonb not null default '{}', check (data = '{}' or data ? 'x')",
    "beside_a_column": "kind text not null, data jsonb not null check (data ? 'type' and data->>'type' = kind)",
    "beside_listed": "kind text not null check (kind in ('x', 'y')), data jsonb not null"
    ", check (data ? 'type' and data->>'type' = kind)",
    "beside_a_number": "size integer not null check (size > 7), data jsonb not null check (data ? 'n')"
    ", check ((data->>'n')::integer = size)",
    "computed": "kind text not null generated always as (data->>'kind') stored, data jsonb not null",
    "computed_key": "email text not null unique generated always as (data->>'email') stored, data jsonb not null",
    "kinds": "data jsonb not null check (jsonb_typeof(data->'items') = 'array')"
    ", check (jsonb_typeof(data->'of') = 'object')",
    "listed": "data jsonb not null check (data ? 'k' and data->>'k' in ('a', 'b') and (data->>'n')::integer > 7)",
}


def test_documents_have_the_members_that_are_asked_for(fill: Fill) -> None:
    report = fill("".join(f"create table {name} (id serial primary key, {ASKED[name]});" for name in ASKED), 100)

    assert [(outcome.table, outcome.reasons) for outcome in report.tables if outcome.rows < outcome.asked] == []


@pytest.mark.parametrize(
    ("table", "question"),
    [
        ("computed_key", "bool_and(email like '%@example.%')"),
        ("listed", "count(distinct data->>'k') = 2 and min((data->>'n')::integer) > 7"),
        ("deep", "count(distinct data->'user'->>'name') > 50"),
        ("kinds", "bool_and(jsonb_array_length(data->'items') > 0)"),
    ],
)
def test_members_are_such_as_a_column_of_their_name_would_be(
    fill: Fill, connection: Connection, table: str, question: str
) -> None:
    fill(f"create table {table} (id serial primary key, {ASKED[table]})", 100)

    assert connection.execute(f"select {question} from {table}".encode()).fetchone() == (True,)


def test_a_check_that_no_row_holds_is_told_with_what_to_write(fill: Fill) -> None:
    report = fill(
        "create table t (id serial primary key, data jsonb not null check (data ? 'a' and not data ? 'a'))", 9
    )

    assert report.tables[0].reasons == (
        'table "t": 9 rows could not be made so that t_data_check holds; write t: {data: …} in generate.yml',
    )


def test_texts_are_documents_where_a_check_asks_for_these(fill: Fill, connection: Connection) -> None:
    if connection.info.server_version < 160000:
        pytest.skip("PostgreSQL 15 has no IS JSON")
    texts = "data text not null check (data is json), list text not null check (list is json array)"

    report = fill(f"create table t (id serial primary key, {texts})", 60)

    assert report.right, str(report)
    assert connection.execute("select min(json_array_length(list::json)) > 0 from t").fetchone() == (True,)
