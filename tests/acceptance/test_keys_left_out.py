"""Rows that leave out a column of their key: it is known where its default is a constant, or made from their label."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from seedkit.core.reports.runs import SeedReport
from seedkit.reports.text import seed_text

Connection = psycopg.Connection[Any]
Load = Callable[[str, dict[str, str]], tuple[SeedReport, SeedReport]]


@pytest.fixture
def load_twice(project: Callable[[dict[str, str]], Path], connection: Connection) -> Load:
    """Create tables, write a project's files, and seed twice."""

    def run(schema: str, files: dict[str, str]) -> tuple[SeedReport, SeedReport]:
        connection.execute(schema.encode())
        project(files)
        return seed(connection=connection), seed(connection=connection)

    return run


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode()).fetchall()


TENANTS = """
    create type plan as enum ('free', 'it''s');
    create table pages (tenant {}, slug text not null, title text, primary key (tenant, slug));
    """
CONSTANTS = {
    "text": ("text default 'ma''in'", "ma'in"),
    "text of a length": ("varchar(10) default 'main'", "main"),
    "a padded text": ("char(6) default 'main'", "main  "),
    "a number": ("integer default -7", "-7"),
    "a small number": ("smallint default 7", "7"),
    "a fraction": ("numeric(5, 2) default 1.5", "1.50"),
    "a boolean": ("boolean default true", "true"),
    "an enum": ("plan default 'it''s'", "it's"),
    "a date": ("date default '2026-01-02'", "2026-01-02"),
}


@pytest.mark.parametrize("name", CONSTANTS)
@pytest.mark.parametrize(
    "fixture",
    [
        "- {slug: a, title: A}\n- {slug: b, title: B}\n",
        "- slug: a\n  title: A\n- slug: b\n  title: B\n",
        "a: {slug: a, title: A}\nb: {slug: b, title: B}\n",
    ],
    ids=["in braces", "in lines", "labelled"],
)
def test_a_key_column_that_rows_leave_to_a_constant_default_is_known(
    name: str, fixture: str, load_twice: Load, connection: Connection
) -> None:
    column, value = CONSTANTS[name]

    first, second = load_twice(TENANTS.format(column), {"fixtures/pages.yml": fixture})

    assert (first.tables[0].inserted, second.tables[0].unchanged) == (2, 2)
    assert rows(
        connection, f"select distinct {'rpad(tenant, 6)' if 'char(6)' in column else 'tenant::text'} from pages"
    ) == [(value,)]


PAGES = "id serial primary key, tenant text default 'main', slug text, title text"


@pytest.mark.parametrize(
    ("columns", "options"),
    [
        ("tenant text default 'main', slug text, title text, unique (tenant, slug)", "{}"),
        (f"{PAGES}, unique (tenant, slug)", "{}"),
        (PAGES, "{key: [tenant, slug]}"),
        ("tenant text default 'main' primary key, slug text unique, title text", "{key: [slug]}"),
    ],
)
def test_what_is_left_out_of_another_key_is_known_too(columns: str, options: str, load_twice: Load) -> None:
    files = {"fixtures/pages.yml": f"_fixture: {options}\n- {{slug: a, title: A}}\n"}

    _, second = load_twice(f"create table pages ({columns})", files)

    assert second.tables[0].unchanged == 1


def test_the_one_row_of_a_table_may_be_all_default_in_its_key(load_twice: Load, connection: Connection) -> None:
    schema = "create table settings (id boolean primary key default true check (id), theme text)"

    load_twice(schema, {"fixtures/settings.yml": "- {theme: light}"})
    _, second = load_twice("", {"fixtures/settings.yml": "- {theme: dark}"})

    assert rows(connection, "select id, theme from settings") == [(True, "dark")]
    assert second.tables[0].unchanged == 1


def test_a_row_with_a_constant_in_its_key_is_updated_and_referred_to(load_twice: Load, connection: Connection) -> None:
    schema = f"""
        create table pages ({PAGES}, unique (tenant, slug));
        insert into pages (id, slug, title) values (90, 'a', 'old');
        create table links (id integer primary key, page_id integer references pages)
        """
    files = {"fixtures/pages.yml": "a: {slug: a, title: new}", "fixtures/links.yml": "- {id: 1, page: a}"}

    first, _ = load_twice(schema, files)

    assert [table.updated for table in first.tables] == [1, 0]
    assert rows(connection, "select page_id, title from links join pages on pages.id = page_id") == [(90, "new")]


def test_a_seeder_may_leave_out_a_constant_of_the_key(load_twice: Load) -> None:
    seeder = "def seed(db):\n    db.insert('pages', [{'title': 'A', 'slug': 'a'}, {'slug': 'b', 'tenant': 'x'}])\n"

    first, second = load_twice(TENANTS.format("text default 'main'"), {"seeders/pages.py": seeder})

    assert sum(table.inserted for table in first.tables) == sum(table.unchanged for table in second.tables) == 2


def test_two_rows_with_the_same_key_by_a_default_are_told_with_their_places(load_twice: Load) -> None:
    fixture = "- {slug: a}\n- {tenant: main, slug: a}\n"

    with pytest.raises(SeedkitError) as caught:
        load_twice(TENANTS.format("text default 'main'"), {"fixtures/pages.yml": fixture})

    assert str(caught.value.origin) in ("fixtures/pages.yml:2", "fixtures/pages.yml:1")
    assert "fixtures/pages.yml" in str(caught.value.detail)
    assert "could not recognise" not in str(caught.value)


@pytest.mark.parametrize("default", ["current_user", "'a' || 'b'", "now()::text", "E'a\\\\b'"])
def test_a_default_that_is_no_constant_identifies_no_row(default: str, load_twice: Load) -> None:
    with pytest.raises(SeedkitError, match="a second run could not recognise its rows"):
        load_twice(TENANTS.format(f"text default {default}"), {"fixtures/pages.yml": "- {slug: a}"})


def test_labelled_rows_with_a_serial_key_only_are_offered_ways_to_recognise_them(load_twice: Load) -> None:
    users = {"fixtures/users.yml": "ada: {name: Ada}"}

    with pytest.raises(SeedkitError) as caught:
        load_twice("create table users (id serial primary key, name text)", users)

    assert caught.value.hint == (
        "Write _fixture: {key: [name]}, with the columns that tell the rows apart; _fixture: {ids: from-labels}, for"
        ' ids that are made from the labels; or "id" in every row.'
    )


RAILS = """
    create table users (id bigserial primary key, login varchar not null, admin boolean default false,
        created_at timestamp not null, updated_at timestamp not null);
    create table roles (id serial primary key, name varchar not null);
    create table roles_users (role_id integer not null references roles, user_id bigint not null references users);
    create table posts (id serial primary key, "authorId" bigint, title varchar, reviewer_id bigint references users,
        created_on date not null);
    create table taggings (id uuid primary key default gen_random_uuid(), taggable_id bigint, taggable_type varchar,
        tag_code varchar, created_at timestamp not null);
    create table tags (code varchar primary key, name varchar);
    """
RAILS_FILES = {
    "fixtures/users.yml": """
        _fixture:
          model_class: User
          ignore: base
        DEFAULTS: &DEFAULTS
          login: $LABEL
        base: &base
          admin: true
        ruby:
          <<: *DEFAULTS
          roles: admin, writer
        sapphire_2:
          <<: [*DEFAULTS, *base]
        """,
    "fixtures/roles.yml": "admin:\n  name: Admin\nwriter:\n  name: Writer\n",
    "fixtures/posts.yml": "first:\n  title: First\n  reviewer: sapphire_2\n",
    "fixtures/tags.yml": "news:\n  name: $LABEL\n",
    "fixtures/taggings.yml": "one:\n  taggable: first (Post)\ntwo:\n  taggable: ruby (User)\n  tag_code: x\n",
}


def rails_id(label: str) -> int:
    return zlib.crc32(label.encode()) % (2**30 - 1)


def test_the_fixtures_of_a_rails_project_load_unchanged_and_twice_with_the_ids_of_rails(
    load_twice: Load, connection: Connection
) -> None:
    setting = {"pyproject.toml": '[tool.seedkit]\nids = "from-labels"\n'}

    first, second = load_twice(RAILS, {**RAILS_FILES, **setting})

    assert sum(table.inserted for table in first.tables) == sum(table.unchanged for table in second.tables) == 10
    assert rows(connection, "select id, login, admin from users order by login") == [
        (207281424, "ruby", False),
        (1066363776, "sapphire_2", True),
    ]
    assert rows(connection, "select id, reviewer_id from posts") == [(rails_id("first"), 1066363776)]
    assert rows(connection, "select code from tags") == [(str(rails_id("news")),)]
    assert rows(connection, "select id, taggable_id, taggable_type from taggings order by taggable_type") == [
        (uuid.uuid5(uuid.NAMESPACE_OID, "one"), rails_id("first"), "Post"),
        (uuid.uuid5(uuid.NAMESPACE_OID, "two"), 207281424, "User"),
    ]
    assert first.right
    assert rows(
        connection, "insert into users (login, created_at, updated_at) values ('x', now(), now()) returning id"
    ) == [(1066363777,)]


USERS = "create table users (id {} primary key, name text unique)"
FROM_LABELS = "_fixture: {ids: from-labels}\n"


@pytest.mark.parametrize(
    "key", ["integer generated always as identity", "bigserial", "numeric", "integer default 1", "text"]
)
def test_a_file_may_ask_for_ids_from_its_labels(key: str, load_twice: Load, connection: Connection) -> None:
    files = {"fixtures/users.yml": FROM_LABELS + "ruby: {name: Ruby}\nopal: {id: 7, name: Opal}\n"}

    first, second = load_twice(USERS.format(key), files)

    assert (first.tables[0].inserted, second.tables[0].unchanged) == (2, 2)
    assert rows(connection, "select id::text from users order by name") == [("7",), ("207281424",)]


def test_a_row_that_its_key_recognises_keeps_its_id(load_twice: Load, connection: Connection) -> None:
    schema = USERS.format("serial") + "; insert into users (id, name) values (5, 'Ruby');"
    schema += "create table posts (id integer primary key, user_id integer references users)"
    options = "_fixture: {ids: from-labels, key: [name]}\n"
    files = {"fixtures/users.yml": options + "ruby: {name: Ruby}\nsapphire_2: {name: Sapphire}\n"}

    load_twice(schema, {**files, "fixtures/posts.yml": "- {id: 1, user: ruby}\n- {id: 2, user: sapphire_2}"})

    assert rows(connection, "select id from users order by id") == [(5,), (1066363776,)]
    assert rows(connection, "select user_id from posts order by id") == [(5,), (1066363776,)]


def test_a_file_may_leave_the_ids_to_the_database_where_the_project_does_not(
    load_twice: Load, connection: Connection
) -> None:
    files = {
        "pyproject.toml": '[tool.seedkit]\nids = "from-labels"\n',
        "fixtures/users.yml": "_fixture: {ids: from-database}\nruby: {name: Ruby}\n",
    }

    load_twice(USERS.format("serial"), files)

    assert rows(connection, "select id from users") == [(1,)]


def test_the_report_tells_how_many_ids_are_left(load_twice: Load, connection: Connection) -> None:
    first, _ = load_twice(USERS.format("serial"), {"fixtures/users.yml": FROM_LABELS + "sapphire_2: {name: Ruby}\n"})

    assert (
        "note: users.id has used 49.6 % of integer, 1,081,119,871 values are left: its ids are made from labels\n"
        in seed_text(first)
    )


@pytest.mark.parametrize("key", ["smallint", "smallserial", "date", "double precision"])
def test_a_column_that_can_not_hold_ids_from_labels_is_refused(key: str, load_twice: Load) -> None:
    with pytest.raises(SeedkitError, match='ids from labels go up to 1,073,741,822, and "id"') as caught:
        load_twice(USERS.format(key), {"fixtures/users.yml": FROM_LABELS + "ruby: {name: Ruby}\n"})

    assert str(caught.value.origin) == "fixtures/users.yml:2"


@pytest.mark.parametrize("files", [["users.yml", "users.yml"], ["a/users.yml", "b/users.yml"]])
def test_two_labels_that_make_one_id_are_told_with_both_places(files: list[str], load_twice: Load) -> None:
    one, other = "{0}: {{name: {0}}}\n".format("plumless"), "{0}: {{name: {0}}}\n".format("buckeroo")
    texts: dict[str, str] = {}
    for file, text in zip(files, (one, other), strict=True):
        texts[f"fixtures/{file}"] = texts.get(f"fixtures/{file}", FROM_LABELS) + text

    with pytest.raises(SeedkitError) as caught:
        load_twice(USERS.format("serial"), texts)

    assert 'the labels "plumless" and "buckeroo" of table "users" make the same id 232459302' in str(caught.value)
    assert "The first one is at fixtures/" in (caught.value.detail or "")


def test_two_labels_that_make_one_id_are_told_if_one_stands_in_the_fixture_of_a_partition(load_twice: Load) -> None:
    schema = (
        "create table users (id integer primary key, name text) partition by range (id);"
        "create table all_users partition of users default"
    )
    files = {
        "fixtures/users.yml": FROM_LABELS + "plumless: {name: a}\n",
        "fixtures/all_users.yml": FROM_LABELS + "buckeroo: {name: b}\n",
    }

    with pytest.raises(SeedkitError, match='the labels "buckeroo" and "plumless"'):
        load_twice(schema, files)


def test_a_setting_of_the_ids_that_is_none_is_told(load_twice: Load) -> None:
    with pytest.raises(SeedkitError, match="ids must be"):
        load_twice("", {"pyproject.toml": '[tool.seedkit]\nids = "labels"\n', "fixtures/users.yml": "a: {name: A}"})
