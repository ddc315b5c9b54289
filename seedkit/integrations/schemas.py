"""How the tables of the tests' template are made: by SQL files, Alembic, SQLAlchemy's metadata or Django's migrations.

For the hook fixture `seedkit_schema` of the pytest plugin. Each makes the tables in an empty database, and tells itself
from another: as long as that stays, the template that was made is used again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seedkit.integrations.testing.schema import Schema, contents, located, sql_files

if TYPE_CHECKING:
    from sqlalchemy import MetaData

__all__ = [
    "Schema",
    "alembic_migrations",
    "django_migrations",
    "sql_files",
    "sqlalchemy_metadata",
    "use_in_django",
]


def alembic_migrations(configuration: str | Path = "alembic.ini", *, revision: str = "heads") -> Schema:
    """Make the tables by the migrations of an alembic.ini, whose env.py is to take the URL from its config.

    While they run DATABASE_URL is the template's as well. A connection to any other database is refused.
    """
    from seedkit.integrations.testing.alembic_schema import create_tables, migration_files

    path = located(configuration)

    def content() -> Iterator[bytes]:
        yield revision.encode()
        yield from contents(migration_files(path))

    return Schema(create=lambda url: create_tables(path, revision, url), content=content)


def sqlalchemy_metadata(*metadata: MetaData | Any) -> Schema:  # noqa: ANN401 - whatever has a metadata
    """Make the tables of some metadata, also of what has one: a declarative base, SQLModel."""
    from seedkit.integrations.testing.sqlalchemy_schema import create_tables, statements

    found = [getattr(each, "metadata", each) for each in metadata]
    return Schema(create=lambda url: create_tables(found, url), content=lambda: statements(found))


def django_migrations(database: str = "default", *, blocker: Any = None) -> Schema:  # noqa: ANN401 - pytest-django's
    """Make the tables by the migrations of a Django project that is set up, for an alias of its DATABASES.

    `blocker` is pytest-django's fixture `django_db_blocker`, which would keep them from the database. Models in seeders
    write into the template, too.
    """
    from seedkit.integrations.testing.django_schema import create_tables, led_to, migration_files

    def create(url: str) -> None:
        with _unblocked(blocker):
            create_tables(database, url)

    @contextmanager
    def connected(url: str) -> Iterator[object]:
        with _unblocked(blocker), led_to(database, url) as connection:
            yield connection

    return Schema(create=create, content=lambda: contents(migration_files()), connected=connected)


def use_in_django(url: str, database: str = "default", *, blocker: Any = None) -> None:  # noqa: ANN401 - pytest-django's
    """Have an alias of Django's DATABASES lead to the database of a URL from now on.

    With pytest-django's fixture `django_db_blocker` as the `blocker`, or without pytest-django, the rows are kept in
    memory for `serialized_rollback`, as Django keeps them, unless the project's `TEST` has `SERIALIZE: False`.
    """
    from seedkit.integrations.testing.django_schema import keep_rows, lead_to

    lead_to(database, url)
    with _unblocked(blocker), nullcontext() if blocker else suppress(RuntimeError):  # by which pytest-django blocks
        keep_rows(database)


def _unblocked(blocker: Any) -> AbstractContextManager[object]:  # noqa: ANN401 - pytest-django's
    return nullcontext() if blocker is None else blocker.unblock()
