"""Of a foreign key of several columns people may say what one has: the others are a parent's that agrees with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.core.reports.generation import GenerationReport
from seedkit.files.refinement_files import read_refinements
from seedkit.runner.generation.refinements import WhatIsSaid
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.run import generate
from tests.runner.generation.conftest import rows

Connection = psycopg.Connection
FillAs = Callable[[str, str], GenerationReport]
SCHEMA = """
create table orgs (id integer primary key);
create table teams (org_id integer references orgs, id integer, primary key (org_id, id));
create table users (org_id integer references orgs, id integer, primary key (org_id, id));
insert into orgs select * from generate_series(1, 4);
insert into teams select org, team from generate_series(1, 3) as org, generate_series(1, 5) as team where org <> team;
insert into users select id % 4 + 1, id from generate_series(1, 40) as id;
create table members (
    id serial primary key, org_id integer not null references orgs, team_id integer not null, user_id integer not null,
    foreign key (org_id, team_id) references teams, foreign key (org_id, user_id) references users
);
create table guests (
    id serial primary key, org_id integer not null, team_id integer, foreign key (org_id, team_id) references teams
);
create table seats (
    org_id integer not null, team_id integer not null, user_id integer not null, unique (team_id, user_id),
    foreign key (org_id, team_id) references teams, foreign key (org_id, user_id) references users
);
"""


@pytest.fixture
def fill_as(connection: Connection, tmp_path: Path) -> FillAs:
    """Fill a table of the schema as a file says."""
    connection.execute(SCHEMA.encode())

    def run(table: str, said: str) -> GenerationReport:
        path = tmp_path / "generate.yml"
        path.write_text(f"{table}: {said}\n")
        what = WhatIsSaid(refinements=read_refinements(path))
        return generate(connection, GenerationRequest(asked=(AskedRows(table, 200),), said=what))

    return run


@pytest.mark.parametrize(
    ("said", "orgs", "teams"),
    [
        ("{org_id: 1}", [1], [2, 3, 4, 5]),
        ("{org_id: !choice [1, 2]}", [1, 2], [1, 2, 3, 4, 5]),
        ("{team_id: 3}", [1, 2], [3]),
        ("{org_id: 2, team_id: 4}", [2], [4]),
    ],
)
def test_the_other_columns_are_of_a_parent_that_agrees(
    fill_as: FillAs, connection: Connection, said: str, orgs: list[int], teams: list[int]
) -> None:
    report = fill_as("members", said)

    assert rows(report)["members"] == 200
    found = connection.execute("select array_agg(distinct org_id), array_agg(distinct team_id) from members").fetchone()
    assert found == (orgs, teams)


def test_where_no_parent_agrees_there_is_none_if_there_may_be(fill_as: FillAs, connection: Connection) -> None:
    report = fill_as("guests", "{org_id: 4}")

    assert rows(report)["guests"] == 200
    assert connection.execute("select distinct org_id, team_id from guests").fetchall() == [(4, None)]


def test_a_key_has_as_many_rows_as_parents_that_agree(fill_as: FillAs, connection: Connection) -> None:
    report = fill_as("seats", "{org_id: 2}")

    assert rows(report)["seats"] == 40
    assert connection.execute("select distinct org_id from seats").fetchall() == [(2,)]
