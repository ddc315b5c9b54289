"""Says what to grant to whom where PostgreSQL has denied a run something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

import psycopg

from seedkit.core.catalog import Table
from seedkit.core.names import quote_identifier
from seedkit.errors import SeedkitError
from seedkit.postgres.connection import Connection

_DENIED = re.compile(r"permission denied for (\w+) (.+)")

Rights: TypeAlias = Mapping[str, str]
"""What is to be granted on each kind of thing."""

READING: Rights = {"table": "select", "schema": "usage", "sequence": "select", "function": "execute"}
GENERATING: Rights = {**READING, "table": "select, insert", "sequence": "usage, select"}
SEEDING: Rights = {**READING, "table": "select, insert, update", "sequence": "usage, select, update"}
SEEDING_ANEW: Rights = {**SEEDING, "table": "select, insert, update, truncate"}


@contextmanager
def rights_told(connection: Connection, needed: Rights, tables: Iterable[Table] = ()) -> Iterator[None]:
    """Have an error that comes from a missing right say what would give it; `tables` are named with their schemas."""
    try:
        yield
    except SeedkitError as error:
        causes = error.__cause__, error.__context__  # what a seeder raises is its own cause
        if error.hint is None and any(isinstance(each, psycopg.errors.InsufficientPrivilege) for each in causes):
            error.hint = _grant(connection, error.message, needed, tables)
        raise


def _grant(connection: Connection, message: str, needed: Rights, tables: Iterable[Table]) -> str | None:
    found = _DENIED.fullmatch(message)
    if found is None or found[1] not in needed:
        return None
    kind, name = found[1], found[2]
    namesakes = [str(table.name) for table in tables if table.name.name == name]
    place = namesakes[0] if kind == "table" and len(namesakes) == 1 else quote_identifier(name)
    return f"grant {needed[kind]} on {kind} {place} to {quote_identifier(connection.info.user)};"
