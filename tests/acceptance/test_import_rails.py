"""Fixtures of Rails: `seedkit import rails` copies them, with what must change so that they give the same rows."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from seedkit import seed
from seedkit.cli.app import app

Connection = psycopg.Connection[Any]
Write = Callable[[dict[str, str]], Path]


def imported(*arguments: str, database: str | None = None) -> Result:
    return CliRunner().invoke(app, ["import", "rails", *arguments], env={"DATABASE_URL": database} if database else {})


def test_a_file_that_means_the_same_here_is_copied_as_it_is(project: Write) -> None:
    text = "# who can log in\nada:\n  id: 1   # the first\n  name: 'Ada'\n"
    folder = project({"test/fixtures/users.yml": text})

    ran = imported("test/fixtures")

    assert (ran.exit_code, (folder / "fixtures" / "users.yml").read_text()) == (0, text)
    assert ran.stdout == ("table  rows  file\nusers     1  fixtures/users.yml\n\nwrote 1 row in 1 file\n")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ada:\n  name: Ada\n", "_fixture: {ids: from-labels}\nada:\n  name: Ada\n"),
        ("---\n\n# them\nada: {name: Ada}\n", "---\n\n# them\n_fixture: {ids: from-labels}\nada: {name: Ada}\n"),
        ("{ada: {name: Ada}}\n", "{_fixture: {ids: from-labels}, ada: {name: Ada}}\n"),
        (
            "_fixture:\n  ignore: base\nbase: &base {name: B}\nada: {<<: *base}\n",
            "_fixture:\n  ids: from-labels\n  ignore: base\nbase: &base {name: B}\nada: {<<: *base}\n",
        ),
        (
            "_fixture: {ignore: [base]}\nbase: {name: B}\nada: {name: A}\n",
            "_fixture: {ids: from-labels, ignore: [base]}\nbase: {name: B}\nada: {name: A}\n",
        ),
        ("DEFAULTS: {a: 1}\nada: {id: 1}\n", "_fixture: {ignore: DEFAULTS}\nDEFAULTS: {a: 1}\nada: {id: 1}\n"),
        ("ada:\n  id: 1\n  role: :admin\n  is: ':no'\n", "ada:\n  id: 1\n  role: admin\n  is: ':no'\n"),
        ('ada: {id: 1, mail: "$LABEL@example.com"}\n', "ada: {id: 1, mail: $LABEL@example.com}\n"),
        ("ada: {id: 1, key: !binary aGk=}\n", "ada: {id: 1, key: !!binary aGk=}\n"),
        ("ada:\n  at: <%= 3.days.ago.to_fs(:db) %>\n  id: 1\n", "ada:\n  at: !ago 3d\n  id: 1\n"),
        ('ada:\n  id: 1\n  at: "<%= Time.now + 2.hours %>" # soon\n', "ada:\n  id: 1\n  at: !ahead 2h # soon\n"),
        ("<%# old %>\nada: {id: 1}\n# <%= x %>\n", "\nada: {id: 1}\n# <%= x %>\n"),
        ("ada: {id: 1, it: <%= ActiveRecord::FixtureSet.identify(:ruby) %>}\n", "ada: {id: 1, it: 207281424}\n"),
    ],
)
def test_what_must_change_is_changed_and_nothing_else(text: str, wanted: str, project: Write) -> None:
    folder = project({"test/fixtures/users.yml": text})

    ran = imported("test/fixtures")

    assert (ran.exit_code, (folder / "fixtures" / "users.yml").read_text()) == (0, wanted)


def test_a_project_that_makes_ids_from_labels_needs_no_option(project: Write) -> None:
    settings = '[tool.seedkit]\nids = "from-labels"\n'
    folder = project({"test/fixtures/users.yml": "ada: {name: Ada}\n", "pyproject.toml": settings})

    imported("test/fixtures")

    assert (folder / "fixtures" / "users.yml").read_text() == "ada: {name: Ada}\n"


def test_the_rows_are_those_that_rails_makes(project: Write, connection: Connection, database: str) -> None:
    connection.execute(
        "create table people (id bigserial primary key, name text, created_at timestamp not null); "
        "create table admin_teams (id bigserial primary key, lead_id bigint references people, owner_type text, "
        "owner_id bigint); create table tags (id bigserial primary key, name text); "
        "create table people_tags (person_id bigint references people, tag_id bigint references tags)"
    )
    project(
        {
            "test/fixtures/users.yml": "_fixture: {model_class: Person}\nDEFAULTS: &DEFAULTS {name: $LABEL}\n"
            "david: {<<: *DEFAULTS, tags: 'red, blue'}\nben: {<<: *DEFAULTS, name: Ben}\n",
            "test/fixtures/admin/teams.yml": "core: {lead: david, owner: ben (Person)}\n",
            "test/fixtures/tags.yml": "red: {name: Red}\nblue: {id: 5, name: Blue}\n",
            "test/fixtures/files/teams.yml": "no: fixture",
        }
    )

    ran = imported("test/fixtures", database=database)
    seed(connection=connection)

    assert ran.exit_code == 0, ran.stderr
    people = connection.execute("select id, name from people order by name").fetchall()
    ids = {name: id_ for id_, name in people}
    assert ids == {"Ben": zlib.crc32(b"ben") % (2**30 - 1), "david": zlib.crc32(b"david") % (2**30 - 1)}
    assert connection.execute("select lead_id, owner_type, owner_id from admin_teams").fetchall() == [
        (ids["david"], "Person", ids["Ben"])
    ]
    assert connection.execute("select person_id, tag_id = 5 from people_tags order by 2").fetchall() == [
        (ids["david"], False),
        (ids["david"], True),
    ]


def test_a_row_in_capitals_that_others_merge_is_told_of_and_not_counted(
    project: Write, connection: Connection, database: str
) -> None:
    connection.execute("create table currencies (id bigserial primary key, code text, name text)")
    project(
        {
            "test/fixtures/currencies.yml": "EUR: &EUR {code: EUR, name: Euro}\nUSD: {<<: *EUR, code: USD}\n"
            "GBP: &GBP {code: GBP, name: Pound}\n"
        }
    )

    ran = imported("test/fixtures", database=database)
    report = seed(connection=connection)

    assert "EUR is a row in Rails, and none here" in ran.output
    assert "2 rows" in ran.output
    assert [table.inserted for table in report.tables] == [2]
    assert connection.execute("select code from currencies order by 1").fetchall() == [("GBP",), ("USD",)]


def test_a_table_that_is_not_there_is_named_with_the_way_to_say_another(
    project: Write, connection: Connection, database: str
) -> None:
    connection.execute("create table people (id integer primary key)")
    project({"test/fixtures/admin/users.yml": "ada: {id: 1}\n"})

    ran = imported("test/fixtures", database=database)

    assert (ran.exit_code, ran.stderr) == (
        1,
        'error: there is no table "admin_users"\n  at test/fixtures/admin/users.yml\n\n'
        "hint: Where it has another name: --table admin/users=NAME.\n",
    )
    assert imported("test/fixtures", "--table", "admin/users=people", database=database).exit_code == 0


def test_a_word_in_a_column_of_numbers_may_be_an_enum(project: Write, connection: Connection, database: str) -> None:
    connection.execute("create table posts (id integer primary key, status integer, user_id integer)")
    project({"test/fixtures/posts.yml": "one: {id: 1, status: 1, user_id: ada}\ntwo: {id: 2, status: draft}\n"})

    ran = imported("test/fixtures", database=database)

    note = 'test/fixtures/posts.yml:2: "status" is a column of numbers; an enum? --enum posts.status=NAME,NAME'
    assert [line for line in ran.stdout.splitlines() if "note" in line] == [f"note: {note}"]


def test_an_enum_that_is_told_is_written_as_its_numbers(project: Write) -> None:
    rows = "one: {id: 1, status: draft, kind: long, name: draft}\ntwo: {id: 2, kind: other}\n"
    folder = project({"test/fixtures/posts.yml": f"DEFAULTS: &DEFAULTS\n  status: :sent\n{rows}"})

    ran = imported("test/fixtures", "--enum", "posts.status=draft,sent", "--enum", "posts.kind=long:5,short:9")

    assert ran.exit_code == 0, ran.stderr
    assert (folder / "fixtures" / "posts.yml").read_text() == (
        "DEFAULTS: &DEFAULTS\n  status: 1\none: {id: 1, status: 0, kind: 5, name: draft}\ntwo: {id: 2, kind: other}\n"
    )
    assert imported("test/fixtures", "--enum", "posts.kind=long:x").exit_code == 2


def test_what_is_told_of_a_column_in_mixed_case_counts_for_it(project: Write) -> None:
    folder = project({"test/fixtures/posts.yml": "one: {id: 1, statusCode: draft}\n"})

    imported("test/fixtures", "--enum", "Posts.statusCode=draft,sent")

    assert (folder / "fixtures" / "posts.yml").read_text() == "one: {id: 1, statusCode: 0}\n"


@pytest.mark.parametrize(
    ("ruby", "shown"),
    [
        ("pw: <%= BCrypt::Password.create('x') %>", "<%= BCrypt::Password.create('x') %>"),
        ("name: Mr <%= Date.today %>", "<%= Date.today %>"),
        ("<% 3.times do |i| %>\n  no: 1\n<% end %>", "<% 3.times do |i| %>"),
    ],
)
def test_other_ruby_is_refused_with_its_line(ruby: str, shown: str, project: Write) -> None:
    folder = project({"test/fixtures/users.yml": f"ada:\n  id: 1\n  {ruby}\n"})

    ran = imported("test/fixtures")

    assert ran.exit_code == 1
    assert ran.stderr.startswith(f"error: only Ruby can say what {shown} gives\n  at test/fixtures/users.yml:3\n")
    assert "hint: Render it first" in ran.stderr
    assert not (folder / "fixtures").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {id: 1}\n", "a fixture of Rails is labels with rows"),
        ("--- !omap\n- ada: {id: 1}\n", "a fixture of Rails is labels with rows"),
        ("ada: {id: 1\n", '"," or "}" is missing'),
        ("ada: 1\n", "a row is a mapping of columns, not text"),
        ('ada: {name: "$LABEL: x"}\n', "$LABEL stands in quotes that the text needs, and is no label here"),
        ("ada: {name: !ruby/object x}\n", 'seedkit does not know the tag "!ruby/object"'),
        ("ada: {name: é}\n".encode("latin-1").decode("latin-1") + "\x00", "the control character U+0000"),
        ('ada: {name: "\\ud83d"}\n', '"\\ud83d" is one half of a character, and the other one is missing'),
    ],
)
def test_a_file_that_can_not_be_read_is_named_with_its_line(text: str, message: str, project: Write) -> None:
    project({"test/fixtures/users.yml": text, "test/fixtures/teams.yml": "one: {id: 1}\n"})

    ran = imported("test/fixtures")

    assert ran.exit_code == 1
    assert ran.stderr.startswith(f"error: {message}")
    assert "at test/fixtures/users.yml" in ran.stderr


def test_files_that_are_there_stay_as_they_are(project: Write) -> None:
    folder = project(
        {"test/fixtures/a.yml": "x: {id: 1}\n", "test/fixtures/b.yml": "x: {id: 1}\n", "fixtures/b.yml": ""}
    )

    ran = imported("test/fixtures")

    assert (ran.exit_code, sorted(path.name for path in (folder / "fixtures").iterdir())) == (2, ["b.yml"])
    assert ran.stderr.startswith("error: fixtures/b.yml is there already\n")
    assert imported("test/fixtures", "--force").exit_code == 0
    assert (folder / "fixtures" / "b.yml").read_text() == "x: {id: 1}\n"


def test_the_report_is_also_json(project: Write) -> None:
    folder = project({"test/fixtures/a/b.yml": "x: {name: y}\n", "test/fixtures/c.yml": "# nothing\n"})

    ran = imported("test/fixtures", "--json", "--dry-run", "--quiet")

    report = json.loads(ran.stdout)
    assert report["files"] == [
        {
            "table": "a_b",
            "rows": 1,
            "file": "fixtures/a_b.yml",
            "source": "test/fixtures/a/b.yml",
            "changes": ["ids: from-labels"],
        }
    ]
    assert report["notes"] == ["test/fixtures/c.yml holds no rows"]
    assert not (folder / "fixtures").exists()


def test_what_is_written_goes_into_a_folder_of_its_own(project: Write) -> None:
    project({"fixtures/admin/users.yml": "ada: {id: 1}\n"})

    ran = imported("fixtures")

    assert (ran.exit_code, ran.stderr) == (
        2,
        "error: the fixtures of Rails and ours can not share the folder fixtures\n\n"
        "hint: Name another folder with --output.\n",
    )


def test_two_sets_never_go_into_one_file(project: Write, connection: Connection) -> None:
    connection.execute("create table admin_users (id integer primary key, name text)")
    folder = project(
        {
            "test/fixtures/admin/users.yml": "ada: {id: 1, name: Ada}\n",
            "test/fixtures/admin_users.yml": "ben: {id: 2, name: Ben}\n",
        }
    )

    dry, ran = imported("test/fixtures", "--dry-run"), imported("test/fixtures")

    assert sorted(path.name for path in (folder / "fixtures").iterdir()) == ["admin_users.yml", "admin_users_2.yml"]
    assert [word for word in dry.stdout.split() if word.endswith(".yml")] == [
        word for word in ran.stdout.split() if word.endswith(".yml")
    ]
    assert [found.inserted for found in seed(connection=connection).tables] == [2]
