"""Columns that triggers fill by what they read of another row: a CHECK of several is theirs to hold."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from seedkit.runner.generation.explaining import explain
from seedkit.runner.generation.request import GenerationRequest
from tests.runner.generation.conftest import Fill, filled

Connection = psycopg.Connection

FILLS = """
create function fill_{column}() returns trigger language plpgsql as $$ begin {body} return new; end $$;
create trigger fill_{column} before insert on batches for each row execute function fill_{column}();
"""
INTO = """
if new."{column}" is null then select "{column}" into new."{column}" from exports where id = new.export_id; end if;
"""
ASSIGNED = (
    "if new.{column} is null then new.{column} := (select {column} from exports where id = new.export_id); end if;"
)
COALESCED = "new.{column} = coalesce(new.{column}, (select {column} from exports where id = new.export_id));"
SHARDED = """
create table projects (id serial primary key);
create table groups (id serial primary key);
create table exports (
    id serial primary key, project_id int references projects, group_id int references groups {check}
);
create table batches (
    id serial primary key, export_id int not null references exports, number int not null,
    project_id int references projects, group_id int references groups,
    check (num_nonnulls(project_id, group_id) = 1), unique (export_id, number)
);
"""
ONE_EACH = ", check (num_nonnulls(project_id, group_id) = 1)"
AGREEING = """
select count(*) from batches join exports on exports.id = export_id
where (batches.project_id, batches.group_id) is not distinct from (exports.project_id, exports.group_id)
"""


def sharded(body: str, check: str = ONE_EACH) -> str:
    fills = [FILLS.format(column=name, body=body.format(column=name)) for name in ("project_id", "group_id")]
    return SHARDED.format(check=check) + "".join(fills)


@pytest.mark.parametrize("body", [INTO, ASSIGNED, COALESCED], ids=["into", "assigned", "coalesced"])
def test_columns_that_triggers_read_from_a_parent_agree_with_it(fill: Fill, connection: Connection, body: str) -> None:
    reports = [fill(sharded(body), 150), filled(connection, {"*": 150})]

    assert all(report.right for report in reports), str(reports[0])
    assert connection.execute(AGREEING.encode()).fetchone() == (300,)


def test_where_the_parent_has_nothing_to_read_a_value_is_made(fill: Fill, connection: Connection) -> None:
    report = fill(sharded(INTO, ", check (project_id is null and group_id is null)"), 60)

    assert report.right, str(report)
    assert connection.execute("select count(project_id) > 0, count(group_id) > 0 from batches").fetchone() == (
        True,
        True,
    )


def test_what_triggers_fill_with_the_time_is_made(fill: Fill, connection: Connection) -> None:
    body = "if new.{column} is null then new.{column} := now(); end if;"
    fills = [
        FILLS.format(column=name, body=body.format(column=name)).replace("batches", "notes")
        for name in ("created_at", "updated_at")
    ]
    times = "created_at timestamptz not null, updated_at timestamptz not null"
    table = f"create table notes ({times}, check (created_at <= updated_at));"

    report = fill(table + "".join(fills), 40)

    assert report.right
    made = "select count(*) filter (where updated_at < '2026-11-30') from notes"
    assert connection.execute(made).fetchone() == (40,)


def test_it_is_explained_which_columns_are_left_to_triggers(connection: Connection) -> None:
    connection.execute(sharded(INTO).encode())

    explanation = explain(connection, GenerationRequest(now=date(2026, 11, 30)))

    (batches,) = (table for table in explanation.tables if table.table.name == "batches")
    why = {column.name: column.why for column in batches.columns}
    assert why["project_id"] == "foreign key to projects, left to the trigger that fills it"
    assert "trigger" not in why["export_id"]
