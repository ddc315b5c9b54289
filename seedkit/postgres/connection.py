"""A connection, and the transactions on it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from weakref import WeakSet

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from seedkit.core.names import TableName
from seedkit.core.reports.runs import ServerIdentity
from seedkit.postgres.driver_errors import lost_at_commit
from seedkit.postgres.session import Session
from seedkit.postgres.unencoded import bytes_of, passes_bytes

if TYPE_CHECKING:
    from seedkit.postgres.drivers.session import DriverSession

Connection: TypeAlias = psycopg.Connection[Any]
Cursor: TypeAlias = psycopg.Cursor[Any]


class OwnConnection(psycopg.Connection[Any]):
    """A connection that seedkit has opened; in its transactions no statement may take longer than `statement_timeout`.

    In PostgreSQL's spelling; None: as long as the session allows. `service` is the one that it was asked for by, which
    libpq does not tell before PostgreSQL 18. `encoding` is the client's, where it has to stay what it is: in a database
    without one of its own. `is_alone` tells whether libpq's variables do not reach it: on an embedded server.
    """

    statement_timeout: str | None = None
    service: str = ""
    encoding: str | None = None
    is_alone: Callable[[], bool] = staticmethod(lambda: False)


def execute_alone(connection: Connection, statement: sql.Composed | bytes) -> Cursor:
    """Execute a statement with text of a file in it, by the extended protocol, whose server takes no second command.

    Nothing is prepared under a name, which PgBouncer would lose. Without parameters psycopg speaks the simple protocol,
    where one text may hold many commands, unless results come in binary; cursors like Django's always speak it.
    """
    always_simple = issubclass(connection.cursor_factory, psycopg.ClientCursor)
    cursor = psycopg.Cursor(connection) if always_simple else connection.cursor()
    return cursor.execute(statement, prepare=False, binary=True)


def require_one_command(connection: Connection, statement: sql.Composed) -> None:
    """Have the server parse a COPY, which psycopg sends by the simple protocol; raises psycopg.Error for two commands.

    As the statement without a name, which the next one takes the place of.
    """
    result = connection.pgconn.prepare(b"", as_bytes(connection, statement))
    if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(result)


def as_bytes(connection: Connection, statement: sql.Composable) -> bytes:
    """Write a statement as it is sent."""
    if passes_bytes(connection):
        return bytes_of(statement, connection)
    return statement.as_bytes(connection)


def codec_of(connection: Connection) -> tuple[str, str]:
    """Say how Python encodes and decodes text for the connection: the encoding, and what to do about all else."""
    return ("utf-8", "surrogateescape") if passes_bytes(connection) else (connection.info.encoding, "strict")


def in_transaction(connection: Session) -> bool:
    """Whether a transaction is open on the connection, failed or not."""
    return connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE


def takes_statements(connection: Session) -> bool:
    """Whether a transaction is open on the connection, and has not failed."""
    return connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS


def names_of(connection: Connection) -> list[tuple[str, str]]:
    """Give what the database was asked for by, each name with what it is the name of."""
    service = connection.service if isinstance(connection, OwnConnection) else ""
    return [("service", service), ("database", connection.info.dbname), ("host", connection.info.host)]


def reads_backslashes(connection: Connection) -> bool:
    """Whether the session reads a backslash in a plain quoted text as an escape; asks the server nothing."""
    return connection.info.parameter_status("standard_conforming_strings") == "off"


def bound_statements(connection: Session) -> None:
    """Set the time-out of a connection of ours, for the transaction that has just begun, where it has one."""
    if isinstance(connection, OwnConnection) and connection.statement_timeout is not None:
        timeout = sql.Literal(connection.statement_timeout)
        connection.execute(sql.SQL("set local statement_timeout = {}").format(timeout))


def copied_column(connection: Session, table: TableName, column: str) -> Generator[str]:
    """Copy a column of a table out as it stands there, and give what is not NULL; close it where an error may come."""
    if isinstance(connection, psycopg.Connection):
        statement = sql.SQL("copy {} ({}) to stdout").format(
            sql.Identifier(table.schema, table.name), sql.Identifier(column)
        )
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            yield from (text for (text,) in copy.rows() if text is not None)
        return
    yield from cast("DriverSession", connection).copied_column(table, column)


_row_by_row: WeakSet[Connection] = WeakSet()
"""The connections whose last answer came row by row: libpq takes the first one of a pipeline to come so too."""


def streamed(connection: Session, statement: sql.SQL, parameters: Mapping[str, Any]) -> Generator[dict[str, Any]]:
    """Execute a statement, and give its rows as they arrive: not all stand in memory at once, where psycopg is ours.

    To be closed: whoever rolls back while rows are to come waits for ever, as psycopg's lock is held until the last.
    """
    if not isinstance(connection, psycopg.Connection):
        yield from connection.cursor(row_factory=dict_row).execute(statement, parameters).fetchall()
        return
    try:
        with connection.cursor(row_factory=dict_row) as cursor:
            yield from cursor.stream(statement, parameters)
    finally:
        _row_by_row.add(connection)


@contextmanager
def pipelined(connection: Session) -> Iterator[None]:
    """Send statements without waiting for each one's answer, where the client library can (libpq 14 and later).

    The first error is raised, whether its answer comes while the others are sent or at the end: where it comes early,
    psycopg would log a warning of those that it has the server ignore.
    """
    if not isinstance(connection, psycopg.Connection) or not psycopg.Pipeline.is_supported():
        yield
        return
    early: psycopg.Error | None = None
    try:
        with connection.pipeline():
            try:
                if connection in _row_by_row:
                    _row_by_row.discard(connection)
                    connection.execute("")  # its answer has no row that could come alone
                yield
            except psycopg.Error as error:
                early = error
    except psycopg.Error:
        if early is None:
            raise
    if early is not None:
        raise early


@contextmanager
def unit_of_work(connection: Session, *, roll_back: bool = False) -> Iterator[None]:
    """Do the work in one transaction, or in a savepoint of the one that is open; an error takes it all back.

    A connection without autocommit that is idle keeps the transaction that the work begins, as after any statement:
    its owner commits. Raises ConnectionLostError where the connection breaks at our own commit: nobody can know then
    whether the server had it.
    """
    failed = connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR
    if failed or not (connection.autocommit or in_transaction(connection)):
        connection.execute("select")  # the server says of a failed one what a savepoint in it could not
    begins = not in_transaction(connection)
    commits = not roll_back and begins
    done = False
    try:
        with connection.transaction(force_rollback=roll_back):
            if begins:
                bound_statements(connection)
            yield
            done = True
    except psycopg.OperationalError as error:
        if commits and done and connection.closed:
            raise lost_at_commit(error) from error
        raise


def chain(connection: Session, *, commits: bool) -> None:
    """End the transaction that is open and begin another in the same session, also where a pool hands sessions out.

    Whatever wraps the transaction that was begun first, such as `unit_of_work`, then ends the new one.
    """
    try:
        connection.execute("commit and chain" if commits else "rollback and chain")
    except psycopg.OperationalError as error:
        if commits and connection.closed:
            raise lost_at_commit(error) from error
        raise
    bound_statements(connection)


def begin_statement(connection: Session, *, writes: bool = False) -> sql.Composed:
    """Begin a transaction as the connection's own settings say, or one that writes; psycopg's waits for an answer.

    Without autocommit any statement begins one.
    """
    if not connection.autocommit:
        return sql.SQL("select").format()
    modes = []
    if connection.isolation_level is not None:
        modes.append(_LEVELS[connection.isolation_level])
    if writes:
        modes.append(sql.SQL("read write"))
    elif connection.read_only is not None:
        modes.append(sql.SQL("read only") if connection.read_only else sql.SQL("read write"))
    return sql.SQL("begin {}").format(sql.SQL(", ").join(modes))


_LEVELS = {
    psycopg.IsolationLevel.READ_UNCOMMITTED: sql.SQL("isolation level read uncommitted"),
    psycopg.IsolationLevel.READ_COMMITTED: sql.SQL("isolation level read committed"),
    psycopg.IsolationLevel.REPEATABLE_READ: sql.SQL("isolation level repeatable read"),
    psycopg.IsolationLevel.SERIALIZABLE: sql.SQL("isolation level serializable"),
}


def identify(connection: Session) -> ServerIdentity:
    """Say which server, database and role a connection has reached; asks the server nothing."""
    info = connection.info
    return ServerIdentity(
        version=_version_text(info.server_version),
        database=info.dbname,
        host=reached_host(connection),
        port=info.port,
        user=info.user,
        standby=is_standby(connection),
    )


def is_standby(connection: Session) -> bool:
    """Whether the server replays another's log and takes no writes; asks it nothing, so a pooler may hide it."""
    return connection.info.parameter_status("in_hot_standby") == "on"


def reached_host(connection: Session) -> str:
    """Give the host that was asked for; where an address was given beside it, the address: it alone was dialled."""
    info = connection.info
    return info.hostaddr if "hostaddr" in info.get_parameters() else info.host


def _version_text(number: int) -> str:
    return f"{number // 10000}.{number % 10000}"
