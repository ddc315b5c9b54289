"""Fixtures of Django: `seedkit import django` makes ours of them, and a seed that meets one says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed

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
        "ignored: fixtures are .yml and .yaml files",
    ]
