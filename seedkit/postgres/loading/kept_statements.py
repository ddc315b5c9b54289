"""Keeps statements that differ in their rows alone: a seeder that inserts in a loop has each written once.

To put a merge together takes longer than the server needs for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias
from weakref import WeakKeyDictionary

from msgspec.structs import replace
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.postgres.connection import Connection, as_bytes, codec_of
from seedkit.postgres.loading.stages import Stage

_MOST = 64
_ROWS = "[the rows of the stage]"
"""Stands for the rows while a statement is put together."""

_Written: TypeAlias = "tuple[Table, list[bytes]]"
"""What stands around the rows, and the table that it is for: no other one is then in that one's place in memory."""
_kept: WeakKeyDictionary[Connection, dict[object, _Written]] = WeakKeyDictionary()


def kept_statement(connection: Connection, stage: Stage, statement: Callable[[Stage], sql.Composed]) -> bytes:
    """Write the statement for an inline stage, as it is sent."""
    kept = _kept.setdefault(connection, {})
    alike = (stage.shape, stage.key, stage.on_conflict, stage.numbered, stage.rows)
    kind = (id(stage.table), *alike, statement, codec_of(connection))
    if kind not in kept:
        if len(kept) == _MOST:
            kept.clear()
        rows = as_bytes(connection, sql.Literal(_ROWS))
        around = as_bytes(connection, statement(replace(stage, document=_ROWS))).split(rows)
        if len(around) != 2:  # it stands elsewhere, too
            return as_bytes(connection, statement(stage))
        kept[kind] = stage.table, around
    _, around = kept[kind]
    return as_bytes(connection, sql.Literal(stage.document)).join(around)
