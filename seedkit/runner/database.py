"""The database that a command works on: one that is configured, or the project's embedded server."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from seedkit.core.reports.server_status import ServerStatus
from seedkit.errors import ConfigurationError
from seedkit.postgres import libpq_variables
from seedkit.postgres.alone import alone_with, leads_to_embedded, variables_lead_astray
from seedkit.postgres.connection import Connection
from seedkit.postgres.opening import connect, database_in, host_in, without_password
from seedkit.printable import on_one_line
from seedkit.progress import current

if TYPE_CHECKING:
    from seedkit.core.reports.schema_changes import SchemaChange
    from seedkit.postgres.embedded import Ensured

EMBEDDED_NAME = "seedkit"
"""The name of the project's database on its embedded server."""

_log = logging.getLogger("seedkit")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredDatabase:
    """A database that somebody named; `source` is the option, variable or file that did."""

    conninfo: str = field(repr=False)  # with its password
    source: str


class EmbeddedDatabase(Struct, frozen=True, kw_only=True):
    """The database of a project on its embedded server; `schema` are the files that create its tables."""

    project: Path
    schema: tuple[Path, ...]


Database: TypeAlias = "ConfiguredDatabase | EmbeddedDatabase"


@contextmanager
def opened(
    database: Database, *, read_only: bool = False, statement_timeout: str | None = None
) -> Iterator[Connection]:
    """Connect to the database, starting the embedded server where it is the one; close the connection at the end."""
    if isinstance(database, EmbeddedDatabase):
        conninfo, source = ready(database), "the embedded server"
        _log.info("no database is configured: working on the embedded server of %s", database.project)
    else:
        conninfo, source = database.conninfo, database.source
    with current().at("connecting"), alone_with(conninfo, source):
        connection = connect(conninfo, source=source, read_only=read_only, statement_timeout=statement_timeout)
        connection.is_alone = partial(leads_to_embedded, conninfo, source)
    with connection:
        yield connection


def wait_for(database: Database, seconds: float | None) -> None:
    """Wait until the database can be connected to, for some seconds or (None) for ever.

    The embedded server is started by whoever opens it.

    Raises ConnectionFailedError where it can't be within that time, or will not be however long one waits.
    """
    if isinstance(database, EmbeddedDatabase):
        return
    from seedkit.postgres.waiting import wait_for_server

    with current().at("waiting for the server"), alone_with(database.conninfo, database.source):
        wait_for_server(database.conninfo, source=database.source, seconds=seconds)


def ready(database: EmbeddedDatabase) -> str:
    """Start the embedded server, create the database where it is new, and give its conninfo.

    Where its schema files have changed since it was made, this is told.
    """
    conninfo, ensured = migrated(database)
    if ensured.changed:
        _log.warning(
            "warning: %s since these tables were made: `seedkit db migrate` shows what differs, and offers to make them"
            " anew",
            on_one_line(", ".join(ensured.changed)),
        )
    return conninfo


def migrated(database: EmbeddedDatabase) -> tuple[str, Ensured]:
    """Start the embedded server and create the database where it is new; give its conninfo and what was found."""
    from seedkit.postgres import embedded

    with current().at("starting the embedded server"):
        server = embedded.start(database.project)
    with current().at("making the database"):
        return server.conninfo(EMBEDDED_NAME), embedded.ensure_database(server, EMBEDDED_NAME, database.schema)


def changes_of_schema(database: EmbeddedDatabase) -> list[SchemaChange]:
    """Compare the database with what its schema files would make now."""
    from seedkit.postgres import embedded

    return embedded.changes_of_schema(embedded.start(database.project), EMBEDDED_NAME, database.schema)


def made_anew(database: EmbeddedDatabase) -> None:
    """Drop the database with its rows, and make it from its schema files."""
    from seedkit.postgres import embedded

    embedded.make_anew(embedded.start(database.project), EMBEDDED_NAME, database.schema)


def is_embedded(connection: Connection, database: EmbeddedDatabase | None) -> bool:
    """Whether a connection has reached the project's embedded server, however it was found; starts none.

    It is reached by its socket alone: a connection that has an address goes elsewhere, whatever its host is called.
    """
    from seedkit.postgres import embedded

    server = embedded.running(database.project) if database and not connection.info.hostaddr else None
    return server is not None and connection.info.host == str(server.socket_directory)


def is_of_project(database: ConfiguredDatabase, own: EmbeddedDatabase) -> bool:
    """Whether a URL is that of the project's embedded database, be its server stopped; starts none."""
    from seedkit.postgres import embedded

    with suppress(ConfigurationError):  # it can't be read: then it is none of ours
        host = host_in(database.conninfo, database.source)
        named = database_in(database.conninfo, database.source)
        return named == EMBEDDED_NAME and embedded.listens_in(own.project, Path(host))
    return False


def is_stopped(database: Database) -> bool:
    """Whether the database is an embedded one whose server does not run; starts none."""
    from seedkit.postgres import embedded

    return isinstance(database, EmbeddedDatabase) and embedded.running(database.project) is None


def psql_command(database: Database) -> tuple[list[str], dict[str, str]]:
    """Give the command line of an interactive psql on the database, and its environment.

    The password goes into the environment: a command line is seen by everybody on the machine.
    """
    if isinstance(database, EmbeddedDatabase):
        from seedkit.postgres import embedded

        ready(database)
        command = embedded.psql_command(embedded.start(database.project), EMBEDDED_NAME)
        return command, libpq_variables.environment_without_them()
    if shutil.which("psql") is None:
        raise ConfigurationError("psql is not on the PATH", hint="Install PostgreSQL's client, postgresql-client.")
    conninfo, password = without_password(database.conninfo, database.source)
    alone = variables_lead_astray(conninfo, database.source)
    environment = libpq_variables.environment_without_them() if alone else dict(os.environ)
    return ["psql", f"--dbname={conninfo}"], environment | ({"PGPASSWORD": password} if password else {})


def status_of(database: EmbeddedDatabase) -> ServerStatus:
    """Say what there is of the embedded server; starts none."""
    from seedkit.postgres import embedded

    return embedded.status(database.project, EMBEDDED_NAME, database.schema)


def stopped(database: EmbeddedDatabase) -> bool:
    """Stop the embedded server; False where it was not running."""
    from seedkit.postgres import embedded

    return embedded.stop(database.project)


def deleted(database: EmbeddedDatabase) -> None:
    """Stop the embedded server and delete its data."""
    from seedkit.postgres import embedded

    embedded.reset(database.project)


def run_files(conninfo: str, source: str, files: Sequence[Path]) -> None:
    """Run SQL files in a database by psql, the embedded server's or that of the PATH, in one transaction.

    Raises EmbeddedServerError with the file and line that was refused, ConfigurationError where there is no psql.
    """
    from seedkit.postgres import embedded

    program = embedded.psql_program()
    if program is None:
        hint = 'Install it: pip install "pg-seedkit[embedded]", or postgresql-client.'
        raise ConfigurationError("psql is not on the PATH, and runs the schema files", hint=hint)
    conninfo, password = without_password(conninfo, source)
    alone = variables_lead_astray(conninfo, source)
    kept = {} if alone else {name: text for name, text in os.environ.items() if name.startswith("PG")}
    embedded.run_schema_files([program], conninfo, files, kept | ({"PGPASSWORD": password} if password else {}))


@contextmanager
def server_for_tests(project: Path) -> Iterator[str]:
    """Run the embedded server for a project's tests; give the conninfo of a database on it."""
    from seedkit.postgres.embedded.server_for_tests import server_for_tests

    with server_for_tests(project) as server:
        yield server.conninfo("postgres")
