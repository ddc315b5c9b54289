"""Reads which sequences the names may mean that defaults look up at every insert."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import psycopg
from psycopg.rows import dict_row

from seedkit.core.names import SequenceName
from seedkit.core.sequences.late_names import LateName, Namesake
from seedkit.postgres.queries import query
from seedkit.postgres.session import Session


def read_late_names(connection: Session, names: Sequence[str]) -> dict[str, LateName]:
    """Look up names as they stand in SQL; one that can't be read is left out, and halved down to."""
    if not names:
        return {}
    try:
        with connection.transaction():
            asked = connection.cursor(row_factory=dict_row).execute(query("namesakes"), {"names": list(names)})
            rows = asked.fetchall()
    except psycopg.Error:
        if connection.closed or len(names) == 1:
            return {}
        middle = len(names) // 2
        return read_late_names(connection, names[:middle]) | read_late_names(connection, names[middle:])
    return {text: LateName(tuple(map(_namesake, found))) for text, found in groupby(rows, key=itemgetter("text"))}


def _namesake(row: dict[str, Any]) -> Namesake:
    return Namesake(
        oid=row["oid"],
        name=SequenceName(row["schema"], row["name"]),
        kind=row["kind"],
        qualified=row["qualified"],
        rank=row["rank"],
    )
