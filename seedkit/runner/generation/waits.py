"""Says whose lock a run has waited for in vain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from seedkit.core.catalog import Table
from seedkit.errors import SeedkitError
from seedkit.postgres.connection import Connection, takes_statements
from seedkit.postgres.generation.writers import read_writers

_NOT_TO_BE_HAD = "55P03"
_TUPLE_OF = re.compile(r'while \w+ tuple \([\d,]+\) in relation "(?P<name>.+)"$', re.MULTILINE)
_TOLD = 3


@contextmanager
def whose_lock_told(connection: Connection, tables: Iterable[Table]) -> Iterator[None]:
    """Have an error that ends a wait for a lock say which sessions have written to the tables that it may come from."""
    try:
        yield
    except SeedkitError as error:
        if getattr(error.__cause__, "sqlstate", None) == _NOT_TO_BE_HAD and takes_statements(connection):
            error.detail = " ".join(filter(None, [error.detail, *_told(connection, list(tables), error)]))
            error.hint = "Try again when that has ended, or wait longer for it: --lock-timeout 60s."
        raise


def _told(connection: Connection, tables: list[Table], error: SeedkitError) -> Iterator[str]:
    found = _TUPLE_OF.search(getattr(getattr(error.__cause__, "diag", None), "context", None) or "")
    named = [table for table in tables if found and table.name.name == found["name"]]
    for oid, writers in read_writers(connection, named or tables).items():
        name = next(table.name for table in tables if table.oid == oid)
        who = [str(writer) for writer in writers[:_TOLD]]
        more = f" and {len(writers) - _TOLD} more" * (len(writers) > _TOLD)
        yield f"{', '.join(who)}{more} {'has' if len(writers) == 1 else 'have'} written to {name}, and not ended."
