"""What a shell may complete: names of the configured database, and of the project's files. Silent where it can't know.

It asks the catalog one question, runs no seeder and starts no server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import typer

from seedkit.errors import SeedkitError

if TYPE_CHECKING:
    from seedkit.config import Settings
    from seedkit.postgres.connection import Connection

_SEEDER = r"(?ms)^@seeder\b.*?^(?:async )?def (\w+)"
_WORD = r"[\w.$]+"
"""What needs no quotes in a shell. Not compiled here: every command imports this."""


def tables(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a table."""
    return _fitting(context, incomplete, lambda settings: _relations(settings, "rp"))


def sequences(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a sequence."""
    return _fitting(context, incomplete, lambda settings: _relations(settings, "S"))


def columns(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a column of the table that was typed before."""
    return _fitting(context, incomplete, lambda settings: _columns(settings, context.params.get("table") or ""))


def seeds(context: typer.Context, incomplete: str) -> list[str]:
    """Complete what can be seeded: the names of fixtures and seeders; reads files alone, and runs none."""
    return _fitting(context, incomplete, _seeds)


def _fitting(context: typer.Context, incomplete: str, names: Callable[[Settings], Sequence[str]]) -> list[str]:
    from seedkit.config import load_settings

    with suppress(SeedkitError, OSError):  # a shell's line is no place for an error: the command will tell it
        settings = load_settings(url=context.params.get("url"))
        return [name for name in names(settings) if name.startswith(incomplete) and re.fullmatch(_WORD, name)]
    return []


def _seeds(settings: Settings) -> list[str]:
    from seedkit.files.paths import FIXTURE_SUFFIXES, files_below, unpacked_name

    fixtures, seeders = settings.fixtures, settings.seeders
    files = files_below(fixtures, FIXTURE_SUFFIXES) if fixtures.is_dir() else ()
    found = {unpacked_name(path).stem for path in files}
    for module in files_below(seeders, frozenset({".py"})) if seeders.is_dir() else ():
        found.update(re.findall(_SEEDER, module.read_text("utf-8", errors="replace")))
    return sorted(found)


def _relations(settings: Settings, kinds: str) -> list[str]:
    from seedkit.postgres.catalog.tables import read_catalog

    with _opened(settings) as connection:
        relations = read_catalog(connection).relations if connection else ()
    return sorted(relation.typed for relation in relations if relation.kind in kinds)


def _columns(settings: Settings, table: str) -> list[str]:
    from seedkit.postgres.catalog.tables import read_catalog, read_tables

    with _opened(settings) as connection:
        if connection is None:
            return []
        oid = read_catalog(connection).table(table).oid
        return [column.name for column in read_tables(connection, [oid])[oid].columns]


@contextmanager
def _opened(settings: Settings) -> Iterator[Connection | None]:
    """Open the database; None where there is none, or an embedded one that does not run."""
    from seedkit.runner.database import is_stopped, opened

    if settings.database is None or is_stopped(settings.database):
        yield None
        return
    with opened(settings.database, read_only=True) as connection:
        yield connection
