"""Reads the comments of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from seedkit.postgres.queries import query
from seedkit.postgres.search_path import asked_safely
from seedkit.postgres.session import Session


def read_table_comments(connection: Session, oids: Iterable[int]) -> Mapping[int, str]:
    """Read the comments of those tables, by OID, that have one."""
    asked = asked_safely(connection, lambda: connection.execute(query("table_comments"), {"tables": list(oids)}))
    with asked as comments:
        return dict(comments.fetchall())
