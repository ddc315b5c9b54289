"""What is done where the server refuses to be asked about a mistake."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

import psycopg

from seedkit.errors import CatalogError, FixtureError
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.mistakes.mistake import SHOWN

_log = logging.getLogger("seedkit")
_Found = TypeVar("_Found")


def asked(connection: Connection, find: Callable[[], Iterable[_Found]]) -> list[_Found]:
    """Find mistakes in a savepoint that is rolled back, one more than are shown.

    None where the server refuses: the rows are wrong otherwise, or we may create no tables.
    """
    try:
        with connection.transaction(force_rollback=True):
            return list(islice(find(), SHOWN + 1))
    except (psycopg.Error, FixtureError, CatalogError) as refused:
        give_up(connection, refused)
        return []


def give_up(connection: Connection, refused: Exception) -> None:
    """Let the error itself stand, and what else is wrong untold; raises psycopg.Error where the connection is lost."""
    if connection.closed:
        raise refused
    _log.debug("could not look for further mistakes: %s", type(refused).__name__)  # its text may quote a secret
