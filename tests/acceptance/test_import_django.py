"""Fixtures of Django: `seedkit import django` makes ours of them, and a seed that meets one says so."""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from seedkit import SeedkitError, seed
from seedkit.cli.app import app
from seedkit.files import packed_files

Connection = psycopg.Connection[Any]
Write = Callable[[dict[str, str]], Path]
DJANGOS = "- model: blog.post\n  pk: 1\n  fields: {title: One}\n"


# A seed that meets Django's files


@pytest.mark.parametrize("name", ["blog_post", "initial_data"])
def test_a_seed_names_a_file_of_django(name: str, project: Write, connection: Connection) -> None:
    connection.execute("create table blog_post (id integer primary key, title text)")
    project({f"fixtures/{name}.yaml": DJANGOS})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert str(caught.value) == (
        f"this is a fixture of Django\n  at fixtures/{name}.yaml:1\n\n"
        f"hint: Make ours of it: seedkit import django fixtures/{name}.yaml"
    )


def test_a_table_may_have_such_columns(project: Write, connection: Connection) -> None:
    connection.execute("create table forms (pk integer primary key, model text, fields jsonb)")
    project({"fixtures/forms.yml": DJANGOS})

    seed(connection=connection)

    assert connection.execute("select * from forms").fetchall() == [(1, "blog.post", {"title": "One"})]


def test_a_seed_names_a_json_file_of_django(project: Write, connection: Connection) -> None:
    connection.execute("create table teams (id integer primary key)")
    object_ = '[\n{"model": "blog.post", "pk": 1, "fields": {"title": "One"}}]'
    project({"fixtures/teams.yml": "- {id: 1}\n", "fixtures/blog.json": object_, "fixtures/other.json": "[1]"})

    report = seed(connection=connection)

    assert [step.reason for step in report.skipped] == [
        "a fixture of Django: seedkit import django fixtures/blog.json",
        'ignored: there is no table "other"',
    ]


# What is written


def imported(*arguments: str, database: str | None = None) -> Result:
    return CliRunner().invoke(app, ["import", "django", *arguments], env={"DATABASE_URL": database} if database else {})


def objects(*found: dict[str, Any]) -> str:
    return json.dumps(list(found))


def post(pk: object = None, **fields: object) -> dict[str, Any]:
    return {"model": "blog.post", "fields": fields} | ({} if pk is None else {"pk": pk})


def test_without_a_database_djangos_own_names_count(project: Write) -> None:
    folder = project({"blog.json": objects(post(1, title="NO", author=7, tags=[], data={"a": 1}, on=True, n=None))})

    ran = imported("blog.json")

    assert ran.exit_code == 0, ran.stderr
    assert (folder / "fixtures" / "blog_post.yml").read_text() == (
        "- id: 1\n  title: 'NO'\n  author: 7\n  data: '{\"a\": 1}'\n  on: true\n  n: null\n".replace(
            "  on:", "  'on':"
        ).replace("  n:", "  'n':")
    )
    assert ran.stdout == (
        "table      rows  file\nblog_post     1  fixtures/blog_post.yml\n\n"
        "note: blog.post: the empty lists of tags are left out\n\nwrote 1 row in 1 file\n"
    )


def test_what_a_list_means_only_the_database_tells(project: Write) -> None:
    project({"blog.json": objects(post(1, tags=[1, 2]))})

    ran = imported("blog.json")

    assert ran.exit_code == 1
    assert ran.stderr.splitlines()[1:3] == [
        'error: the field "tags" of "blog.post" is a list, and what it means only the database tells',
        "  at blog.json:1",
    ]


@pytest.fixture
def blog(connection: Connection) -> None:
    connection.execute(
        "create table blog_author (id bigserial primary key, first text, last text, nick text, role text, "
        "unique (first, last), unique (nick, role)); "
        "create table blog_tag (id bigserial primary key, name text unique); "
        "create table blog_post (id uuid primary key, title text, author_id bigint references blog_author); "
        "create table blog_post_tags (id bigserial primary key, post_id uuid references blog_post, "
        "tag_id bigint references blog_tag, unique (post_id, tag_id)); "
        "create table blog_log (id bigserial primary key, line text)"
    )


@pytest.mark.usefixtures("blog")
def test_text_is_never_more_than_text(project: Write, connection: Connection, database: str) -> None:
    texts = [
        "!sql now()",
        "<%= 1 %>",
        "$LABEL",
        "RAW=x",
        "~",
        "",
        "a: b # c",
        "&a",
        "*a",
        "{x",
        "\u2028\x85\x1b",
        "1_000",
    ]
    project(
        {
            "blog.json": objects(
                *({"model": "blog.tag", "pk": n, "fields": {"name": text}} for n, text in enumerate(texts)),
                {"model": "blog.log", "fields": {"line": "$LABEL !ref x"}},
            )
        }
    )

    ran = imported("blog.json", database=database)
    seed(connection=connection)

    assert ran.exit_code == 0, ran.stderr
    assert connection.execute("select array_agg(name order by id) from blog_tag").fetchall() == [(texts,)]
    assert connection.execute("select line from blog_log").fetchall() == [("$LABEL !ref x",)]


@pytest.mark.usefixtures("blog")
def test_a_natural_key_that_fits_two_unique_keys_is_asked_about(
    project: Write, connection: Connection, database: str
) -> None:
    key = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    author = {"model": "blog.author", "fields": {"first": "Ada", "last": "L", "nick": "al", "role": "x"}}
    project({"blog.json": objects(post(key, title="One", author=["Ada", "L"], tags=[["red"]]), author)})

    ran = imported("blog.json", database=database)

    assert ran.exit_code == 1
    assert ran.stderr.splitlines()[1] == 'error: "Ada", "L" could be "first, last" or "nick, role" of "blog_author"'
    assert "--natural-key MODEL=COLUMN,COLUMN" in ran.stderr
    ran = imported("blog.json", "--natural-key", "blog.author=first,last", database=database)
    assert ran.exit_code == 0, ran.stderr
    seed(connection=connection)
    assert connection.execute(
        "select title, first, name from blog_post p join blog_author a on a.id = author_id "
        "join blog_post_tags on post_id = p.id join blog_tag t on t.id = tag_id"
    ).fetchall() == [("One", "Ada", "red")]


@pytest.mark.usefixtures("blog")
def test_rows_that_nothing_tells_apart_take_their_ids_from_labels(
    project: Write, connection: Connection, database: str
) -> None:
    lines = [{"model": "blog.log", "fields": {"line": "same"}}] * 2
    folder = project({"blog.json": objects(*lines)})

    imported("blog.json", database=database)
    seed(connection=connection)
    second = seed(connection=connection)

    assert (folder / "fixtures" / "blog_log.yml").read_text() == (
        "_fixture: {ids: from-labels}\nlog_1:\n  line: same\nlog_2:\n  line: same\n"
    )
    assert [table.unchanged for table in second.tables] == [2]


@pytest.mark.usefixtures("blog")
def test_all_mistakes_are_told_with_their_lines_and_nothing_is_written(project: Write, database: str) -> None:
    found = [post("x", titel="One"), {"model": "shop.item", "pk": 1, "fields": {}}, {"pk": 1}, post([1, 2])]
    folder = project({"blog.jsonl": "".join(f"{json.dumps(each)}\n" for each in found)})

    ran = imported("blog.jsonl", database=database)

    assert ran.exit_code == 1
    for line, told in enumerate(
        [
            'table "blog_post" has nothing for the field "titel" of "blog.post"',
            'there is no table "shop_item" for the model "shop.item"',
            "an object of a Django fixture has model, pk and fields",
            'the primary key of "blog.post" is "id"',
        ],
        start=1,
    ):
        assert told in ran.stderr
        assert f"blog.jsonl:{line}" in ran.stderr
    assert not (folder / "fixtures").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"model": "a.b"}', "the file is no JSON list of objects, as Django writes one"),
        ('[{"model": "a.b",\n "pk": 1, "fields": {x}}]', "the file is no JSON: expecting property name"),
        ("[" * 100_000, "values are nested too deeply"),
        ('[{"model": "a.b", "pk": 1, "fields": {"x": "\\ud83d"}}]', "a text holds one half of a character"),
        ('[{"model": "post", "pk": 1, "fields": {}}]', 'a model is called app.model, not "post"'),
        ('[{"model": "a.b", "pk": 1, "fields": {}}', '"," or "]" is missing'),
        ("", "the file is no JSON list of objects, as Django writes one"),
    ],
)
def test_a_file_that_can_not_be_read_is_named(text: str, message: str, project: Write) -> None:
    project({"blog.json": text})

    ran = imported("blog.json")

    assert ran.exit_code == 1
    assert ran.stderr.removeprefix("reading blog.json\n").startswith(f"error: {message}")
    assert "at blog.json:" in ran.stderr


def test_a_packed_file_has_a_bound(project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_files, "LONGEST_UNPACKED_BYTES", 1 << 20)
    folder = project({})
    (folder / "blog.json.gz").write_bytes(gzip.compress(b"[" + b" " * (2 << 20)))
    (folder / "torn.json.xz").write_bytes(lzma.compress(b"[]" * 1000)[:-10])

    assert "error: the file holds more than" in imported("blog.json.gz").stderr
    assert "error: cannot read the file" in imported("torn.json.xz").stderr


@pytest.mark.parametrize("name", ["blog.xml", "blog.yaml.gz", "nothing.json"])
def test_what_is_no_fixture_of_django_is_refused(name: str, project: Write) -> None:
    project({"blog.xml": "<a/>", "blog.yaml.gz": ""})

    assert imported(name).exit_code == 2


@pytest.mark.usefixtures("blog")
def test_what_a_model_would_add_is_named(project: Write, connection: Connection, database: str) -> None:
    connection.execute('alter table blog_log add level integer not null, add "madeBy" text not null')
    folder = project({"blog.json": objects({"model": "blog.log", "pk": 1, "fields": {"line": "x"}})})

    ran = imported("blog.json", "--dry-run", database=database)

    assert 'note: blog_log: rows leave out "level", which has no default in the database' in ran.stdout
    imported("blog.json", "--default", "blog.log.level=3", "--default", "Blog.Log.madeBy=ada", database=database)
    assert (folder / "fixtures" / "blog_log.yml").read_text() == "- id: 1\n  level: 3\n  madeBy: ada\n  line: x\n"


def test_files_that_are_there_stay_and_the_report_is_also_json(project: Write) -> None:
    folder = project({"in/blog.json": objects(post(1, title="x")), "fixtures/blog_post.yml": ""})

    ran = imported("in", "--json")

    assert ran.exit_code == 2
    assert json.loads(ran.stdout)["error"]["message"] == "fixtures/blog_post.yml is there already"
    report = json.loads(imported("in", "--json", "--output", "other").stdout)
    assert report["files"][0] == {
        "table": "blog_post",
        "rows": 1,
        "file": "other/blog_post.yml",
        "source": None,
        "changes": [],
    }
    assert sorted(path.name for path in (folder / "other").iterdir()) == ["blog_post.yml"]


def test_a_file_that_lies_among_ours_is_to_be_moved_away(project: Write) -> None:
    project({"fixtures/blog.yaml": DJANGOS})

    ran = imported("fixtures")

    note = "note: fixtures/blog.yaml: move it out of fixtures, as a seed stops where it meets it"
    assert (ran.exit_code, [line for line in ran.stdout.splitlines() if "note" in line]) == (0, [note])
