"""Reads the rows of a dump in one snapshot, in a stable order, as PostgreSQL's own text. Streams; writes nothing."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.abc import Buffer

from seedkit.core.catalog import Table
from seedkit.core.names import in_quotes
from seedkit.core.reports.columns import few
from seedkit.core.writing.dump_plan import DumpPlan, TableDump
from seedkit.core.writing.dump_rows import CopiedRows
from seedkit.core.writing.wide_rows import WIDE, WideRow
from seedkit.errors import LoadError
from seedkit.postgres.as_owners import leave_nothing, rows_as_owner
from seedkit.postgres.catalog.tables import read_tables
from seedkit.postgres.connection import Connection, pipelined, require_one_command, takes_statements
from seedkit.postgres.dumping.keys_needed import find_needed, goes_by_keys
from seedkit.postgres.dumping.statements import rows_query, tables_asked
from seedkit.postgres.identifiers import definitions
from seedkit.postgres.search_path import FOREIGN_TABLES_TOO, leave_safe_path, refuses_views
from seedkit.postgres.time_outs import transaction_without_time_outs
from seedkit.postgres.transactions.seeding import settled_values
from seedkit.postgres.unencoded import passes_bytes

_TOGETHER = 64 * 1024
"""Bytes of rows that are gathered at least."""


@contextmanager
def snapshot(connection: Connection, lock_timeout: str | None, *, row_security: bool) -> Iterator[None]:
    """See the database as it is at one moment, and values as a seed reads them; on an idle connection of ours.

    Each lock is waited for no longer than `lock_timeout` (None: without a bound), as others wait for us then.

    Besides a seed's settings only what could lose digits: `extra_float_digits` below 1 rounds. Without `row_security`
    the server refuses tables whose policies would choose rows, and runs none of them.
    """
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = None
    with transaction_without_time_outs(connection), settled_values(connection, ours=True, alone=False):
        with pipelined(connection):
            if lock_timeout is not None:
                connection.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(lock_timeout)))
            connection.execute("set local extra_float_digits = 1")
            connection.execute("set local bytea_output = 'hex'")
            if not row_security:
                connection.execute("set local row_security = off")
        yield


def let_read(connection: Connection, plan: DumpPlan) -> None:
    """Let the plan's rows be read: those in foreign tables that are partitions, and what the user's condition names.

    And let nothing be written from now on, unless functions must be made to read with the rights of others.

    Raises LoadError for a superuser where such a foreign table is another role's: reading it could serve that role.
    """
    if strange := [dump.table.name for dump in plan.tables if dump.table.strange_leaves]:
        raise LoadError(
            f'some rows of table "{strange[0]}" are in foreign tables of other roles',
            hint="A superuser's reading would serve whoever owns them: dump it as a role that is none.",
        )
    if any(dump.condition is not None for dump in plan.tables):
        leave_safe_path(connection)
    elif refuses_views(connection) and any(dump.table.foreign_leaves for dump in plan.tables):
        connection.execute(FOREIGN_TABLES_TOO)
    if goes_by_keys(plan):
        find_needed(connection, plan)
    if not any(dump.table.read_as for dump in plan.tables):
        connection.execute("set transaction read only")


def read_referenced_tables(connection: Connection, oids: Iterable[int]) -> dict[int, Table]:
    """Read some tables and all that they refer to, directly or not."""
    found: dict[int, Table] = {}
    missing = set(oids)
    while missing:
        found |= read_tables(connection, missing)
        missing = {key.references for table in found.values() for key in table.foreign_keys} - found.keys()
    return found


def read_rows(connection: Connection, plan: DumpPlan, dump: TableDump) -> Generator[CopiedRows]:
    """Stream the rows of one table of the plan as COPY writes them, some at a time.

    The caller closes the stream. Raises LoadError for bytes that are no UTF-8, which a database without an encoding
    may hold, and where rows of others can't be read with their owner's rights.
    """
    query = rows_query(plan, dump)
    if plan.has_conditions:
        require_one_command(connection, sql.SQL("copy ({}) to stdout").format(query))
    reader = _reader(plan, dump)
    with (
        _explained(plan, dump, reader),
        _asked_as(connection, reader, query, dump) as asked,
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("copy ({}) to stdout").format(asked)) as copy,
    ):
        yield from _gathered(copy, connection)


def _gathered(rows: Iterable[Buffer], connection: Connection) -> Iterator[CopiedRows]:
    """Gather rows to so many as are looked at together; wide ones come alone. Raises UnicodeDecodeError."""
    encoding = "utf-8" if passes_bytes(connection) else connection.info.encoding
    gathered = bytearray()
    for row in rows:
        if len(row) > WIDE:
            if gathered:
                yield gathered.decode(encoding)
                gathered.clear()
            yield WideRow(memoryview(row), encoding)
            continue
        gathered += row  # copied at once: to keep each message of the driver's costs more than it takes to read it
        if len(gathered) >= _TOGETHER:
            yield gathered.decode(encoding)
            gathered.clear()
    if gathered:
        yield gathered.decode(encoding)


def _reader(plan: DumpPlan, dump: TableDump) -> str | None:
    """Say with whose rights the rows are to be read; raises LoadError where those of one role won't do."""
    tables = tables_asked(plan, dump)
    readers = {table.read_as for table in tables if table.read_as is not None}
    if len(readers) > 1 or any(table.read_apart for table in tables):
        raise _not_readable(dump, " and ".join(sorted(readers)) or "one role")
    return next(iter(readers), None)


def _not_readable(dump: TableDump, readers: str, detail: str | None = None) -> LoadError:
    return LoadError(
        f"table {in_quotes(dump.table.name)} can not be read with the rights of {readers} alone",
        detail=detail,
        hint="A plan can run code of a table's owner with a superuser's rights: dump as a role that may read all "
        "of these tables and is no superuser.",
    )


@contextmanager
def _asked_as(
    connection: Connection, reader: str | None, query: sql.Composable, dump: TableDump
) -> Iterator[sql.Composable]:
    """Give a query for the rows that is planned and run with the reader's rights, as long as the block lasts."""
    if reader is None:
        yield query
        return
    columns = definitions(tuple((column.name, column.type_sql or column.type_name) for column in dump.columns))
    made, asked = rows_as_owner(reader, query, columns)
    try:
        with connection.transaction(force_rollback=True):
            for statement in made:
                connection.execute(statement)
            yield asked
    finally:
        if takes_statements(connection):
            leave_nothing(connection)


@contextmanager
def _explained(plan: DumpPlan, dump: TableDump, reader: str | None) -> Iterator[None]:
    """Say what is in the way of the rows, where PostgreSQL's words alone would not help."""
    try:
        yield
    except UnicodeError as error:
        raise LoadError(
            f"table {in_quotes(dump.table.name)} holds text that is not UTF-8",
            detail=str(error),
            hint="YAML is Unicode: convert the text first, or leave the rows out with --where.",
        ) from error
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction) as error:
        if reader is None:
            raise
        raise _not_readable(dump, reader, error.diag.message_primary) from error
    except psycopg.errors.UndefinedFunction as error:
        if plan.has_conditions:
            raise
        raise LoadError(
            f"an index of table {in_quotes(dump.table.name)} calls what only its owner's search path finds",
            detail=error.diag.message_primary,
            hint="Set the path with the function, as PostgreSQL 17 wants it: alter function … set search_path = …;",
        ) from error
    except psycopg.errors.FeatureNotSupported as error:
        tables = few([str(table.table.name) for table in plan.tables])
        raise LoadError(
            f"another relation has meanwhile taken the place of a table of this dump: {tables}",
            detail=error.diag.message_primary,
            hint="Run it again, if that is meant.",
        ) from error
