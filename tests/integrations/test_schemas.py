"""The schema of the tests' template: by Alembic, SQLAlchemy's metadata, Django, SQL files; with the real libraries."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from seedkit.config import load_settings
from seedkit.errors import UsageError
from seedkit.integrations.schemas import alembic_migrations, django_migrations, sql_files, sqlalchemy_metadata
from seedkit.integrations.testing.template import create, fill
from seedkit.postgres.clones.urls import database_url

Write = Callable[[dict[str, str]], Path]

ENV = """
    from alembic import context
    from sqlalchemy import create_engine, pool

    url = {url}
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
    """
FROM_CONFIG = 'context.config.get_main_option("sqlalchemy.url")'
ASYNCHRONOUS = """
    import asyncio

    from alembic import context
    from sqlalchemy import pool
    from sqlalchemy.ext.asyncio import async_engine_from_config

    def migrate(connection):
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()

    async def main():
        section = context.config.get_section(context.config.config_ini_section)
        engine = async_engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
        async with engine.connect() as connection:
            await connection.run_sync(migrate)

    asyncio.run(main())
    """
VERSION = """
    import sqlalchemy as sa
    from alembic import op

    revision, down_revision = "1", None

    def upgrade():
        op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))
    """


@pytest.fixture
def url(database: str) -> str:
    """The URL of an empty database."""
    return database_url(database, str(conninfo_to_dict(database)["dbname"]))


def alembic_project(project: Write, env: str) -> None:
    project(
        {
            "alembic.ini": "[alembic]\nscript_location = %(here)s/migrations\n",
            "migrations/env.py": env,
            "migrations/script.py.mako": "",
            "migrations/versions/one.py": VERSION,
        }
    )


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("select relname from pg_class where relkind = 'r' and relnamespace = 2200").fetchall()
    return {name for (name,) in rows}


@pytest.mark.parametrize("env", [ENV.format(url=FROM_CONFIG), ASYNCHRONOUS], ids=["sync", "async"])
def test_alembic_makes_the_tables(project: Write, url: str, env: str) -> None:
    pytest.importorskip("alembic")
    alembic_project(project, env)

    create(alembic_migrations(), url)

    assert tables(url) == {"users", "alembic_version"}


def test_an_env_py_that_takes_the_variable_is_given_the_template(
    project: Write, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("alembic")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@nowhere.invalid/work")
    taken = "__import__('os').environ['DATABASE_URL'].replace('postgresql:', 'postgresql+psycopg:')"
    alembic_project(project, ENV.format(url=taken))

    create(alembic_migrations(), url)

    assert tables(url) == {"users", "alembic_version"}


def test_an_env_py_that_goes_to_another_database_is_stopped_before_it_does(
    project: Write, url: str, server: str
) -> None:
    pytest.importorskip("alembic")
    alembic_project(project, ENV.format(url=repr(server.replace("postgresql:", "postgresql+psycopg:"))))

    with pytest.raises(UsageError, match=r'env\.py connects to database "postgres", not to the template'):
        create(alembic_migrations(), url)

    assert tables(server) == set()


@pytest.mark.parametrize("opened", ["by a creator", "before"])
def test_an_env_py_whose_engine_leads_to_another_database_by_itself_is_stopped(
    project: Write, url: str, server: str, monkeypatch: pytest.MonkeyPatch, opened: str
) -> None:
    pytest.importorskip("alembic")
    sa = pytest.importorskip("sqlalchemy")
    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(server))
    if opened == "before":
        engine = sa.create_engine(server.replace("postgresql:", "postgresql+psycopg:"))
        engine.connect().close()
    monkeypatch.setitem(sys.modules, "engine_of_the_application", engine)
    by_itself = ENV.replace("create_engine(url, poolclass=pool.NullPool)", "url")
    alembic_project(project, by_itself.format(url="__import__('sys').modules['engine_of_the_application']"))

    with pytest.raises(UsageError, match=r'env\.py connects to database "postgres", not to the template'):
        create(alembic_migrations(), url)

    assert tables(server) == set()
    engine.dispose()


def test_loggers_work_on_after_an_env_py_has_configured_its_own(project: Write, url: str) -> None:
    pytest.importorskip("alembic")
    logger = logging.getLogger("of.the.application")
    configure = "    import logging.config\n    logging.config.dictConfig({'version': 1})\n"
    alembic_project(project, "\n" + configure + ENV.format(url=FROM_CONFIG))

    create(alembic_migrations(), url)

    assert not logger.disabled


def test_a_new_migration_makes_another_template(project: Write) -> None:
    pytest.importorskip("alembic")
    alembic_project(project, ENV)
    schema = alembic_migrations()
    before = list(schema.content())

    project({"migrations/versions/two.py": VERSION})

    assert list(schema.content()) != before


def test_metadata_makes_the_tables_and_tells_itself_from_another(url: str) -> None:
    sa = pytest.importorskip("sqlalchemy")
    small, large = sa.MetaData(), sa.MetaData()
    for metadata, columns in ((small, ()), (large, (sa.Column("name", sa.Enum("a", "b", name="names")),))):
        sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)

    create(sqlalchemy_metadata(large), url)

    assert tables(url) == {"users"}
    contents = [list(sqlalchemy_metadata(each).content()) for each in (small, large, large)]
    assert contents[0] != contents[1] == contents[2]


def test_a_declarative_base_stands_for_its_metadata(url: str) -> None:
    orm = pytest.importorskip("sqlalchemy.orm")
    base = orm.declarative_base()
    type("User", (base,), {"__tablename__": "users", "id": pytest.importorskip("sqlalchemy").Column(
        pytest.importorskip("sqlalchemy").Integer, primary_key=True)})  # fmt: skip

    create(sqlalchemy_metadata(base), url)

    assert tables(url) == {"users"}


def test_sql_files_run_in_one_transaction(project: Write, url: str) -> None:
    folder = project({"one.sql": "create table one (id int);\n", "two.sql": "create table two (id int);\n"})

    create(sql_files("one.sql", folder / "two.sql"), url)

    assert tables(url) == {"one", "two"}


def test_djangos_migrations_make_the_tables(url: str) -> None:
    django = pytest.importorskip("django")
    from django.conf import settings

    if not settings.configured:
        nowhere = {"ENGINE": "django.db.backends.postgresql", "NAME": "nowhere", "HOST": "nowhere.invalid"}
        settings.configure(DATABASES={"default": nowhere}, INSTALLED_APPS=["django.contrib.contenttypes"])
        django.setup()
    schema = django_migrations()

    create(schema, url)

    assert {"django_migrations", "django_content_type"} <= tables(url)
    assert any(b"0001_initial.py" in part for part in schema.content())


def test_json_that_belongs_to_other_tests_leaves_a_template_without_rows(
    project: Write, database: str, connection: psycopg.Connection
) -> None:
    folder = project({"schema.sql": "create table users (id int)", "fixtures/answer.json": '{"a": 1}'})

    url = database_url(database, str(conninfo_to_dict(database)["dbname"]))
    fill(url, load_settings(directory=folder), sql_files("schema.sql"), None)

    assert connection.execute("select count(*) from users").fetchone() == (0,)
