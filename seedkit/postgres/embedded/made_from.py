"""What the tables of an embedded database were made from, so that a later change of the schema files is noticed.

It is kept as a setting of the database itself: it comes and goes with the tables, and is there when they are. Files
that a schema file includes are not looked at.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from psycopg import sql

from seedkit.postgres.connection import Connection

_SETTING = "seedkit.made_from"

MadeFrom = Mapping[str, str]
"""Schema files by their path from the project, each with what tells its content from another."""


def fingerprints(project: Path, schema_files: Sequence[Path]) -> MadeFrom:
    """Read what the schema files hold now; one that is gone holds nothing."""
    return {os.path.relpath(path, project): _fingerprint(path) for path in schema_files}


def _fingerprint(path: Path) -> str:
    content = path.read_bytes() if path.is_file() else b""
    return f"{crc32(content):08x}-{len(content)}"


class Found(NamedTuple):
    """A database that is there, and what it was made from, None where nobody has written it down."""

    files: MadeFrom | None


def find_database(connection: Connection, name: str) -> Found | None:
    """Find a database of a server, None where there is none."""
    row = connection.execute(
        "select (select pg_catalog.substr(setting, pg_catalog.length(%(setting)s) operator(pg_catalog.+) 2)"
        " from pg_catalog.pg_db_role_setting, pg_catalog.unnest(setconfig) as setting"
        " where setdatabase operator(pg_catalog.=) made.oid"
        " and setrole operator(pg_catalog.=) '0'::pg_catalog.oid"
        " and pg_catalog.starts_with(setting, %(setting)s operator(pg_catalog.||) '='))"
        " from pg_catalog.pg_database as made where datname operator(pg_catalog.=) %(name)s",
        {"setting": _SETTING, "name": name},
    ).fetchone()
    return Found(row[0] and json.loads(row[0])) if row else None


def write_made_from(connection: Connection, name: str, files: MadeFrom) -> None:
    """Write down what a database was made from."""
    connection.execute(
        sql.SQL("alter database {} set {} = {}").format(
            sql.Identifier(name), sql.Identifier(*_SETTING.split(".")), sql.Literal(json.dumps(files))
        )
    )


def changes(before: MadeFrom, now: MadeFrom) -> Iterator[str]:
    """Say what has become of the schema files since.

    >>> list(changes({"a.sql": "1", "b.sql": "2"}, {"a.sql": "3", "c.sql": "4"}))
    ['a.sql has changed', 'b.sql is none of them any more', 'c.sql has been added']
    """
    for name in (*before, *(name for name in now if name not in before)):
        if name not in now:
            yield f"{name} is none of them any more"
        elif name not in before:
            yield f"{name} has been added"
        elif before[name] != now[name]:
            yield f"{name} has changed"
