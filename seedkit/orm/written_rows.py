"""Counts what goes through SQLAlchemy's Connection: rows inserted and updated by table, without those taken back."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, event

from seedkit.core.names import ExactName
from seedkit.orm.table_names import name_of_table
from seedkit.postgres.transactions.rows_so_far import RowsSoFar, rows_so_far

_SAVEPOINT = re.compile(r"(savepoint|release savepoint|rollback to savepoint) (.+)", re.IGNORECASE)
_UPSERT = re.compile(r"\bON CONFLICT\b.*\bDO UPDATE\b", re.DOTALL)


class RowCounts(NamedTuple):
    """How many rows of a table were inserted and updated."""

    inserted: int
    updated: int


@dataclass(slots=True)
class _Level:
    """What was written since a savepoint, None at the bottom."""

    savepoint: str | None = None
    inserted: Counter[ExactName] = field(default_factory=Counter)
    updated: Counter[ExactName] = field(default_factory=Counter)


class WrittenRows:
    """Listens to a Connection for as long as it lasts. Raw SQL names no table and is not counted.

    The server's count of an upsert does not tell inserts from updates; its statistics of the transaction do.
    """

    def __init__(self, connection: Connection) -> None:
        self._levels = [_Level()]
        self._before: RowsSoFar | None = None
        event.listen(connection, "before_cursor_execute", self._about_to_execute)
        event.listen(connection, "after_cursor_execute", self._executed)

    def counts(self) -> dict[ExactName, RowCounts]:
        """Give the counts of what has not been taken back."""
        inserted = sum((level.inserted for level in self._levels), Counter[ExactName]())
        updated = sum((level.updated for level in self._levels), Counter[ExactName]())
        return {table: RowCounts(inserted[table], updated[table]) for table in {**inserted, **updated}}

    def _about_to_execute(self, connection: Connection, _cursor: object, sql: str, *rest: Any) -> None:  # noqa: ANN401
        table = _written_table(rest[1]) if _UPSERT.search(sql) else None
        self._before = None if table is None else rows_so_far(_driver_connection(connection), table)

    def _executed(self, connection: Connection, cursor: Any, sql: str, *rest: Any) -> None:  # noqa: ANN401
        context = rest[1]
        if saved := _SAVEPOINT.fullmatch(sql):
            self._move(saved[1].lower(), saved[2])
        elif (table := _written_table(context)) is not None:
            counts = RowCounts(cursor.rowcount, 0) if context.isinsert else RowCounts(0, cursor.rowcount)
            if (before := self._before) is not None and before.counts:
                after = rows_so_far(_driver_connection(connection), table)
                counts = RowCounts(after.inserted - before.inserted, after.updated - before.updated)
            self._levels[-1].inserted[table] += counts.inserted
            self._levels[-1].updated[table] += counts.updated

    def _move(self, verb: str, name: str) -> None:
        """Follow the savepoints: one that is gone back to is still there, and what came after it is not."""
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


def _written_table(context: Any) -> ExactName | None:  # noqa: ANN401 - an execution context, None for raw SQL
    """Name the table of an INSERT or UPDATE that SQLAlchemy has written."""
    if context is None or context.compiled is None or not (context.isinsert or context.isupdate):
        return None
    table = context.compiled.compile_state.dml_table
    translated = context.execution_options.get("schema_translate_map") or {}
    return name_of_table(table, translated.get(table.schema, table.schema))


def _driver_connection(connection: Connection) -> Any:  # noqa: ANN401 - the psycopg connection, in the seeder's hands
    return connection.connection.driver_connection
