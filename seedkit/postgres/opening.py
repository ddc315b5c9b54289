"""Opens connections of our own, from what libpq takes; no error shows a password."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq.abc import PGconn

from seedkit.core.database_urls import libpq_url
from seedkit.core.names import quote_identifier
from seedkit.core.secrets import redact_of
from seedkit.errors import ConfigurationError, ConnectionFailedError, lines
from seedkit.postgres.connection import OwnConnection, is_standby
from seedkit.postgres.connection_hints import CHECK_ENCODING, connection_hint
from seedkit.postgres.interruption import Interruptible, interruption
from seedkit.postgres.other_engines import refuse_other_engines
from seedkit.postgres.unencoded import CARRIER, has_no_encoding, has_odd_names, let_bytes_pass, read_json_in

CONNECT_TIMEOUT_SECONDS = 10
_NOTICES_A_DEAD_NETWORK = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds, seconds and probes of libpq: a host that has vanished is given up in a minute, not in two hours."""

_PERCENT_ENCODE = (
    "Write postgresql://user:password@host:5432/database; in the password, @ / : # ? % must be "
    "percent-encoded (@ is %40)."
)
_PORTS = re.compile(r"[\d,]*")


def connect(
    conninfo: str, *, source: str, read_only: bool = False, statement_timeout: str | None = None
) -> OwnConnection:
    """Open a connection of our own, in autocommit mode; the caller closes it.

    Its transactions are READ COMMITTED, whatever the database's default, and READ WRITE unless `read_only`, which a
    standby needs, and sessions that are to read only, by their default. Nothing is prepared and no session setting is
    made, so that it works through PgBouncer in transaction mode; `statement_timeout` is set in each transaction.
    `source` says in an error where the conninfo came from. Raises ConfigurationError or ConnectionFailedError, neither
    with a password; also for what is to be written to and may not.
    """
    parameters = parameters_of(conninfo, source)
    connection = _opened(conninfo, parameters, source)
    with _closed_on_error(connection):
        refuse_other_engines(connection)
        if not read_only and (reason := _why_frozen(connection, source)):
            raise reason
        odd = has_no_encoding(connection) and _needs_its_encoding(connection, conninfo, source)
    if odd:
        connection.close()
        connection = _in_its_encoding(conninfo, source)
    with _closed_on_error(connection):
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        connection.read_only = read_only
    connection.statement_timeout = statement_timeout
    connection.service = str(parameters.get("service") or os.environ.get("PGSERVICE") or "")
    return connection


@contextmanager
def _closed_on_error(connection: OwnConnection) -> Iterator[None]:
    """Close a connection that nobody has been given yet where an error comes, or an interruption at any answer."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _why_frozen(connection: OwnConnection, source: str) -> ConnectionFailedError | None:
    """Say why nothing is to be written, by what PostgreSQL 14 and later tell at the beginning."""
    if is_standby(connection):
        return ConnectionFailedError(
            f"the server of {source} is a standby, where nothing can be written",
            hint="Name the primary server; what only reads, such as check and fix-sequence --dry-run, works there.",
        )
    if connection.info.parameter_status("default_transaction_read_only") == "on":
        return ConnectionFailedError(
            f"sessions of {source} are to write nothing: default_transaction_read_only is on",
            hint="It is set for the server, the database, the role, or in PGOPTIONS. Where it is meant no longer: alter"
            f" database {quote_identifier(connection.info.dbname)} reset default_transaction_read_only;",
        )
    return None


def _opened(conninfo: str, parameters: dict[str, Any], source: str) -> OwnConnection:
    try:
        return _kind().connect(make_conninfo("", **parameters), autocommit=True, prepare_threshold=None)
    except psycopg.OperationalError as error:
        raise _failed(error, conninfo, parameters, source) from None
    except psycopg.ProgrammingError:  # such as connect_timeout=soon, which the driver reads itself
        raise _not_understood(source) from None


class _InterruptibleOwn(Interruptible, OwnConnection):
    """A connection of ours that heeds an interruption."""

    def __exit__(self, *error: Any) -> None:  # noqa: ANN401 - psycopg's own
        """Close it, also where an interruption comes while its transaction is ended: psycopg lets that one through."""
        try:
            super().__exit__(*error)
        finally:
            self.close()


def _kind() -> type[OwnConnection]:
    return OwnConnection if interruption.get() is None else _InterruptibleOwn


def _needs_its_encoding(connection: OwnConnection, conninfo: str, source: str) -> bool:
    """Whether UTF-8 won't do in a database without an encoding. One that has it converts: there UTF-8 is right."""
    return bool(_encoding_asked_for(conninfo, source)) or has_odd_names(connection)


def _in_its_encoding(conninfo: str, source: str) -> OwnConnection:
    """Open a connection in the encoding that is asked for, or to let bytes pass."""
    wanted = _encoding_asked_for(conninfo, source)
    encoding = wanted or CARRIER
    connection = _opened(conninfo, {**parameters_of(conninfo, source), "client_encoding": encoding}, source)
    with _closed_on_error(connection):
        connection.encoding = encoding
        if not wanted:
            let_bytes_pass(connection)
            return connection
        try:
            read_json_in(connection.info.encoding, connection)
        except psycopg.NotSupportedError:
            raise ConfigurationError(f"Python can not read the encoding {encoding}", hint=CHECK_ENCODING) from None
    return connection


def _encoding_asked_for(conninfo: str, source: str) -> str:
    """Give the encoding that somebody wants to read in, empty where they leave it open."""
    asked = str(parameters_given(conninfo, source).get("client_encoding") or os.environ.get("PGCLIENTENCODING") or "")
    return "" if asked.lower().replace("-", "_") in {"auto", "sql_ascii"} else asked


def host_in(conninfo: str, source: str) -> str:
    """Give the host that a conninfo names, a socket's directory too; raises ConfigurationError."""
    return str(parameters_given(conninfo, source).get("host") or "")


def database_in(conninfo: str, source: str) -> str:
    """Give the name of the database that a conninfo names; raises ConfigurationError."""
    return str(parameters_given(conninfo, source).get("dbname") or "")


def without_password(conninfo: str, source: str) -> tuple[str, str | None]:
    """Split a conninfo into one without its password, and the password; raises ConfigurationError.

    Also where a part of the password has become the host, the port or the database's name.
    """
    given = parameters_given(conninfo, source)
    if "://" in conninfo and _is_torn(conninfo, given):
        raise _not_understood(source)
    password = given.pop("password", None)
    for secret in ("sslpassword", "oauth_client_secret"):
        given.pop(secret, None)  # psql has no variable for it, and asks
    return make_conninfo("", **given), password


def _is_torn(conninfo: str, given: Mapping[str, Any]) -> bool:
    """Whether a sign of a URL's password that was not percent-encoded has ended a part of it too early.

    libpq takes what follows for another part. A database with an `@` in its name has to be spelt with %40, if there is
    a password, or no user, before it: a part of a password would look the same.
    """
    host, port = str(given.get("host") or ""), str(given.get("port") or "")
    if "@" in host[1:] or not _PORTS.fullmatch(port):
        return True
    path = conninfo.partition("://")[2].partition("?")[0].partition("/")[2]
    return "@" in path and ("password" in given or "user" not in given)


def parameters_of(conninfo: str, source: str) -> dict[str, Any]:
    """Give what libpq is told, our own defaults among it; raises ConfigurationError."""
    given = parameters_given(conninfo, source)
    return {
        "application_name": "seedkit",
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        **_NOTICES_A_DEAD_NETWORK,
        **given,
        "client_encoding": "utf8",  # in SQL_ASCII the driver gives names as bytes
    }


def parameters_given(conninfo: str, source: str) -> dict[str, Any]:
    """Give what a conninfo itself says, in libpq's words; raises ConfigurationError."""
    translated = libpq_url(conninfo.strip(), source, _known_parameters())
    try:
        return dict(conninfo_to_dict(translated))
    except (psycopg.Error, ValueError):  # whose text quotes what it could not read, be it a password
        raise _not_understood(source) from None


@cache
def _known_parameters() -> frozenset[str]:
    return frozenset(default.keyword.decode() for default in psycopg.pq.Conninfo.get_defaults())


def _not_understood(source: str) -> ConfigurationError:
    return ConfigurationError(
        f"{source} is no connection string that PostgreSQL understands",
        hint=_PERCENT_ENCODE,
    )


def passwords_of(connection: PGconn) -> frozenset[str]:
    """Collect the passwords that libpq has used or would use, wherever it found them: a service file, .pgpass."""
    marked = (option.val for option in connection.info if option.dispchar == b"*")  # not to be shown, says libpq
    return frozenset(secret.decode(errors="replace") for secret in (*marked, connection.password) if secret)


def _failed(error: psycopg.Error, conninfo: str, parameters: dict[str, Any], source: str) -> ConnectionFailedError:
    hidden = partial(
        redact_of, conninfos=[conninfo], others=passwords_of(error.pgconn) if error.pgconn else frozenset()
    )
    reason = hidden(str(error).strip())
    used = _used(error.pgconn) | parameters
    place = parameters.get("host") or _place_in(used) or "the local socket"
    database = used.get("dbname") or used.get("user") or "the default database"
    return ConnectionFailedError(
        hidden(f'could not connect to database "{database}" on {place}'),
        detail=lines(_told_by_libpq(reason)),
        hint=_PERCENT_ENCODE if "@" in f"{place}{database}" else connection_hint(reason, parameters, source),
    )


def _used(pgconn: PGconn | None) -> dict[str, Any]:
    """Give what libpq has made of the conninfo, its variables and a service; empty where it read no further."""
    options = pgconn.info if pgconn else ()
    return {option.keyword.decode(): option.val.decode(errors="replace") for option in options if option.val}


def _place_in(used: Mapping[str, Any]) -> str:
    host, port = used.get("host") or used.get("hostaddr"), used.get("port")
    return f"{host}, port {port}" if host and port else str(host or "")


def _told_by_libpq(reason: str) -> Iterator[str]:
    """Give the lines of libpq's reason but for what our own message and hint say."""
    for line in reason.removeprefix("connection failed: ").splitlines():
        if line.strip() and not line.strip().startswith("Is the server running"):
            yield line.strip()
