"""Which tables a run may fill: what sets some apart, and which have no rows."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg.rows import dict_row

from seedkit.core.catalog import Table
from seedkit.core.generation.requests.bookkeeping import DOUBTFUL
from seedkit.core.generation.requests.choice import Apart
from seedkit.postgres.connection import Connection
from seedkit.postgres.empty_tables import have_rows, rowless
from seedkit.postgres.generation.looks import looked_at
from seedkit.postgres.queries import query
from seedkit.postgres.session import Answer


def ask_apart(connection: Connection) -> Answer:
    """Ask which tables are not filled as others are, and why, on the safe path."""
    return connection.cursor(row_factory=dict_row).execute(query("generation_apart"), {"doubtful": DOUBTFUL})


def apart_of(asked: Answer) -> dict[int, Apart]:
    """Take the answer, by OID."""
    return {row.pop("oid"): Apart(**row) for row in asked.fetchall()}


def empty_tables(connection: Connection, tables: Sequence[Table]) -> set[int]:
    """Say which tables (OIDs) have no row; runs the code of their owners, as any look at rows may.

    One that can't be looked at, as a policy of it raises, counts as empty: it says so itself when it is filled.
    """
    return set(rowless(connection, tables, _holding))


def _holding(connection: Connection, tables: Sequence[Table]) -> list[tuple[int, bool]]:
    """Look at tables at once; where one raises they are halved down to it."""
    return looked_at(connection, lambda: have_rows(connection, tables), lambda: _halved(connection, tables))


def _halved(connection: Connection, tables: Sequence[Table]) -> list[tuple[int, bool]]:
    if len(tables) == 1:
        return [(tables[0].oid, False)]
    middle = len(tables) // 2
    return [*_holding(connection, tables[:middle]), *_holding(connection, tables[middle:])]
