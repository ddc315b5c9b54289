"""`seedkit graph` as a person meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import psycopg
import pytest

from seedkit.config import load_settings
from seedkit.core.graphs.tables import TableGraph
from seedkit.errors import CatalogError
from seedkit.reports.graphs.dot import dot
from seedkit.reports.graphs.mermaid import mermaid
from seedkit.reports.graphs.svg import svg
from seedkit.runner.graph import GraphRequest
from seedkit.runner.graph import graph as read_graph
from tests.conftest import Run, Write

SVG = "{http://www.w3.org/2000/svg}"


def graph(connection: psycopg.Connection, *tables: str, distance: int = 1) -> TableGraph:
    settings = load_settings()
    request = GraphRequest(project=settings.trusted, tables=tables, distance=distance)
    return read_graph(connection, request)


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 - it is our own


def levels(graph: TableGraph) -> dict[str, int]:
    return {table.name: table.level for table in graph.tables}


def keys(graph: TableGraph) -> list[tuple[str, str, bool]]:
    names = graph.by_number
    return [(names[key.child].name, names[key.parent].name, key.optional) for key in graph.keys]


def test_the_example_project_is_drawn_with_what_fills_it(shop: Path, database: str, seedkit: Run) -> None:
    ran = seedkit("graph", "-o", "graph.svg", DATABASE_URL=database)

    picture = parsed((shop / "graph.svg").read_text("utf-8"))
    told = {title.text for title in picture.iter(f"{SVG}title")}
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "wrote graph.svg\n")
    assert "users, level 0; filled by fixtures/users.yml" in told
    assert "orders, level 1; filled by orders" in told
    assert "departments, level 0; in a circle; filled by fixtures/company.yml" in told
    assert "order_items.product_id → products" in told


def test_without_a_file_it_is_a_flowchart_on_standard_output(shop: Path, database: str, seedkit: Run) -> None:
    ran = seedkit("graph", "orders", "--distance", "0", DATABASE_URL=database)

    assert ran.stdout.splitlines()[:2] == ["flowchart RL", '    t_orders["orders"]:::seeder']


def test_for_programs_there_is_json(shop: Path, database: str, seedkit: Run) -> None:
    document = json.loads(seedkit("graph", "addresses", "--json", DATABASE_URL=database).stdout)

    assert document["tables"] == [
        {"name": "users", "level": 0, "circle": None, "fixtures": ["fixtures/users.yml"], "seeders": []},
        {"name": "addresses", "level": 1, "circle": None, "fixtures": ["fixtures/addresses.yml"], "seeders": []},
    ]
    assert document["foreign_keys"] == [
        {"table": "addresses", "columns": ["user_id"], "references": "users", "optional": False}
    ]


def test_a_level_is_one_above_the_highest_that_rows_refer_to(project: Write, connection: psycopg.Connection) -> None:
    project({})
    connection.execute("create table a (id int primary key)")
    connection.execute("create table b (id int primary key, a_id int not null references a)")
    connection.execute("create table c (a_id int references a, b_id int not null references b, c_id int)")

    found = graph(connection)

    assert levels(found) == {"a": 0, "b": 1, "c": 2}
    assert keys(found) == [("b", "a", False), ("c", "a", True), ("c", "b", False)]


def test_circles_share_a_level_and_what_refers_to_them_is_above(project: Write, connection: psycopg.Connection) -> None:
    project({})
    connection.execute("create table hens (id int primary key)")
    connection.execute("create table eggs (id int primary key, hen_id int references hens)")
    connection.execute("alter table hens add egg_id int references eggs")
    connection.execute("create table nests (hen_id int references hens, nest_id int)")

    found = graph(connection)

    assert levels(found) == {"eggs": 0, "hens": 0, "nests": 1}
    assert {table.name for table in found.tables if table.circle} == {"eggs", "hens"}


def test_partitions_are_drawn_as_the_table_that_they_belong_to(project: Write, connection: psycopg.Connection) -> None:
    project({"fixtures/visits_1.yml": "- {id: 1}"})
    connection.execute("create table visits (id int primary key) partition by range (id)")
    connection.execute("create table visits_1 partition of visits for values from (1) to (10)")
    connection.execute("create table notes (visit_id int references visits_1, whole_id int references visits)")

    found = graph(connection, "visits_1")

    assert levels(found) == {"visits": 0, "notes": 1}
    assert found.tables[0].fixtures == ("fixtures/visits_1.yml",)
    assert keys(found) == [("notes", "visits", True), ("notes", "visits", True)]


def test_distance_counts_foreign_keys_up_and_down(project: Write, connection: psycopg.Connection) -> None:
    project({})
    connection.execute("create table a (id int primary key)")
    for below, name in [("a", "b"), ("b", "c"), ("c", "d")]:
        connection.execute(f"create table {name} (id int primary key references {below})".encode())

    assert levels(graph(connection, "b", distance=0)) == {"b": 1}
    assert levels(graph(connection, "b")) == {"a": 0, "b": 1, "c": 2}
    assert levels(graph(connection, "b", distance=2)) == {"a": 0, "b": 1, "c": 2, "d": 3}


def test_a_database_without_tables_and_one_table_alone_are_pictures_too(
    project: Write, connection: psycopg.Connection
) -> None:
    project({})

    empty = graph(connection)
    connection.execute("create table nodes (id int primary key, above_id int references nodes)")

    for found in (empty, graph(connection)):
        parsed(svg(found, "Tables"))
        assert dot(found).endswith("}")
        assert mermaid(found).startswith("flowchart RL")


HOSTILE = ['a"b', "end", "<script>alert(1)</script>", "a\nb", "a\u202eb", "x]:::y", "back\\slash", "№ü"]


def test_what_tables_are_called_stays_text_in_every_form(project: Write, connection: psycopg.Connection) -> None:
    project({})
    for name in HOSTILE:
        connection.execute(psycopg.sql.SQL("create table {} (id int)").format(psycopg.sql.Identifier(name)))

    found = graph(connection)

    picture = parsed(svg(found, "Tables"))
    assert not list(picture.iter(f"{SVG}script"))
    assert len(list(picture.iter(f"{SVG}g"))) == len(HOSTILE)
    assert len(re.findall(r'^    t_\w+\["[\w ,.$\\#;-]+"\]$', mermaid(found), re.MULTILINE)) == len(HOSTILE)
    assert len(re.findall(r'^    "(?:[^"\\]|\\.)+" \[fillcolor="white"\];$', dot(found), re.MULTILINE)) == len(HOSTILE)


def test_a_table_that_is_not_there_is_told_with_the_nearest(project: Write, connection: psycopg.Connection) -> None:
    project({})
    connection.execute("create table users (id int)")

    with pytest.raises(CatalogError) as caught:
        graph(connection, "user")

    assert caught.value.hint == "Did you mean users?"


def test_more_arrows_than_mermaid_draws_are_told(
    project: Write, connection: psycopg.Connection, database: str, seedkit: Run
) -> None:
    project({})
    columns = ", ".join(f"c{number} int references one" for number in range(501))
    connection.execute(f"create table one (id int primary key); create table many ({columns})".encode())

    ran = seedkit("graph", DATABASE_URL=database)

    assert ran.stderr.startswith("Mermaid draws 500 arrows unless `maxEdges` says otherwise, and these are 501")
    assert not seedkit("graph", "--format", "dot", DATABASE_URL=database).stderr


def test_a_file_that_can_not_be_written_is_told_before_anything_is_read(tmp_path: Path, seedkit: Run) -> None:
    ran = seedkit("graph", "-o", str(tmp_path / "missing" / "graph.svg"), DATABASE_URL="postgresql://localhost:1/x")

    assert ran.returncode == 2
    assert "can not write" in ran.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-o", "tables.png"], "no graph is written as .png: tables.png"),
        (["-o", "tables.png", "--format", "svg"], "no graph is written as .png: tables.png"),
        (["-o", "tables.svg", "--format", "dot"], "tables.svg would not be dot"),
        (["-o", "tables.svg", "--json"], "tables.svg would not be json"),
        (["-o", "tables.json"], "tables.json would not be json"),
        (["--distance", "1"], "--distance counts from tables that are named, and none is"),
        (["--json", "--format", "dot"], "--json and --format dot are two forms"),
        (["--json", "--format", "dot", "-o", "tables.txt"], "--json and --format dot are two forms"),
    ],
    ids=str,
)
def test_options_that_do_not_go_together_are_refused(
    options: list[str], message: str, tmp_path: Path, seedkit: Run
) -> None:
    ran = seedkit("graph", *options, DATABASE_URL="postgresql://localhost:1/x")

    assert ran.returncode == 2
    assert ran.stderr.startswith(f"error: {message}\n\nhint: ")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "start"),
    [
        (["-o", "tables.SVG"], "<svg"),
        (["-o", "tables.gv"], "digraph"),
        (["-o", "tables.mmd"], "flowchart"),
        (["-o", "tables.txt", "--format", "dot"], "digraph"),
        (["-o", "tables.json", "--json"], "{"),
        (["-o", "tables"], "flowchart"),
    ],
    ids=str,
)
def test_a_file_is_written_as_it_is_called(
    options: list[str], start: str, project: Write, database: str, seedkit: Run
) -> None:
    folder = project({})

    ran = seedkit("graph", *options, DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert (folder / options[1]).read_text("utf-8").startswith(start)
