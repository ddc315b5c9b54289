"""The databases of a project's server: created with their schema, whole or not at all, and opened in psql.

A schema is the files that a project names; what is in the tables is the business of the rest of the program.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from psycopg import sql

from seedkit.postgres import libpq_variables
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.embedded.made_from import (
    Found,
    MadeFrom,
    changes,
    find_database,
    fingerprints,
    write_made_from,
)
from seedkit.postgres.embedded.postmaster import EmbeddedServer
from seedkit.postgres.embedded.project_server import alone_in
from seedkit.postgres.embedded.schema_files import run_schema_files
from seedkit.postgres.opening import connect
from seedkit.postgres.queries import query
from seedkit.printable import on_one_line

_DRAFT = "seedkit_unfinished"

_log = logging.getLogger("seedkit")


def ensure_database(server: EmbeddedServer, name: str, schema_files: Sequence[Path]) -> bool:
    """Create a database with its schema if there is none of that name; True when it was made now.

    The files run in one transaction in a database of another name, which is renamed at the end: a database of
    that name has its whole schema. Where the files have changed since, one that holds nothing is made anew, of any
    other this is told. Raises EmbeddedServerError with the file and line that PostgreSQL refused.
    """
    project, maintenance = server.data_directory.parents[1], server.conninfo("postgres")
    with alone_in(project), explained(f'creating database "{name}"'), connected(maintenance) as connection:
        now, found = fingerprints(project, schema_files), find_database(connection, name)
        if found and (found.files == now or _is_kept(connection, server, name, found, now)):
            return False
        _create_whole(connection, server, name, schema_files, now)
        return True


def _is_kept(connection: Connection, server: EmbeddedServer, name: str, found: Found, now: MadeFrom) -> bool:
    """Whether a database stays although its schema files have changed, as it holds something; and say so."""
    with connected(server.conninfo(name)) as inside:
        row = inside.execute(query("holds_something")).fetchone()
    if now and not (row and row[0]):
        return False
    if found.files is None:
        write_made_from(connection, name, now)
        return True
    _log.warning(
        "warning: %s since these tables were made: `seedkit db reset` drops them with their rows, and the next command"
        " makes them anew",
        on_one_line(", ".join(changes(found.files, now))),
    )
    return True


def psql_command(server: EmbeddedServer, database: str) -> list[str]:
    """Give the command line of a psql on a database; options may follow it."""
    return [str(server.binaries / "psql"), f"--dbname={server.conninfo(database)}"]


def connected(conninfo: str) -> Connection:
    """Connect to the server, whatever libpq's variables say."""
    with libpq_variables.hidden():
        return connect(conninfo, source="the embedded server")


def _create_whole(
    connection: Connection, server: EmbeddedServer, name: str, schema_files: Sequence[Path], now: MadeFrom
) -> None:
    draft, wanted = sql.Identifier(_DRAFT), sql.Identifier(name)
    drop_draft = sql.SQL("drop database if exists {} with (force)").format(draft)
    _log.info('creating database "%s" from %s', name, ", ".join(map(str, schema_files)) or "nothing")
    connection.execute(drop_draft)
    connection.execute(sql.SQL("create database {} template template0").format(draft))
    try:
        run_schema_files([str(server.binaries / "psql")], server.conninfo(_DRAFT), schema_files)
        write_made_from(connection, _DRAFT, now)
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(wanted))
        connection.execute(sql.SQL("alter database {} rename to {}").format(draft, wanted))
    finally:
        connection.execute(drop_draft)
