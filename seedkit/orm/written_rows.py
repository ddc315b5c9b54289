"""Counts what goes through SQLAlchemy's Connection: rows inserted and updated by table, without those taken back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event

from seedkit.core.names import ExactName
from seedkit.orm.row_tally import UPSERT, RowTally, rows_written
from seedkit.orm.table_names import name_of_table
from seedkit.postgres.transactions.rows_so_far import RowsSoFar, rows_so_far


class WrittenRows:
    """Listens to a Connection for as long as it lasts. Raw SQL names no table and is not counted."""

    def __init__(self, connection: Connection) -> None:
        self.tally = RowTally()
        self._before: RowsSoFar | None = None
        event.listen(connection, "before_cursor_execute", self._about_to_execute)
        event.listen(connection, "after_cursor_execute", self._executed)

    def _about_to_execute(self, connection: Connection, _cursor: object, sql: str, *rest: Any) -> None:  # noqa: ANN401
        table = _written_table(rest[1]) if UPSERT.search(sql) else None
        self._before = None if table is None else rows_so_far(_driver_connection(connection), table)

    def _executed(self, connection: Connection, cursor: Any, sql: str, *rest: Any) -> None:  # noqa: ANN401
        context = rest[1]
        if not self.tally.is_moved_by(sql) and (table := _written_table(context)) is not None:
            inserts, driver = context.isinsert, _driver_connection(connection)
            self.tally.add(table, rows_written(driver, table, self._before, inserts=inserts, rows=cursor.rowcount))


def _written_table(context: Any) -> ExactName | None:  # noqa: ANN401 - an execution context, None for raw SQL
    """Name the table of an INSERT or UPDATE that SQLAlchemy has written."""
    if context is None or context.compiled is None or not (context.isinsert or context.isupdate):
        return None
    table = context.compiled.compile_state.dml_table
    translated = context.execution_options.get("schema_translate_map") or {}
    return name_of_table(table, translated.get(table.schema, table.schema))


def _driver_connection(connection: Connection) -> Any:  # noqa: ANN401 - the psycopg connection, in the seeder's hands
    return connection.connection.driver_connection
