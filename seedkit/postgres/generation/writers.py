"""Who else writes into tables, in a transaction that has not ended: its rows are not seen, and their keys are taken."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from psycopg.rows import class_row

from seedkit.core.catalog import Table
from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import safe_path


class Writer(Struct, frozen=True, kw_only=True):
    """A transaction that has written to a table (OID), or has locked it; a prepared one has no process."""

    table: int
    pid: int
    role: str
    application: str

    def __str__(self) -> str:
        """Name it.

        >>> str(Writer(table=1, pid=4711, role="ada", application="psql"))
        'session 4711 of ada (psql)'
        """
        if not self.pid:
            return "a prepared transaction"
        return f"session {self.pid} of {self.role or 'another role'}" + (
            f" ({self.application})" * bool(self.application)
        )


def read_writers(connection: Connection, tables: Iterable[Table]) -> dict[int, list[Writer]]:
    """Read who else has written to some tables, or to partitions of these, by the OID of the table."""
    wholes = {part: table.oid for table in tables for part in (table.oid, *table.partitions)}
    with safe_path(connection), connection.cursor(row_factory=class_row(Writer)) as cursor:
        writers = cursor.execute(query("generation_writers"), {"tables": list(wholes)}).fetchall()
    found: dict[int, list[Writer]] = {}
    for writer in writers:
        found.setdefault(wholes[writer.table], []).append(writer)
    return found
