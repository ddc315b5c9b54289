"""Opens the database that a command was given; its passwords are kept out of errors and tracebacks from then on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seedkit.cli.streams import hide, hide_configured
from seedkit.core.time_spans import seconds
from seedkit.progress import current

if TYPE_CHECKING:
    from seedkit.config import Settings
    from seedkit.postgres.busy import ServerWatch
    from seedkit.postgres.connection import Connection


@contextmanager
def opened(
    settings: Settings, *, read_only: bool = False, statement_timeout: str | None = None, wait: str | None = None
) -> Iterator[Connection]:
    """Open the configured database; raises ConfigurationError where none is. `wait`: how long it may take to come."""
    from seedkit.config import required_database
    from seedkit.postgres.opening import passwords_of
    from seedkit.runner.database import opened, wait_for

    hide_configured(settings)
    database = required_database(settings)
    if wait is not None:
        wait_for(database, seconds(wait))
    with opened(database, read_only=read_only, statement_timeout=statement_timeout) as connection:
        info = connection.info
        hide(passwords_of(connection.pgconn), names=[info.user, info.dbname, info.host])
        progress = current()
        progress.asks = _Watch(connection)
        try:
            yield connection
        finally:
            progress.asks = None


@contextmanager
def opened_at(
    url: str | None, *, read_only: bool = False, statement_timeout: str | None = None, wait: str | None = None
) -> Iterator[Connection]:
    """Open the database that was typed, else the configured one."""
    from seedkit.config import load_settings

    settings = load_settings(url=url)
    with opened(settings, read_only=read_only, statement_timeout=statement_timeout, wait=wait) as connection:
        yield connection


class _Watch:
    """Asks what the server is busy with; what does that is imported when it is asked, which few runs come to."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._watch: ServerWatch | None = None

    def __call__(self) -> str | None:
        if self._watch is None:
            from seedkit.postgres.busy import ServerWatch

            self._watch = ServerWatch(self._connection)
        return self._watch()

    def close(self) -> None:
        if self._watch is not None:
            self._watch.close()
