"""The databases of a project's server: created with their schema, whole or not at all, and opened in psql.

A schema is the files that a project names; what is in the tables is the business of the rest of the program.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from psycopg import sql

from seedkit.core.reports.schema_changes import Definitions, Named, SchemaChange, schema_changes
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
from seedkit.postgres.search_path import safe_path

_DRAFT = "seedkit_unfinished"

_log = logging.getLogger("seedkit")


class Ensured(NamedTuple):
    """A database that is there: whether it was made now, and what has become of its schema files since it was."""

    is_new: bool
    changed: tuple[str, ...] = ()


def ensure_database(server: EmbeddedServer, name: str, schema_files: Sequence[Path]) -> Ensured:
    """Create a database with its schema if there is none of that name.

    The files run in one transaction in a database of another name, which is renamed at the end: a database of
    that name has its whole schema. Where the files have changed since, one that holds nothing is made anew, any other
    is left as it is. Raises EmbeddedServerError with the file and line that PostgreSQL refused.
    """
    project, maintenance = server.data_directory.parents[1], server.conninfo("postgres")
    with alone_in(project), explained(f'creating database "{name}"'), connected(maintenance) as connection:
        now, found = fingerprints(project, schema_files), find_database(connection, name)
        if found and (found.files == now or not now or _holds_something(server, name)):
            return Ensured(is_new=False, changed=_changed_since(connection, name, found, now))
        _create_whole(connection, server, name, schema_files, now)
        return Ensured(is_new=True)


def _holds_something(server: EmbeddedServer, name: str) -> bool:
    with connected(server.conninfo(name)) as connection:
        row = connection.execute(query("holds_something")).fetchone()
    return row is not None and row[0]


def _changed_since(connection: Connection, name: str, found: Found, now: MadeFrom) -> tuple[str, ...]:
    """Say what has become of the schema files; of a database of an earlier release they are written down first."""
    if found.files is None:
        write_made_from(connection, name, now)
        return ()
    return tuple(changes(found.files, now))


def changes_of_schema(server: EmbeddedServer, name: str, schema_files: Sequence[Path]) -> list[SchemaChange]:
    """Compare a database with what its schema files would make now; rows that they insert are not looked at.

    Where nothing differs, the files are noted as those that it was made from. Raises EmbeddedServerError with the file
    and line that PostgreSQL refused.
    """
    project, maintenance = server.data_directory.parents[1], server.conninfo("postgres")
    with alone_in(project), explained(f'comparing database "{name}"'), connected(maintenance) as connection:
        now = fingerprints(project, schema_files)
        with _draft(connection, server, schema_files) as draft:
            changed = list(schema_changes(_definitions(server, name), _definitions(server, draft)))
        if not changed:
            write_made_from(connection, name, now)
    return changed


def make_anew(server: EmbeddedServer, name: str, schema_files: Sequence[Path]) -> None:
    """Drop a database with its rows and make it from its schema files; where they are refused, it stays as it was."""
    project, maintenance = server.data_directory.parents[1], server.conninfo("postgres")
    with alone_in(project), explained(f'creating database "{name}"'), connected(maintenance) as connection:
        _create_whole(connection, server, name, schema_files, fingerprints(project, schema_files))


def _definitions(server: EmbeddedServer, name: str) -> Definitions:
    with connected(server.conninfo(name)) as connection, safe_path(connection):
        return {Named(*row[:3]): row[3] for row in connection.execute(query("definitions"))}


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
    _log.info('creating database "%s" from %s', name, ", ".join(map(str, schema_files)) or "nothing")
    wanted = sql.Identifier(name)
    with _draft(connection, server, schema_files) as draft:
        write_made_from(connection, draft, now)
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(wanted))
        connection.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(draft), wanted))


@contextmanager
def _draft(connection: Connection, server: EmbeddedServer, schema_files: Sequence[Path]) -> Iterator[str]:
    """Make a database from schema files; it is dropped at the end, unless it has got another name."""
    draft = sql.Identifier(_DRAFT)
    drop_draft = sql.SQL("drop database if exists {} with (force)").format(draft)
    connection.execute(drop_draft)
    connection.execute(sql.SQL("create database {} template template0").format(draft))
    try:
        run_schema_files([str(server.binaries / "psql")], server.conninfo(_DRAFT), schema_files)
        yield _DRAFT
    finally:
        connection.execute(drop_draft)
