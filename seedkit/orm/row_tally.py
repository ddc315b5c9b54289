"""Counts rows that are written through an ORM, by table, and takes those back that a savepoint takes back."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from msgspec import Struct, field

from seedkit.core.names import ExactName
from seedkit.postgres.connection import Connection
from seedkit.postgres.transactions.rows_so_far import RowsSoFar, rows_so_far

_SAVEPOINT = re.compile(r"(savepoint|release savepoint|rollback to savepoint) (.+)", re.IGNORECASE)
UPSERT = re.compile(r"\bON CONFLICT\b.*\bDO UPDATE\b", re.DOTALL)
"""The server's count of such a statement does not tell inserts from updates; its statistics of the transaction do."""


class RowCounts(NamedTuple):
    """How many rows of a table were inserted and updated."""

    inserted: int
    updated: int


def rows_written(
    connection: Connection, table: ExactName, before: RowsSoFar | None, *, inserts: bool, rows: int
) -> RowCounts:
    """Tell what a statement has written into a table that had `before`, which is read for an upsert alone.

    `rows` is the server's count of the statement, which `inserts` or updates.
    """
    if before is not None and before.counts:
        after = rows_so_far(connection, table)
        return RowCounts(after.inserted - before.inserted, after.updated - before.updated)
    return RowCounts(rows, 0) if inserts else RowCounts(0, rows)


class _Level(Struct):
    """What was written since a savepoint, None at the bottom."""

    savepoint: str | None = None
    inserted: Counter[ExactName] = field(default_factory=Counter)
    updated: Counter[ExactName] = field(default_factory=Counter)


class RowTally:
    """The rows that were written so far, in levels as the savepoints are nested."""

    def __init__(self) -> None:
        self._levels = [_Level()]

    def add(self, table: ExactName, rows: RowCounts) -> None:
        """Count rows of a table."""
        self._levels[-1].inserted[table] += rows.inserted
        self._levels[-1].updated[table] += rows.updated

    def counts(self) -> dict[ExactName, RowCounts]:
        """Give the counts of what has not been taken back."""
        inserted = sum((level.inserted for level in self._levels), Counter[ExactName]())
        updated = sum((level.updated for level in self._levels), Counter[ExactName]())
        return {table: RowCounts(inserted[table], updated[table]) for table in {**inserted, **updated}}

    def is_moved_by(self, sql: str) -> bool:
        """Follow a statement about a savepoint; False for all others.

        One that is gone back to is still there, and what came after it is not.
        """
        found = _SAVEPOINT.fullmatch(sql)
        if found is None:
            return False
        self._move(found[1].lower(), found[2])
        return True

    def _move(self, verb: str, name: str) -> None:
        if verb == "savepoint":
            self._levels.append(_Level(savepoint=name))
            return
        places = [place for place, level in enumerate(self._levels) if level.savepoint == name]
        if not places:
            return
        taken, self._levels[places[-1] :] = self._levels[places[-1] :], []
        if verb == "rollback to savepoint":
            self._levels.append(_Level(savepoint=name))
            return
        for level in taken:
            self._levels[-1].inserted += level.inserted
            self._levels[-1].updated += level.updated
