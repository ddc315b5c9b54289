"""Reads a sequence and its ids without a plan of a query: slowly, and where a plan can't be had safely.

That is so where what is others' can't be read with the rights of its owners: on a standby, in a session that only
reads, where event triggers forbid functions. And where an index calls a function that finds its names in its owner's
search path alone. COPY of a whole column plans nothing, as pg_dump knows; a sequence's state is asked for by OID, of
functions of PostgreSQL's own.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from seedkit.core.names import TableName
from seedkit.core.sequences.feeding import FedColumn, FeedingSequence
from seedkit.core.sequences.ids import extreme_id, whole_id
from seedkit.errors import SequenceError
from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query

_log = logging.getLogger("seedkit")

HAS_SEQUENCE_DATA = 180000
"""The server version since which a function gives a sequence's whole state."""


def unplanned_ids(connection: Connection, columns: Sequence[FedColumn], *, ascending: bool) -> list[str | None]:
    """Give the extreme id of each column, read whole.

    In the transaction that is open. Where it is READ COMMITTED, each partition shows its ids of a moment of its own.
    Raises ValueError for what is no id.
    """
    return [_extreme_text(connection, column, ascending=ascending) for column in columns]


def unplanned_state(connection: Connection, sequence: FeedingSequence) -> dict[str, Any]:
    """Read the state by OID; empty where another session is rewriting the sequence.

    Raises SequenceError where it has given no value and the server does not tell which comes first.
    """
    tells = connection.info.server_version >= HAS_SEQUENCE_DATA
    with connection.cursor(row_factory=dict_row) as cursor:
        state = query("sequence_data" if tells else "sequence_last_value")
        row = cursor.execute(state, {"sequence": sequence.oid}).fetchone() or {}
    if row and not (tells or row["is_called"]):
        raise SequenceError(
            "what it gives first is not known without running code of its owner with our rights",
            hint="Run it as a role that may read it and is no superuser.",
        )
    return row


def _extreme_text(connection: Connection, column: FedColumn, *, ascending: bool) -> str | None:
    if column.large:
        _log.warning("%s is read whole, as no plan for it is safe or works here: this takes its time", column.table)
    leaves = connection.execute(query("leaves"), {"table": column.table_oid}).fetchall()
    found = (_ids(connection, TableName(schema, name), column.name, ascending=ascending) for schema, name in leaves)
    extreme = extreme_id((value for ids in found for value in ids), ascending=ascending)
    return None if extreme is None else str(extreme)


def _ids(connection: Connection, table: TableName, column: str, *, ascending: bool) -> Iterator[int | None]:
    """Give the ids of one table without partitions; whole numbers mostly, which int() reads sooner."""
    statement = sql.SQL("copy {} ({}) to stdout").format(
        sql.Identifier(table.schema, table.name), sql.Identifier(column)
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for (text,) in copy.rows():
            yield int(text) if text is not None and text.isdecimal() else whole_id(text, ascending=ascending)
