"""Says what to grant to whom where PostgreSQL has denied a run something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg

from seedkit.core.catalog import Table
from seedkit.core.names import quote_identifier
from seedkit.errors import SeedkitError
from seedkit.postgres.connection import Connection

_DENIED = re.compile(r"permission denied for (\w+) (.+)")
_RIGHTS = {"table": "select, insert", "schema": "usage", "sequence": "usage, select", "function": "execute"}


@contextmanager
def rights_told(connection: Connection, tables: Iterable[Table] = ()) -> Iterator[None]:
    """Have an error that comes from a missing right say what would give it; `tables` are named with their schemas."""
    try:
        yield
    except SeedkitError as error:
        if error.hint is None and isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
            error.hint = _grant(connection, error.message, tables)
        raise


def _grant(connection: Connection, message: str, tables: Iterable[Table]) -> str | None:
    found = _DENIED.fullmatch(message)
    if found is None or found[1] not in _RIGHTS:
        return None
    kind, name = found[1], found[2]
    namesakes = [str(table.name) for table in tables if table.name.name == name]
    place = namesakes[0] if kind == "table" and len(namesakes) == 1 else quote_identifier(name)
    return f"grant {_RIGHTS[kind]} on {kind} {place} to {quote_identifier(connection.info.user)};"
