"""The connection that a function of the public API works on, where none is lent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from seedkit.config import Settings, load_settings, required_database
from seedkit.context.run import running_seed
from seedkit.errors import UsageError
from seedkit.postgres.borrowing import borrowed
from seedkit.postgres.connection import Connection
from seedkit.runner.database import opened


@contextmanager
def usable_connection(settings: Settings | None = None) -> Iterator[Connection]:
    """Give the running seeder's connection, or one of our own to the configured database."""
    if (run := running_seed()) is not None:
        run.sessions.flush()
        with borrowed(run.connection) as connection:
            yield connection
    else:
        with opened(required_database(settings or load_settings())) as connection:
            yield connection


def settings_for(
    connection: object,
    *,
    url: str | None,
    environment: str | None,
    directory: str | Path | None,
    require_migrated: bool = False,
) -> Settings:
    """Read the settings of a call's project; raises UsageError for arguments that can't be meant."""
    _refuse_two_databases(connection, url)
    refuse_other_than(str, url=url, environment=environment)
    refuse_other_than((str, Path), directory=directory)
    return load_settings(
        url=url, named="url", environment=environment, directory=directory, require_migrated=require_migrated
    )


def _refuse_two_databases(connection: object, url: str | None) -> None:
    """Raise UsageError where a call names a database beside the connection that it works on."""
    if not url or (connection is None and running_seed() is None):
        return
    if connection is None:
        raise UsageError(
            "the connection of the run and url each name a database, and a seeder's call works on the run's",
            hint="Leave out url.",
        )
    raise UsageError(
        "connection and url each name a database, and one call works on one of them",
        hint="Leave out url to work on the connection, or connection to have one opened.",
    )


def refuse_other_than(kind: type | tuple[type, ...], **arguments: object) -> None:
    """Raise UsageError for an argument of another kind, where it is given."""
    for name, value in arguments.items():
        if value is not None and not isinstance(value, kind):
            kinds = kind if isinstance(kind, tuple) else (kind,)
            wanted = " or ".join(_SAID.get(each, each.__name__) for each in kinds)
            raise UsageError(f"{name} must be {wanted}, not {value!r}")


_SAID: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    Path: "a path",
    date: "a day (datetime.date)",
    datetime: "a moment (datetime.datetime)",
    Mapping: "a mapping",
}
