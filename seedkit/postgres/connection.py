"""Opening connections and transactions, and the one place where the driver's errors become seedkit's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Any, LiteralString, TypeAlias, cast

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import tuple_row

from seedkit.core.reports.runs import ServerIdentity
from seedkit.core.secrets import redact, secrets_in
from seedkit.errors import (
    ConfigurationError,
    ConnectionFailedError,
    ConnectionLostError,
    LoadError,
    SeedkitError,
    UsageError,
)
from seedkit.postgres.server_limits import limit_hint

Connection: TypeAlias = psycopg.Connection[Any]
Cursor: TypeAlias = psycopg.Cursor[Any]

CONNECT_TIMEOUT_SECONDS = 10
_NOTICES_A_DEAD_NETWORK = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds, seconds and probes of libpq: a host that has vanished is given up in a minute, not in two hours."""

_PERCENT_ENCODE = (
    "Write postgresql://user:password@host:5432/database; in the password, @ / : # ? % must be "
    "percent-encoded (@ is %40)."
)
_PASSWORD_REFUSED = re.compile("password authentication failed|SASL authentication failed|no password supplied")
"""In the words of PostgreSQL, PgBouncer and libpq."""
_SQLALCHEMY_SCHEME = re.compile(r"\A(postgres(?:ql)?)\+\w+://")


def connect(conninfo: str, *, source: str, read_only: bool = False) -> Connection:
    """Open a connection of our own, in autocommit mode; the caller closes it.

    Its transactions are READ COMMITTED, and READ WRITE unless `read_only` (which a standby needs), whatever the
    database's defaults. Nothing is prepared and no
    session setting is made, so that it works through PgBouncer in transaction mode. `source` says in an error where
    the conninfo came from. Raises ConfigurationError or ConnectionFailedError, neither with a password.
    """
    parameters = _parameters(conninfo, source)
    try:
        connection = psycopg.connect(make_conninfo("", **parameters), autocommit=True, prepare_threshold=None)
    except psycopg.OperationalError as error:
        raise _failed(error, conninfo, parameters, source) from None
    except psycopg.ProgrammingError:  # such as connect_timeout=soon, which the driver reads itself
        raise _not_understood(source) from None
    connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
    connection.read_only = read_only
    return connection


def without_password(conninfo: str, source: str) -> tuple[str, str | None]:
    """Split a conninfo into one without its password, and the password; raises ConfigurationError."""
    given = _given(conninfo, source)
    password = given.pop("password", None)
    given.pop("sslpassword", None)  # psql has no variable for it, and asks
    return make_conninfo("", **given), password


def _parameters(conninfo: str, source: str) -> dict[str, Any]:
    given = _given(conninfo, source)
    return {
        "application_name": "seedkit",
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        **_NOTICES_A_DEAD_NETWORK,
        **given,
        "client_encoding": "utf8",  # in SQL_ASCII the driver gives names as bytes
    }


def _given(conninfo: str, source: str) -> dict[str, Any]:
    try:
        return dict(conninfo_to_dict(_SQLALCHEMY_SCHEME.sub(r"\1://", conninfo.strip())))
    except (psycopg.Error, ValueError):  # whose text quotes what it could not read, be it a password
        raise _not_understood(source) from None


def _not_understood(source: str) -> ConfigurationError:
    return ConfigurationError(
        f"{source} is no connection string that PostgreSQL understands",
        hint=_PERCENT_ENCODE,
    )


def _failed(error: psycopg.Error, conninfo: str, parameters: dict[str, Any], source: str) -> ConnectionFailedError:
    secrets = secrets_in(conninfo)
    reason = redact(str(error).strip(), secrets)
    place = parameters.get("host") or "the local socket"
    database = parameters.get("dbname") or parameters.get("user") or "the default database"
    return ConnectionFailedError(
        redact(f'could not connect to database "{database}" on {place}', secrets),
        detail="\n  ".join(line.strip() for line in reason.splitlines() if line.strip()),
        hint=_PERCENT_ENCODE if "@" in f"{place}{database}" else _connection_hint(reason, source),
    )


def _connection_hint(reason: str, source: str) -> str:
    if _PASSWORD_REFUSED.search(reason):
        return f"Check user and password in {source}."
    if "does not exist" in reason:
        return f"Check the name in {source}, or create it (createdb)."
    if "too many clients" in reason or "connection slots" in reason or "too many connections" in reason:
        return "Close other sessions, raise max_connections (needs a restart), or put a pooler in front of the server."
    return f"Is the server running? What was tried comes from {source}."


@contextmanager
def borrowed(given: object) -> Iterator[Connection]:
    """Use the psycopg connection of what a caller lends: psycopg's own, SQLAlchemy's or Django's.

    Its rows are tuples meanwhile, and afterwards what its owner has them be. Nothing new is prepared either: behind
    PgBouncer in transaction mode it would stay in a session that others get next. Raises UsageError for anything else,
    also for a connection of another driver.
    """
    connection = _found_in(given)
    row_factory, cursor_factory = connection.row_factory, connection.cursor_factory
    prepare_threshold = connection.prepare_threshold
    connection.row_factory = tuple_row
    connection.prepare_threshold = None
    if issubclass(cursor_factory, psycopg.RawCursor):  # it knows no %s
        connection.cursor_factory = psycopg.Cursor
    try:
        yield connection
    finally:
        connection.row_factory, connection.cursor_factory = row_factory, cursor_factory
        connection.prepare_threshold = prepare_threshold


def _found_in(given: object) -> Connection:
    found: Any = given
    if callable(getattr(found, "connection", None)):  # a SQLAlchemy Session gives its Connection
        found = found.connection()
    if callable(getattr(found, "ensure_connection", None)):  # Django opens one at the first query
        found.ensure_connection()
    for attribute in ("connection", "driver_connection"):  # SQLAlchemy's pool proxy, Django's wrapper
        if not isinstance(found, psycopg.Connection):
            found = getattr(found, attribute, found)
    if isinstance(found, psycopg.Connection):
        return found
    raise UsageError(
        f"{type(given).__module__}.{type(given).__name__} holds no psycopg 3 connection",
        hint="Lend a psycopg.Connection, a SQLAlchemy Session or Connection on postgresql+psycopg, or Django's own.",
    )


def in_transaction(connection: Connection) -> bool:
    """Whether a transaction is open on the connection, failed or not."""
    return connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Send statements without waiting for each one's answer, where the client library can (libpq 14 and later).

    The first error is raised, whether its answer comes while the others are sent or at the end: where it comes early,
    psycopg would log a warning of those that it has the server ignore.
    """
    if not psycopg.Pipeline.is_supported():
        yield
        return
    early: psycopg.Error | None = None
    try:
        with connection.pipeline():
            try:
                yield
            except psycopg.Error as error:
                early = error
    except psycopg.Error:
        if early is None:
            raise
    if early is not None:
        raise early


def identify(connection: Connection) -> ServerIdentity:
    """Say which server, database and role a connection has reached; asks the server nothing."""
    info = connection.info
    return ServerIdentity(
        version=_version_text(info.server_version),
        database=info.dbname,
        host=info.host or info.hostaddr,
        port=info.port,
        user=info.user,
    )


def _version_text(number: int) -> str:
    return f"{number // 10000}.{number % 10000}"


@contextmanager
def unit_of_work(connection: Connection, *, roll_back: bool = False) -> Iterator[None]:
    """Do the work in one transaction, or in a savepoint of the one that is open; an error takes it all back.

    A connection without autocommit that is idle keeps the transaction that the work begins, as after any statement:
    its owner commits. Raises ConnectionLostError where the connection breaks at our own commit: nobody can know then
    whether the server had it.
    """
    if not connection.autocommit and not in_transaction(connection):
        connection.execute("select")
    commits = not roll_back and not in_transaction(connection)
    done = False
    try:
        with connection.transaction(force_rollback=roll_back):
            yield
            done = True
    except psycopg.OperationalError as error:
        if commits and done and connection.closed:
            raise _lost_at_commit(error) from error
        raise


def _lost_at_commit(error: psycopg.Error) -> ConnectionLostError:
    return ConnectionLostError(
        "the connection was lost while committing: whether the work was kept is not known",
        detail=_first_line(error),
        hint="All of it was kept, or nothing. Run it again: what is there already is recognised.",
    )


def _first_line(error: psycopg.Error) -> str | None:
    return str(error).strip().partition("\n")[0] or None


@cache
def query(name: str) -> sql.SQL:
    """Return a query of `queries/` by its file's stem."""
    text = resources.files("seedkit.postgres").joinpath("queries", f"{name}.sql").read_text(encoding="utf-8")
    return sql.SQL(cast(LiteralString, text))


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """Turn the driver's errors into LoadError with PostgreSQL's own message, detail and hint.

    `doing` completes "while ..." where the message alone would not say which work failed.
    """
    try:
        yield
    except psycopg.Error as error:
        raise explain(error, doing) from error


def explain(error: psycopg.Error, doing: str) -> SeedkitError:
    """Put an error of the driver into seedkit's words; a lost connection is told from a refused statement."""
    diagnostics = error.diag
    if diagnostics.message_primary is None and isinstance(error, psycopg.OperationalError):
        return ConnectionLostError(f"the connection was lost while {doing}", detail=_first_line(error))
    return LoadError(
        diagnostics.message_primary or str(error),
        detail=" ".join(part for part in (diagnostics.message_detail, f"(while {doing})") if part),
        hint=limit_hint(error) or diagnostics.message_hint,
    )
