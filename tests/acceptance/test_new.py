from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import psycopg
import pytest
from inline_snapshot import snapshot
from typer.testing import CliRunner

from seedkit import seed
from seedkit.cli.app import app
from seedkit.files.fixture_files import read_fixture
from tests.conftest import ROOT, Run, Write
from tests.postgres.dumping.test_reading import create_things

Connection = psycopg.Connection[Any]


def uncommented(template: str) -> str:
    """Take the comment marks off the example row, as the template's first line says."""
    return "".join(line.removeprefix("# ") for line in template.splitlines(keepends=True)[2:])


def test_a_new_fixture_tells_what_each_column_takes(
    connection: Connection, database: str, seedkit: Run, tmp_path: Path
) -> None:
    connection.execute("""
        create type status as enum ('placed', 'paid');
        create table users (id integer primary key);
        create table orders (
            id bigint generated always as identity primary key,
            number varchar(3) not null unique,
            user_id integer not null references users,
            status status not null default 'placed',
            total numeric(10, 2),
            tags text[] not null default '{}',
            placed_at timestamptz default now(),
            "Note: #" text,
            cents integer generated always as (total * 100) stored
        );
        comment on column orders.total is 'with taxes';
    """)

    ran = seedkit("new", "fixture", "orders", DATABASE_URL=database)

    assert ran.stdout == "fixtures/orders.yml\n"
    assert ran.stderr == "write rows into it, and then: seedkit seed orders --dry-run\n"
    assert (tmp_path / "fixtures" / "orders.yml").read_text() == snapshot("""\
# Rows of table orders. For a first row, take the "# " off the lines below.
#
# - id: 1                            # bigint; primary key; numbered by the database where it is left out
#   number: tex                      # character varying(3); not null; unique
#   user_id: 1                       # integer; not null; refers to users.id
#   status: placed                   # status; not null; default 'placed'::status; one of placed, paid
#   total: 0                         # numeric(10,2); with taxes
#   tags: []                         # text[]; not null; default '{}'::text[]
#   placed_at: 2026-01-02 03:04:05Z  # timestamp with time zone; default now()
#   'Note: #': text                  # text
""")


def test_a_new_fixture_loads_as_it_is_and_with_its_example_row(
    shop: Path, connection: Connection, database: str, seedkit: Run
) -> None:
    (shop / "fixtures" / "categories.yml").unlink()
    (shop / "fixtures" / "products.yml").unlink()
    seedkit("new", "fixture", "categories", DATABASE_URL=database)
    path = shop / "fixtures" / "categories.yml"

    as_it_is = seed(["users"], connection=connection, directory=shop)
    path.write_text(uncommented(path.read_text()).replace("parent_id: 1", "parent_id: null"))
    with_the_row = seed(["categories"], connection=connection, directory=shop)

    assert as_it_is.right
    assert [(table.table.name, table.inserted) for table in with_the_row.tables] == [("categories", 1)]


def test_the_example_row_fits_a_column_of_every_type(
    connection: Connection, database: str, seedkit: Run, tmp_path: Path
) -> None:
    create_things(connection)
    seedkit("new", "fixture", "things", DATABASE_URL=database)
    path = tmp_path / "fixtures" / "things.yml"

    path.write_text(uncommented(path.read_text()))
    report = seed(connection=connection, directory=tmp_path)

    assert [table.inserted for table in report.tables] == [1]


@pytest.mark.parametrize("name", ["order", "Order Items", "a/b"])
def test_a_template_of_a_table_of_any_name_becomes_a_fixture_of_it(
    name: str, connection: Connection, database: str, seedkit: Run, tmp_path: Path
) -> None:
    connection.execute(psycopg.sql.SQL('create table {} ("a: b" text)').format(psycopg.sql.Identifier(name)))
    ran = seedkit("new", "fixture", f'"{name}"', DATABASE_URL=database)
    path = tmp_path / ran.stdout.strip()

    path.write_text(uncommented(path.read_text()))
    report = seed(connection=connection, directory=tmp_path)

    assert [(table.table.name, table.inserted) for table in report.tables] == [(name, 1)]


def test_a_fixture_that_is_there_is_not_overwritten(
    connection: Connection, database: str, seedkit: Run, project: Write
) -> None:
    connection.execute("create table users (id integer)")
    folder = project({"fixtures/users.yml": "- id: 1\n"})

    ran = seedkit("new", "fixture", "users", DATABASE_URL=database)

    assert ran.returncode == 2
    assert ran.stderr.startswith("error: fixtures/users.yml is there already")
    assert (folder / "fixtures" / "users.yml").read_text() == "- id: 1\n"


def test_a_fixture_for_an_unknown_table_ends_with_near_names(
    connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute("create table users (id integer)")

    ran = seedkit("new", "fixture", "user", DATABASE_URL=database)

    assert ran.returncode == 1
    assert "Did you mean users?" in ran.stderr


def test_a_new_seeder_runs_as_it_is(connection: Connection, database: str, seedkit: Run, tmp_path: Path) -> None:
    written = seedkit("new", "seeder", "customers")
    ran = seedkit("seed", "customers", "--json", DATABASE_URL=database)

    assert written.stdout == "seeders/customers.py\n"
    assert written.stderr == "let it insert rows, and then: seedkit seed customers --dry-run\n"
    assert ran.returncode == 0, ran.stderr
    assert '"name": "customers"' in ran.stdout


def test_a_new_seeder_inserts_once_its_example_is_uncommented(
    connection: Connection, seedkit: Run, tmp_path: Path
) -> None:
    connection.execute("create table customers (id integer primary key, name text)")
    seedkit("new", "seeder", "customers")
    path = tmp_path / "seeders" / "customers.py"
    path.write_text(path.read_text().replace("# db.insert", "db.insert"))

    report = seed(connection=connection, directory=tmp_path)

    assert [table.inserted for table in report.tables] == [10]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("demo-users", "demo_users"), ("class", None), ("_hidden", "hidden"), ("../x", "x"), ("1st", None)],
)
def test_a_seeder_has_the_name_of_a_function(name: str, hint: str | None, seedkit: Run, tmp_path: Path) -> None:
    ran = seedkit("new", "seeder", name)

    assert ran.returncode == 2
    assert f'none can be called "{name}"' in ran.stderr
    assert (f"hint: Write {hint}." in ran.stderr) == (hint is not None)
    assert not list(tmp_path.iterdir())


def test_a_seeder_that_is_there_is_not_overwritten(seedkit: Run, project: Write) -> None:
    folder = project({"seeders/users.py": "mine = True\n"})

    ran = seedkit("new", "seeder", "users")

    assert ran.returncode == 2
    assert (folder / "seeders" / "users.py").read_text() == "mine = True\n"


def test_init_makes_a_project_that_seeds(connection: Connection, database: str, seedkit: Run, tmp_path: Path) -> None:
    made = seedkit("init")
    ran = seedkit("seed", DATABASE_URL=database)

    assert made.stdout.split() == ["fixtures/example.yml", "seeders/example.py", "schema.sql", "pyproject.toml"]
    assert made.stderr == "next: seedkit new fixture TABLE\n"
    assert ran.returncode == 0, ran.stderr
    assert read_fixture(tmp_path / "fixtures" / "example.yml", lambda _: True) == []


def test_what_init_makes_ends_in_tables_on_the_embedded_server(seedkit: Run, tmp_path: Path) -> None:
    seedkit("init")
    try:
        seeded, migrated = seedkit("seed"), seedkit("db", "migrate")
        written = seedkit("new", "fixture", "users")
    finally:
        seedkit("db", "reset")

    assert seeded.returncode == 0, seeded.stderr
    assert "the tables are there already" in migrated.stderr
    assert written.stdout == "fixtures/users.yml\n"


def test_without_a_schema_file_each_hint_leads_to_tables(seedkit: Run, project: Write) -> None:
    folder = project({"pyproject.toml": "[tool.seedkit.embedded]\n", "fixtures/teams.yml": "- {id: 1}\n"})
    try:
        seeded, migrated = seedkit("seed"), seedkit("db", "migrate")
        project({"teams.sql": "create table teams (id integer primary key);"})
        (folder / "pyproject.toml").write_text('[tool.seedkit.embedded]\nschema = ["teams.sql"]\n', encoding="utf-8")
        again = seedkit("seed")
    finally:
        seedkit("db", "reset")

    assert "`seedkit db migrate` with schema files" in seeded.stderr
    assert 'schema = ["schema.sql"] in [tool.seedkit.embedded]' in migrated.stderr
    assert "1 inserted" in again.stdout, again.stderr


def test_init_knows_the_schema_file_of_the_folder(seedkit: Run, project: Write) -> None:
    folder = project({"schema.sql": (ROOT / "schema.sql").read_text()})

    seedkit("init")

    settings = tomllib.loads((folder / "pyproject.toml").read_text())["tool"]["seedkit"]
    assert settings["embedded"] == {"schema": ["schema.sql"]}


def test_init_changes_nothing_that_is_there_and_says_what_to_add(seedkit: Run, project: Write) -> None:
    files = {"pyproject.toml": "[project]\n", "fixtures/users.yml": "- id: 1\n", "seeders/users.py": "mine = True\n"}
    folder = project(files)

    ran = seedkit("init")

    assert ran.returncode == 0
    assert not ran.stdout
    assert '[tool.seedkit]\nfixtures = "fixtures"' in ran.stderr
    assert {name: (folder / name).read_text() for name in files} == files
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == sorted(
        Path(name).name for name in files
    )


def test_a_clone_works_where_git_kept_no_empty_folder(
    connection: Connection, database: str, seedkit: Run, tmp_path: Path
) -> None:
    connection.execute("create table users (id integer primary key)")
    seedkit("init")
    for folder in ("fixtures", "seeders"):
        shutil.rmtree(tmp_path / folder)

    commands = ["check"], ["new", "fixture", "users"], ["new", "seeder", "demo"], ["seed"]
    ran = [seedkit(*command, DATABASE_URL=database) for command in commands]

    assert [each.returncode for each in ran] == [0] * 4, [each.stderr for each in ran]


def test_a_second_init_writes_nothing(seedkit: Run, tmp_path: Path) -> None:
    seedkit("init")

    ran = seedkit("init")

    assert (ran.returncode, ran.stdout) == (0, "")
    assert "everything is there already" in ran.stderr


def test_all_new_fixtures_load_as_they_are_and_leave_those_that_are_there(
    connection: Connection, project: Write, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    connection.execute("create table users (id integer primary key); create table orders (id integer primary key)")
    connection.execute(
        'create table "a/b" (id integer); create table "a:b" (id integer); create table _prisma_migrations ()'
    )
    folder = project({"fixtures/more/users.csv": "id\n1\n"}) / "fixtures"
    monkeypatch.setenv("DATABASE_URL", database)

    ran = CliRunner().invoke(app, ["new", "fixture", "--all"])

    assert ran.stdout.split() == ["fixtures/a_b.yml", "fixtures/a_b_2.yml", "fixtures/orders.yml"]
    assert "left as they are: fixtures/more/users.csv" in ran.stderr
    assert sorted(path.name for path in folder.glob("*.yml")) == ["a_b.yml", "a_b_2.yml", "orders.yml"]
    assert [found.table.name for found in seed(connection=connection).tables] == ["users"]


def test_new_fixtures_say_which_table_they_are_of_where_a_file_of_another_one_has_the_name(
    connection: Connection, project: Write, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    connection.execute('create table "a/b" (id integer, x text); create table a_b (id integer, y text)')
    folder = project({}) / "fixtures"
    monkeypatch.setenv("DATABASE_URL", database)

    CliRunner().invoke(app, ["new", "fixture", "--all"])

    texts = {path.name: path.read_text() for path in folder.glob("*.yml")}
    assert {name: "a/b" in text for name, text in texts.items()} == {"a_b.yml": False, "a_b_2.yml": True}


@pytest.mark.parametrize("arguments", [[], ["users", "--all"]])
def test_a_new_fixture_is_of_one_table_or_of_all(arguments: list[str]) -> None:
    ran = CliRunner().invoke(app, ["new", "fixture", *arguments])

    assert ran.exit_code == 2
    assert "a fixture is of the table that is named, or --all" in ran.stderr
