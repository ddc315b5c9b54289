"""Django's migrations, run in the database of a URL."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from seedkit.integrations.testing.database_url import DatabaseUrl


def create_tables(alias: str, url: str) -> None:
    """Migrate an empty database, in the place of the one that an alias names."""
    with led_to(alias, url):
        call_command("migrate", database=alias, interactive=False, verbosity=0, run_syncdb=True)


@contextmanager
def led_to(alias: str, url: str) -> Iterator[Any]:
    """Have an alias lead to the database of a URL meanwhile; give Django's connection, so that models go there, too."""
    connection = connections[alias]
    before = dict(connection.settings_dict)
    lead_to(alias, url)
    try:
        yield connection
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


def lead_to(alias: str, url: str) -> None:
    """Have an alias lead to the database of a URL; options that the project has set for its own stay."""
    connection = connections[alias]
    place = DatabaseUrl(url).for_django()
    options = {**connection.settings_dict.get("OPTIONS", {}), **place.pop("OPTIONS")}
    connection.close()
    connection.settings_dict.update(place, OPTIONS=options)


def keep_rows(alias: str) -> None:
    """Keep the rows for tests that want them back after a test that has emptied the tables, as Django does."""
    connection: Any = connections[alias]
    if connection.settings_dict.get("TEST", {}).get("SERIALIZE") is not False:
        connection._test_serialized_contents = connection.creation.serialize_db_to_string()


def migration_files() -> Iterator[Path]:
    """List the files of all migrations, of Django's own too; of an app without any, that of its models."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    modules = [type(migration).__module__ for _, migration in sorted(loader.disk_migrations.items())]
    modules += [
        config.models_module.__name__
        for config in apps.get_app_configs()
        if config.models_module is not None and config.label in loader.unmigrated_apps
    ]
    yield from (Path(inspect.getfile(sys.modules[module])) for module in modules)
