"""Opens the database that a command was given; its passwords are kept out of errors and tracebacks from then on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from seedkit.cli.streams import hide_passwords

if TYPE_CHECKING:
    from seedkit.config import Settings
    from seedkit.postgres.connection import Connection


def opened(settings: Settings, *, read_only: bool = False) -> AbstractContextManager[Connection]:
    """Open the configured database; raises ConfigurationError where none is."""
    from seedkit.config import required_database
    from seedkit.runner.database import opened

    hide_passwords(settings)
    return opened(required_database(settings), read_only=read_only)


def opened_at(url: str | None, *, read_only: bool = False) -> AbstractContextManager[Connection]:
    """Open the database that was typed, else the configured one."""
    from seedkit.config import load_settings

    return opened(load_settings(url=url), read_only=read_only)
