"""Puts the sequences of a clone back to where they were when it was made: ROLLBACK does not do it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from psycopg import sql

from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query

_AT_ONCE = 500
"""More sequences than that are read by several statements: each of them is locked meanwhile."""


class Place(NamedTuple):
    """Where a sequence stands."""

    last_value: int
    is_called: bool


def places(connection: Connection) -> dict[int, Place]:
    """Read where all sequences of the database stand, by OID."""
    named = connection.execute(query("all_sequences")).fetchall()
    found: dict[int, Place] = {}
    for start in range(0, len(named), _AT_ONCE):
        selects = (
            sql.SQL("select {oid}::pg_catalog.oid, last_value, is_called from {sequence}").format(
                oid=sql.Literal(oid), sequence=sql.Identifier(schema, name)
            )
            for oid, schema, name in named[start : start + _AT_ONCE]
        )
        rows = connection.execute(sql.SQL(" union all ").join(selects)).fetchall()
        found |= {oid: Place(last_value, is_called) for oid, last_value, is_called in rows}
    return found


def put_back(connection: Connection, kept: Mapping[int, Place]) -> None:
    """Put back all sequences that stand elsewhere; those that are gone, or new, stay as they are."""
    now = places(connection)
    moved = [oid for oid in kept if oid in now and now[oid] != kept[oid]]
    if moved:
        connection.execute(sql.SQL(";").join(set_statements(moved, kept)))


def set_statements(oids: Iterable[int], kept: Mapping[int, Place]) -> Iterator[sql.Composed]:
    """Give the statements that put back those of some sequences that are known."""
    for oid in oids:
        if oid in kept:
            yield sql.SQL("select pg_catalog.setval({}::pg_catalog.oid::pg_catalog.regclass, {}, {})").format(
                sql.Literal(oid), sql.Literal(kept[oid].last_value), sql.Literal(kept[oid].is_called)
            )
