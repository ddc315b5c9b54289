"""What `seedkit import django` makes of Django's own dumps gives the rows that `loaddata` gives."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from seedkit import seed
from seedkit.core.importing.given_names import GivenNames
from seedkit.runner.import_django import DjangoImport, import_django
from tests.conftest import Run
from tests.integrations.django_blog.loaded import KINDS, database_name

pytest.importorskip("django")

Write = Callable[[dict[str, str]], Path]
GIVEN = GivenNames(
    tables={"django_blog.odd": '"Odd Ones"', "django_blog.odd.helpers": "helping"},
    columns={"django_blog.odd.number": "nr"},
)
BY_HAND = """\
- model: django_blog.Author
  pk: 7
  fields: {first_name: Grace, last_name: Hopper, friends: [[Ole, Nordmann]]}
- model: django_blog.author
  fields: {first_name: Ole, last_name: Nordmann, born: 1815-12-10, friends: [[Grace, Hopper]]}
- model: django_blog.tag
  fields: {name: first}
- model: django_blog.odd
  pk: 1_000
  fields: &odd {number: 0x10, order: 010, helpers: [7, [Ole, Nordmann]]}
- model: django_blog.odd
  pk: 2
  fields: {<<: *odd, number: 5}
- model: django_blog.category
  pk: b
  fields: {title: NO, parent: a}
- model: django_blog.category
  pk: a
  fields: {title: 1.10}
- model: auth.group
  pk: 3
  fields:
    name: helpers
    permissions: [[add_author, django_blog, author], [view_tag, django_blog, tag]]
- model: django_blog.comment
  pk: 1
  fields: {content_type: [auth, group], object_id: 3, text: null and void}
- model: django_blog.place
  pk: 5
  fields: {name: There}
- model: django_blog.restaurant
  pk: 5
  fields: {serves_pizza: no}
"""


@pytest.fixture(scope="module")
def loaded(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with dumps; each has been loaded into a database of its own."""
    folder = tmp_path_factory.mktemp("dumps")
    (folder / "by-hand.yaml").write_text(BY_HAND)
    program = Path(__file__).parent / "django_blog" / "loaded.py"
    subprocess.run([sys.executable, str(program), str(folder), server, "django"], check=True, timeout=100)
    yield folder
    with psycopg.connect(server, autocommit=True) as maintenance:
        for name in ("empty", "full", *KINDS):
            maintenance.execute(f"drop database {database_name('django', name)} with (force)".encode())


@pytest.mark.parametrize("kind", KINDS)
def test_the_rows_are_those_of_loaddata(kind: str, loaded: Path, server: str, project: Write, seedkit: Run) -> None:
    folder = project({})
    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute("create database imported template django_empty")
    try:
        with psycopg.connect(make_conninfo(server, dbname="imported"), autocommit=True) as connection:
            paths = (loaded / kind,)
            if kind != "by-hand.yaml":
                import_django(connection, DjangoImport(paths=paths, given=GIVEN, folder=folder / "fixtures"))
            else:
                seedkit(
                    *("import", "django", str(loaded / kind), "--settings", "django_blog.settings"),
                    DATABASE_URL=make_conninfo(server, dbname="imported"),
                    PYTHONPATH=str(Path(__file__).parent),
                ).check_returncode()

            seed(connection=connection)
            second = seed(connection=connection)

            assert not any(table.inserted or table.updated for table in second.tables)
            imported = rows_of(connection)
        with psycopg.connect(make_conninfo(server, dbname=database_name("django", kind))) as connection:
            assert imported == rows_of(connection)
    finally:
        with psycopg.connect(server, autocommit=True) as maintenance:
            maintenance.execute("drop database imported with (force)")


def rows_of(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """All rows of all tables; those of a table that only joins two others without their ids, which nobody chooses."""
    tables = connection.execute(
        "select relname, array_agg(quote_ident(attname) order by attnum), "
        "(select count(*) from pg_constraint where conrelid = pg_class.oid and contype = 'f') = 2 and count(*) = 3 "
        "from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 "
        "where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'django_migrations' "
        "group by pg_class.oid, relname"
    ).fetchall()
    found = {}
    for table, columns, joins in tables:
        chosen = [column for column in columns if not (joins and column == "id")]
        rows = connection.execute(f'select row({", ".join(chosen)})::text from "{table}" order by 1'.encode())
        found[table] = [row for (row,) in rows.fetchall()]
    return found
