"""A column that names a table, and one beside it with a key of that table: `commentable_type`, `commentable_id`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.core.reports.explained import ExplainedColumn
from seedkit.errors import FixtureError
from seedkit.files.refinement_files import read_refinements
from seedkit.runner.generation.explaining import explain
from seedkit.runner.generation.refinements import WhatIsSaid
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.run import generate
from seedkit.runner.generation.scaffolding import scaffolded
from tests.runner.generation.conftest import Fill, filled, rows

Connection = psycopg.Connection[Any]
NOW = date(2026, 11, 30)

TABLES = """
create table users (id bigserial primary key, name text not null);
create table posts (id bigserial primary key, title text not null);
create table videos (id bigserial primary key, title text not null);
create table tokens (id uuid primary key, token text);
"""

NAMED = """
create view named as
select c.commentable_type as type, c.commentable_id::text as id, coalesce(p.id, v.id) is not null as found
from comments as c
left join posts as p on p.id::text = c.commentable_id::text and c.commentable_type::text ~* 'post'
left join videos as v on v.id::text = c.commentable_id::text and c.commentable_type::text ~* 'video'
"""


def counted(connection: Connection) -> list[tuple[Any, ...]]:
    """Give what stands in the column of the type, and whether there is such a row for each of them."""
    found = "select type::text, bool_and(found) from named group by type order by type"
    return connection.execute(found).fetchall()


@pytest.mark.parametrize(
    ("columns", "types"),
    [
        (
            "commentable_type text check (commentable_type in ('Post', 'Video', 'X')), commentable_id int not null",
            ["Post", "Video"],
        ),
        ("commentable_type kind not null, commentable_id text not null", ["post", "videos"]),
        ("commentable_type varchar(40) not null, commentable_id integer not null", ["Post", "User", "Video"]),
        ('"commentableType" text not null, "commentableId" bigint not null', ["Post", "User", "Video"]),
    ],
)
def test_the_key_is_one_of_the_table_that_the_row_names(connection: Connection, columns: str, types: list[str]) -> None:
    kind = "create type kind as enum ('post', 'videos')"
    connection.execute(f"{TABLES} {kind}; create table comments (id bigserial primary key, {columns})".encode())

    filled(connection, {"*.*": 60})

    type_, id_ = (
        ('"commentableType"', '"commentableId"') if "Type" in columns else ("commentable_type", "commentable_id")
    )
    found = connection.execute(f"select distinct {type_}::text from comments order by 1".encode()).fetchall()
    assert [text for (text,) in found] == types
    lost = f"""
        select count(*) from comments as c where not exists (
            select from posts where id::text = c.{id_}::text and {type_}::text ~* 'post'
            union all select from videos where id::text = c.{id_}::text and {type_}::text ~* 'video'
            union all select from users where id::text = c.{id_}::text and {type_}::text ~* 'user'
        )
    """
    assert connection.execute(lost.encode()).fetchone() == (0,)


def test_an_owner_is_somebody(fill: Fill, connection: Connection) -> None:
    fill(TABLES + "create table plans (id serial primary key, owner_type text not null, owner_id bigint not null)", 30)

    assert connection.execute("select distinct owner_type from plans").fetchall() == [("User",)]


def test_the_comment_and_the_rows_that_are_there_say_which_tables_are_meant(fill: Fill, connection: Connection) -> None:
    schema = (
        TABLES
        + """
        create table tags (id serial primary key, taggable_type text not null, taggable_id bigint not null);
        comment on column tags.taggable_type is 'The class of what is tagged: Post, or Blog::Video.';
        create table comments (id serial primary key, commentable_type text, commentable_id bigint);
        insert into comments (commentable_type, commentable_id) values ('App\\Models\\Video', 1);
        """
        + NAMED
    )

    fill(schema, 60)

    tagged = "select taggable_type from tags group by 1 order by 1"
    assert connection.execute(tagged).fetchall() == [("Blog::Video",), ("Post",)]
    assert counted(connection) == [("App\\Models\\Video", True), (None, False)]
    assert connection.execute("select count(*) from named where type is null and id is not null").fetchone() == (0,)


def test_content_types_say_which_tables_are_meant(fill: Fill, connection: Connection) -> None:
    schema = """
        create table blog_post (id bigserial primary key, title text);
        create table django_content_type (id serial primary key, app_label text not null, model text not null);
        insert into django_content_type (app_label, model) values ('auth', 'permission'), ('blog', 'post');
        create table notes (
            id serial primary key, content_type_id integer not null references django_content_type, object_id bigint
        );
        delete from django_content_type where model = 'permission';
    """
    connection.execute(schema.encode())

    filled(connection, {"blog_post": 7, "notes": 40})

    assert connection.execute("select max(object_id), count(object_id) from notes").fetchone() == (7, 40)


def test_a_pair_that_is_a_key_is_counted_through(fill: Fill, connection: Connection) -> None:
    schema = (
        TABLES
        + """
        create table slugs (
            id serial primary key, sluggable_type text not null check (sluggable_type in ('Post', 'Video')),
            sluggable_id bigint not null, unique (sluggable_type, sluggable_id)
        );
    """
    )

    connection.execute(schema.encode())
    first = filled(connection, {"users": 5, "posts": 5, "videos": 5, "slugs": 6})
    second = filled(connection, {"slugs": 6})

    assert (rows(first)["slugs"], rows(second)["slugs"]) == (6, 4)
    assert second.tables[0].full


def test_of_what_is_not_known_a_plausible_value_is_given_and_why(fill: Fill, connection: Connection) -> None:
    connection.execute(b"create table notes (id serial primary key, notable_type text, notable_id bigint)")

    found = explained(connection)

    assert found["notable_id"].generator == "!maybe [85%, !between [1, 1000]]"
    assert found["notable_id"].why == "type, as no table with rows is known that its type could name"


def test_a_table_is_explained_alone_with_those_that_its_rows_may_name(connection: Connection) -> None:
    connection.execute(COMMENTS.encode())

    explanation = explain(connection, GenerationRequest(asked=(AskedRows("comments"),), now=NOW))

    (table,) = explanation.tables
    assert [column.generator for column in table.columns][1:] == [
        '!choice ["User", "Post", "Video"]',
        "!choice {ref: commentable_type}",
    ]


def explained(connection: Connection) -> dict[str, ExplainedColumn]:
    explanation = explain(connection, GenerationRequest(now=NOW))
    return {column.name: column for table in explanation.tables for column in table.columns}


def said(folder: Path, text: str) -> WhatIsSaid:
    path = folder / "generate.yml"
    path.write_text(text, encoding="utf-8")
    return WhatIsSaid(refinements=read_refinements(path))


COMMENTS = TABLES + (
    "create table comments (id serial primary key, commentable_type text not null, commentable_id bigint);" + NAMED
)


def test_people_say_which_tables_are_meant(connection: Connection, tmp_path: Path) -> None:
    connection.execute(COMMENTS.encode())
    what = said(
        tmp_path,
        "comments:\n  commentable_type: !choice {Post: 3, Video: 1}\n"
        "  commentable_id: !maybe [50%, !choice {ref: commentable_type}]\n",
    )

    generate(connection, GenerationRequest(asked=(AskedRows("*", 200),), now=NOW, said=what))

    assert counted(connection) == [("Post", False), ("Video", False)]  # half of them have no key
    assert connection.execute("select bool_and(found), count(*) between 70 and 130 from named where id is not null").fetchone() == (True, True)  # fmt: skip  # noqa: E501
    assert connection.execute("select count(*) > 120 from named where type = 'Post'").fetchone() == (True,)


def test_a_column_that_names_no_table_is_refused_at_its_line(connection: Connection, tmp_path: Path) -> None:
    connection.execute(COMMENTS.encode())
    what = said(tmp_path, "comments:\n  commentable_id: !choice {ref: id}\n")

    with pytest.raises(FixtureError, match=r'"id" says of no column "commentable_id" which table') as caught:
        generate(connection, GenerationRequest(asked=(AskedRows("*", 20),), now=NOW, said=what))

    assert caught.value.origin is not None
    assert caught.value.origin.line == 2


def test_what_is_written_down_gives_the_same_pairs(
    connection: Connection, second: psycopg.Connection, tmp_path: Path
) -> None:
    for each in (connection, second):
        each.execute(COMMENTS.encode())
    text = scaffolded(connection, GenerationRequest(now=NOW))
    what = said(tmp_path, text)

    for each, request in ((connection, GenerationRequest()), (second, GenerationRequest(said=what))):
        generate(each, GenerationRequest(asked=(AskedRows("*", 60),), now=NOW, said=request.said))

    assert "  commentable_id: !choice {ref: commentable_type}  # the table that its type names" in text
    query = "select * from comments order by id"
    assert connection.execute(query).fetchall() == second.execute(query).fetchall()


def test_tables_that_nothing_refers_to_take_no_place_of_those_that_are_guessed(
    connection: Connection, second: Connection
) -> None:
    pair = "create table events (id bigserial primary key, record_type text not null, record_id bigint not null);"
    references = ", ".join(f"{name}_id int references {name}s" for name in ("user", "post", "video"))
    children = f"create table links ({references});"
    further = "".join(f"create table more_{place} (id serial primary key, title text);" for place in range(9))
    connection.execute(f"{TABLES} {pair} {children}".encode())
    second.execute(f"{TABLES} {pair} {children} {further}".encode())

    for each in (connection, second):
        filled(each, {"*": 30})

    found = "select record_type, record_id from events order by id"
    assert connection.execute(found).fetchall() == second.execute(found).fetchall()
