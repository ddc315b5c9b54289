"""Reads how sequences are defined: where they begin, which way they go, and where they end."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg.rows import class_row

from seedkit.core.generation.planning.numbering import Definition
from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import safe_path


def read_definitions(connection: Connection, oids: Sequence[int]) -> dict[int, Definition]:
    """Read the definitions of some sequences, by OID; asks nothing where there are none."""
    if not oids:
        return {}
    with safe_path(connection), connection.cursor(row_factory=class_row(Definition)) as cursor:
        found = cursor.execute(query("generation_sequences"), {"sequences": list(oids)}).fetchall()
    return {definition.oid: definition for definition in found}
