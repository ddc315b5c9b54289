"""Looks at rows that may raise: a policy's expression, a partition that is elsewhere. Nothing here commits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import psycopg

from seedkit.postgres.connection import Connection

_ENDED = (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled)
_Seen = TypeVar("_Seen")


def looked_at(connection: Connection, look: Callable[[], _Seen], otherwise: Callable[[], _Seen]) -> _Seen:
    """Give what a look at rows shows, in a savepoint; where it raises, something else: the table says so when filled.

    Raises psycopg.Error where it was ended from outside, or the connection was lost.
    """
    try:
        with connection.transaction():
            return look()
    except _ENDED:
        raise
    except psycopg.Error:
        if connection.closed:
            raise
    return otherwise()
