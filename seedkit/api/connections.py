"""The connection that a function of the public API works on, where none is lent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from seedkit.config import Settings, load_settings, required_database
from seedkit.context.run import running_seed
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
