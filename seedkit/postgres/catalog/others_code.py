"""Whose code runs when rows come into tables: that of the roles that own what the tables are made of."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from seedkit.core.catalog import Table
from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import ask_and_leave


class OthersCode(Struct, frozen=True, kw_only=True):
    """The roles, neither ours nor superusers, whose code may run; with the search path that one of them has set."""

    roles: tuple[str, ...]
    path: str | None = None
    path_role: str | None = None


def leave_to_others(connection: Connection, tables: Sequence[Table]) -> OthersCode:
    """Leave the safe path, and say whose code may run from now on."""
    asked = ask_and_leave(
        connection, lambda: connection.execute(query("others_code"), {"tables": [table.oid for table in tables]})
    )
    rows = asked.fetchall()
    paths = [(role, path) for role, path in rows if path is not None]
    path_role, path = paths[0] if paths else (None, None)
    return OthersCode(
        roles=tuple(dict.fromkeys(role for role, path in rows if path is None)), path=path, path_role=path_role
    )
