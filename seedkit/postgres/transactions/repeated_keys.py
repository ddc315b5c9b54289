"""Which key an error of a seeder was about, where it was one that the table has already."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from msgspec import Struct

from seedkit.postgres.connection import Connection, takes_statements
from seedkit.postgres.queries import query


class RepeatedKey(Struct, frozen=True, kw_only=True):
    """The table and the columns of a unique index that refused a row."""

    schema: str
    table: str
    columns: tuple[str, ...]


def repeated_key(connection: Connection, error: BaseException) -> RepeatedKey | None:
    """Tell the key that PostgreSQL refused, also where an ORM has put its own error around it; None for other errors.

    The transaction must be usable again.
    """
    if not takes_statements(connection):
        return None
    for refused in _chain(error):
        told = refused.diag if isinstance(refused, psycopg.errors.UniqueViolation) else None
        if told and told.schema_name and told.table_name and told.constraint_name:
            index = {"schema": told.schema_name, "index": told.constraint_name}
            columns = tuple(name for (name,) in connection.execute(query("index_columns"), index))
            return RepeatedKey(schema=told.schema_name, table=told.table_name, columns=columns)
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
