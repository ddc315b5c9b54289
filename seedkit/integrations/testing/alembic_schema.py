"""Alembic's migrations, run in the database of a URL and in no other, whatever an env.py has in mind."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from seedkit.config import URL_VARIABLES
from seedkit.errors import UsageError
from seedkit.integrations.testing.database_url import DatabaseUrl
from seedkit.integrations.testing.schema import WHERE


def create_tables(configuration: Path, revision: str, url: str) -> None:
    """Upgrade an empty database; raises UsageError where the env.py connects to another one."""
    own = DatabaseUrl(url)
    config = _config(configuration)
    config.set_main_option("sqlalchemy.url", own.for_sqlalchemy().replace("%", "%%"))
    with _only_into(own.name), _named_in_the_environment(url), _loggers_as_they_were():
        command.upgrade(config, revision)


def migration_files(configuration: Path) -> Iterator[Path]:
    """List the files that migrations come from: the configuration, the env.py, and all versions."""
    yield configuration
    script = ScriptDirectory.from_config(_config(configuration))
    yield Path(script.dir) / "env.py"
    for folder in script.version_locations or [str(Path(script.dir) / "versions")]:
        yield from sorted(Path(folder).rglob("*.py"))


def _config(configuration: Path) -> Config:
    if not configuration.is_file():
        raise UsageError(
            f"there is no {configuration}", hint=f"Name the alembic.ini: alembic_migrations(PATH); {WHERE}"
        )
    return Config(str(configuration))


@contextmanager
def _only_into(name: str) -> Iterator[None]:
    """Refuse connections to other databases before they are made: an env.py may take its URL from elsewhere.

    An engine that has its own way to connect, or a connection already, is refused that as it takes it.
    """

    def refuse_others(_dialect: object, _record: object, cargs: Sequence[object], cparams: dict[str, Any]) -> None:
        named = cparams.get("dbname", cparams.get("database"))
        if named != name and not any(name in str(argument) for argument in cargs):
            raise _leads_elsewhere(named)

    def refuse_taken(connection: Any, *_: object) -> None:  # noqa: ANN401 - of any driver
        if (named := _database_of(connection)) != name:
            raise _leads_elsewhere(named)

    event.listen(Engine, "do_connect", refuse_others)
    event.listen(Pool, "checkout", refuse_taken)
    try:
        yield
    finally:
        event.remove(Pool, "checkout", refuse_taken)
        event.remove(Engine, "do_connect", refuse_others)


def _database_of(connection: Any) -> str:  # noqa: ANN401
    cursor = connection.cursor()
    cursor.execute("select pg_catalog.current_database()::text")
    [named] = cursor.fetchone()
    cursor.close()
    connection.rollback()
    return str(named)


def _leads_elsewhere(named: object) -> UsageError:
    return UsageError(
        f'alembic\'s env.py connects to database "{named}", not to the template',
        hint='Have it take the URL from its config: config.get_main_option("sqlalchemy.url").',
    )


@contextmanager
def _named_in_the_environment(url: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in URL_VARIABLES}
    os.environ.update(dict.fromkeys(URL_VARIABLES, url))
    try:
        yield
    finally:
        for name, text in before.items():
            os.environ.pop(name)
            if text is not None:
                os.environ[name] = text


@contextmanager
def _loggers_as_they_were() -> Iterator[None]:
    """Undo what an env.py's fileConfig does to the test run's own loggers: it switches them off."""
    root = logging.getLogger()
    loggers = [each for each in logging.Logger.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    before = [(each, each.disabled) for each in loggers]
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        for each, disabled in before:
            each.disabled = disabled
        root.handlers[:] = handlers
        root.setLevel(level)
