"""The databases of a project's server: created with their schema, whole or not at all, and opened in psql.

A schema is the files that a project names; what is in the tables is the business of the rest of the program.
"""

from __future__ import annotations

import logging
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from psycopg import sql

from seedkit.errors import EmbeddedServerError, Origin
from seedkit.postgres import libpq_variables
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.embedded.error_texts import last_lines
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
from seedkit.postgres.opening import connect
from seedkit.postgres.queries import query
from seedkit.printable import on_one_line

_DRAFT = "seedkit_unfinished"
_PSQL_ERROR = re.compile(r"^psql:(.+?):(\d+): (?:ERROR|FATAL|error): +(.+)$", re.MULTILINE)

_log = logging.getLogger("seedkit")


def ensure_database(server: EmbeddedServer, name: str, schema_files: Sequence[Path]) -> bool:
    """Create a database with its schema if there is none of that name; True when it was made now.

    The files run in one transaction in a database of another name, which is renamed at the end: a database of
    that name has its whole schema. Where the files have changed since, one that holds nothing is made anew, of any
    other this is told. Raises EmbeddedServerError with the file and line that PostgreSQL refused.
    """
    project, maintenance = server.data_directory.parents[1], server.conninfo("postgres")
    with alone_in(project), explained(f'creating database "{name}"'), _connected(maintenance) as connection:
        now, found = fingerprints(project, schema_files), find_database(connection, name)
        if found and (found.files == now or _is_kept(connection, server, name, found, now)):
            return False
        _create_whole(connection, server, name, schema_files, now)
        return True


def _is_kept(connection: Connection, server: EmbeddedServer, name: str, found: Found, now: MadeFrom) -> bool:
    """Whether a database stays although its schema files have changed, as it holds something; and say so."""
    with _connected(server.conninfo(name)) as inside:
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


def _connected(conninfo: str) -> Connection:
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
        _run_schema(server, schema_files)
        write_made_from(connection, _DRAFT, now)
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(wanted))
        connection.execute(sql.SQL("alter database {} rename to {}").format(draft, wanted))
    finally:
        connection.execute(drop_draft)


def _run_schema(server: EmbeddedServer, schema_files: Sequence[Path]) -> None:
    for path in schema_files:
        if not path.is_file():
            hint = "Check `schema` in [tool.seedkit.embedded] of pyproject.toml."
            raise EmbeddedServerError("the schema file does not exist", origin=Origin(path=path), hint=hint)
    if schema_files:
        _run_psql(server, [f"--file={path}" for path in schema_files])


def _run_psql(server: EmbeddedServer, files: Sequence[str]) -> None:
    options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    answer = subprocess.run(  # noqa: S603 - the wheel's psql, there is no shell
        [*psql_command(server, _DRAFT), *options, *files],
        env=libpq_variables.environment_without_them() | {"PGCLIENTENCODING": "UTF8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if answer.returncode != 0:
        raise _schema_error(answer.stderr)


def _schema_error(output: str) -> EmbeddedServerError:
    """Read psql's `psql:FILE:LINE: ERROR:  message`, and the DETAIL and HINT that may follow."""
    found = _PSQL_ERROR.search(output)
    if found is None:
        return EmbeddedServerError("psql could not run the schema files", detail=last_lines(output))
    path, line, message = found.groups()
    fields = dict(re.findall(r"^(DETAIL|HINT): +(.+)$", output[found.end() :], re.MULTILINE))
    origin = Origin(path=Path(path), line=int(line))
    return EmbeddedServerError(message, origin=origin, detail=fields.get("DETAIL"), hint=fields.get("HINT"))
