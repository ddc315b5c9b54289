"""What `seedkit dump` writes as CSV and JSON Lines, and of all tables at once."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from seedkit.cli.app import app
from seedkit.core.writing.format_names import DumpFormat
from seedkit.errors import UsageError
from seedkit.files.dump_targets import StreamTarget
from seedkit.runner.dump import DumpRequest
from seedkit.runner.dump import dump as dumped
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]
Dump = Callable[..., Any]

SCHEMA = """
create table teams (id integer primary key, name text);
create table users (id integer primary key, team_id integer references teams, "E,mail" text, tags text[], specs jsonb);
create table schema_migrations (version text);
create table visits (id integer, day date) partition by range (day);
create table visits_2026 partition of visits for values from ('2026-01-01') to ('2027-01-01');
create table "a/b" (id integer);
insert into teams values (1, 'Board');
insert into users values (1, 1, 'a, "b"', '{a,NULL}', '{"n": 1.50, "none": null}'), (2, null, '', '{{a,b}}', 'null');
insert into visits values (7, '2026-03-04');
"""


@pytest.fixture
def dump(project: Write, connection: Connection, database: str, monkeypatch: pytest.MonkeyPatch) -> Dump:
    """Run `seedkit dump` in a project whose database has some tables."""
    connection.execute(SCHEMA)
    project({})
    monkeypatch.setenv("DATABASE_URL", database)
    return lambda *arguments: CliRunner().invoke(app, ["dump", *arguments])


def files_in(folder: str) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(Path(folder).iterdir())}


USERS_CSV = """id,team_id,"E,mail",tags,specs
1,1,"a, ""b""\","{a,NULL}","{""n"": 1.50, ""none"": null}"
2,,"","{{a,b}}",null
"""
USERS_JSONL = """\
{"id": 1, "team_id": 1, "E,mail": "a, \\"b\\"", "tags": ["a", null], "specs": {"n": 1.50, "none": null}}
{"id": 2, "team_id": null, "E,mail": "", "tags": "{{a,b}}", "specs": {"!json": "null"}}
"""


@pytest.mark.parametrize(("format_", "text"), [("csv", USERS_CSV), ("jsonl", USERS_JSONL)])
def test_rows_are_written_as_is_asked_for(format_: str, text: str, dump: Dump) -> None:
    dump("users", "--format", format_, "--output", "folder")

    assert files_in("folder") == {f"users.{format_}": text}


@pytest.mark.usefixtures("dump")
def test_on_standard_output_several_tables_are_refused_and_one_is_not(database: str) -> None:
    written = BytesIO()
    with psycopg.connect(database, autocommit=True) as other:
        dumped(other, DumpRequest(tables=("users",), format=DumpFormat.CSV), StreamTarget(written))
        with pytest.raises(UsageError, match="csv can not say of which table rows are: teams, users"):
            dumped(other, DumpRequest(tables=("users", "teams"), format=DumpFormat.CSV), StreamTarget(written))

    assert written.getvalue().decode() == USERS_CSV


@pytest.mark.parametrize(("file", "text"), [("users.csv", USERS_CSV), ("more/users.jsonl", USERS_JSONL)])
def test_a_file_that_is_named_tells_its_format(file: str, text: str, dump: Dump) -> None:
    ran = dump("users", "-o", file)

    assert ran.exit_code == 0
    assert Path(file).read_text() == text
    assert dump("users", "-o", file).exit_code == 2


def test_yaml_in_a_file_of_another_name_says_its_table(dump: Dump) -> None:
    dump("teams", "-o", "groups.yml")

    assert Path("groups.yml").read_text() == "teams:\n  - id: 1\n    name: Board\n"


def test_all_tables_are_those_with_rows_of_the_project_each_partitioned_one_whole(dump: Dump) -> None:
    dump("--all", "--exclude", "a/b", "--output", "all", "--format", "csv")

    assert list(files_in("all")) == ["teams.csv", "users.csv", "visits.csv"]
    assert files_in("all")["visits.csv"] == "id,day\n7,2026-03-04\n"


def test_what_is_excluded_does_not_come_along_by_reference(dump: Dump) -> None:
    dump("users", "--with-references", "--exclude", "teams", "--output", "some", "--format", "jsonl")

    assert list(files_in("some")) == ["users.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "a dump is of the tables that are named, or of --all"),
        (["users", "--all"], "a dump is of the tables that are named, or of --all"),
        (["users", "--exclude", "users", "-o", "folder"], "there is no table to dump"),
        (["users", "--exclude", "usrs", "-o", "folder"], 'table "usrs" does not exist'),
        (["a/b", "--format", "csv", "-o", "folder"], "csv can not say of which table rows are: a/b"),
        (["users", "teams", "-o", "all.csv"], "several tables go into a folder, not into a file"),
        (["users", "--format", "csv", "-o", "users.yml"], "users.yml would not be csv"),
        (["users", "-o", "users.txt"], "users.txt is called as a file is, and would be a folder"),
        (["users", "-o", "users.json"], "users.json is called as a file is, and would be a folder"),
        (["users", "-o", "users.csv.gz"], '"users.csv.gz" would be packed'),
    ],
)
def test_what_can_not_be_written_is_refused(arguments: list[str], message: str, dump: Dump) -> None:
    ran = dump(*arguments)

    assert ran.exit_code in (1, 2)
    assert f"error: {message}" in ran.stderr
    assert ran.stdout == ""
    assert not list(Path().glob("*.*"))


@pytest.mark.parametrize("kind", ["yaml", "csv", "jsonl"])
def test_a_table_with_unique_keys_and_no_primary_key_comes_back(kind: str, connection: Connection, dump: Dump) -> None:
    connection.execute("create table pairs (a text unique, b text not null unique, c int not null unique)")
    connection.execute("insert into pairs values (null, 'x', 1), (null, 'y', 2), ('z', 'z', 3)")
    dump("pairs", "--format", kind, "--output", "fixtures")
    connection.execute("truncate pairs")

    for _ in range(2):
        assert CliRunner().invoke(app, ["seed"]).exit_code == 0
        assert connection.execute("select b, c from pairs order by b").fetchall() == [("x", 1), ("y", 2), ("z", 3)]


@pytest.mark.parametrize("folder", ["users.txt/", "there.d", "v1.2", ".users"])
def test_a_folder_that_is_meant_may_have_any_name(folder: str, dump: Dump) -> None:
    Path("there.d").mkdir()

    dump("users", "-o", folder)

    assert list(files_in(folder)) == ["users.yml"]


def test_a_name_that_no_file_can_have_is_not_told_to_be_given_a_folder(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute('create schema "S.3"; create table "S.3"."t.u" (id int); create table plain (id int)')
    project({})

    whole = ["dump", "--all", "--format", "csv", "--output", "fixtures"]
    refused = seedkit(*whole, DATABASE_URL=database)
    dumped = seedkit(*whole, "--exclude", '"S.3"."t.u"', DATABASE_URL=database)

    assert "--output FOLDER" not in refused.stderr
    assert 'No file can have the name "S.3"."t.u"' in refused.stderr
    assert dumped.returncode == 0
