"""Reads the rows of a dump in one snapshot, in a stable order, as PostgreSQL's own text. Streams; writes nothing."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.writing.dump_plan import DumpPlan, TableDump
from seedkit.errors import LoadError
from seedkit.postgres.catalog.tables import read_tables
from seedkit.postgres.connection import Connection, bound_statements
from seedkit.postgres.dumping.statements import copy_statement
from seedkit.postgres.transactions.seeding import settled_values


@contextmanager
def snapshot(connection: Connection, lock_timeout: str | None) -> Iterator[None]:
    """See the database as it is at one moment, and values as a seed reads them; on an idle connection of ours.

    Each lock is waited for no longer than `lock_timeout` (None: what the session allows), as others wait for us then.

    Besides a seed's settings only what could lose digits: `extra_float_digits` below 1 rounds.
    """
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with connection.transaction(), settled_values(connection, ours=False):
        bound_statements(connection)
        if lock_timeout is not None:
            connection.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(lock_timeout)))
        connection.execute("set local extra_float_digits = 1")
        connection.execute("set local bytea_output = 'hex'")
        yield


def read_referenced_tables(connection: Connection, oids: Iterable[int]) -> dict[int, Table]:
    """Read some tables and all that they refer to, directly or not."""
    found: dict[int, Table] = {}
    missing = set(oids)
    while missing:
        found |= read_tables(connection, missing)
        missing = {key.references for table in found.values() for key in table.foreign_keys} - found.keys()
    return found


def read_rows(connection: Connection, plan: DumpPlan, dump: TableDump) -> Generator[Sequence[str | None]]:
    """Stream the rows of one table of the plan, each as the texts of its columns.

    The caller closes the stream. Raises LoadError for bytes that are no UTF-8, which a database without an encoding
    may hold.
    """
    with connection.cursor() as cursor, cursor.copy(copy_statement(plan, dump)) as copy:
        try:
            yield from copy.rows()
        except UnicodeDecodeError as error:
            raise LoadError(
                f'table "{dump.table.name}" holds text that is not UTF-8',
                detail=str(error),
                hint="YAML is Unicode: convert the text first, or leave the rows out with --where.",
            ) from error
