"""The databases of settings.DATABASES, opened by Django, or refused with what to change there."""

from __future__ import annotations

from typing import Any

from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from seedkit.core.names import listed_or
from seedkit.errors import ConfigurationError, ConnectionFailedError, SeedkitError
from seedkit.postgres.connection_hints import IS_IT_RUNNING, connection_hint


def opened(alias: str) -> Any:  # noqa: ANN401 - Django is untyped
    """Give Django's connection of an alias, opened; raises SeedkitError where it leads to no PostgreSQL."""
    connection = connections[alias]
    if connection.vendor != "postgresql":
        raise _no_postgres(connection, alias)
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise ConnectionFailedError(
            f'could not connect to database "{alias}": {_first_line(error)}',
            hint=_hint(str(error), alias),
        ) from error
    return connection


def _hint(reason: str, alias: str) -> str:
    hint = connection_hint(reason, {}, f'DATABASES["{alias}"]')
    is_down = hint.startswith(IS_IT_RUNNING)
    return f'Start the server, or correct DATABASES["{alias}"] in the settings.' if is_down else hint


def _no_postgres(connection: Any, alias: str) -> SeedkitError:  # noqa: ANN401
    if connection.vendor == "unknown":
        return ConfigurationError(
            f'DATABASES["{alias}"] names no engine',
            hint='Write {"ENGINE": "django.db.backends.postgresql", "NAME": …} into the settings.',
        )
    others = [name for name in connections if connections[name].vendor == "postgresql"]
    found = f" or name another by --database: {listed_or(others)}." if others else "."
    return ConfigurationError(
        f'database "{alias}" is {connection.display_name} ({connection.settings_dict["ENGINE"]}), not PostgreSQL',
        hint=f'Have DATABASES["{alias}"] use "django.db.backends.postgresql"{"," if others else ""}{found}',
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def migrations_to_apply(connection: Any) -> list[str]:  # noqa: ANN401
    """Name the migrations of the project that a database does not have yet."""
    executor = MigrationExecutor(connection)
    targets = executor.loader.graph.leaf_nodes()
    return [f"{migration.app_label}.{migration.name}" for migration, _ in executor.migration_plan(targets)]
