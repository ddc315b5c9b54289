"""Looks before the first row whether the server's table of locks has room for a run of very many tables."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from psycopg.rows import dict_row

from seedkit.core.catalog import Table
from seedkit.errors import LoadError
from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import safe_path

if TYPE_CHECKING:
    from seedkit.core.planning.lock_room import LockRoom

FEW_TABLES = 1_000
"""So many have room on any server that is set up for more than a handful of sessions; nothing is asked for them."""

_log = logging.getLogger("seedkit")


def look_for_room(connection: Connection, tables: Sequence[Table]) -> None:
    """Warn where there may be too little room for the locks of planned tables; raises LoadError where there is."""
    if len(tables) <= FEW_TABLES:
        return
    from seedkit.core.planning.lock_room import LockRoom, Room  # few runs have so many

    with safe_path(connection):
        asked = connection.cursor(row_factory=dict_row).execute(
            query("lock_room"), {"tables": [table.oid for table in tables]}
        )
        found = LockRoom(tables=len(tables), **asked.fetchall()[0])
    if found.room is Room.TOO_LITTLE:
        raise LoadError(f"this run needs {found}", hint=f"{_remedy(found)}, or name fewer tables at a time.")
    if found.room is Room.DOUBTFUL:
        _log.warning("warning: this run needs %s; if it fails for that: %s", found, _remedy(found))


def _remedy(room: LockRoom) -> str:
    return (
        f"Raise max_locks_per_transaction from {room.locks_each} to {room.locks_each_needed}"
        f" (alter system set max_locks_per_transaction = {room.locks_each_needed}; and restart the server)"
    )
