"""What is done where the server refuses to be asked about a mistake."""

from __future__ import annotations

import logging

from seedkit.postgres.connection import Connection

_log = logging.getLogger("seedkit")


def give_up(connection: Connection, refused: Exception) -> None:
    """Let the error itself stand, and what else is wrong untold; raises psycopg.Error where the connection is lost."""
    if connection.closed:
        raise refused
    _log.debug("could not look for further mistakes: %s", type(refused).__name__)  # its text may quote a secret
