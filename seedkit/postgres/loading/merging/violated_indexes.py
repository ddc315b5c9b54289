"""Reads the index that has refused a row: which columns decide whether it takes another one."""

from __future__ import annotations

import psycopg
from msgspec import Struct
from psycopg.rows import class_row

from seedkit.core.catalog import Column
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import safe_path


class ViolatedIndex(Struct, frozen=True, kw_only=True):
    """A row of the query `violated_index`, which says what is what."""

    exclusion: bool
    nulls_alike: bool
    tables: list[int]
    plain: list[str]
    others: list[str]
    followed: list[str]

    @property
    def columns(self) -> list[str]:
        """All columns that it asks."""
        return [*self.plain, *self.others]

    def changed_by(self, stage: Stage) -> list[Column]:
        """List those of its columns that a stage may update, but for those by which it recognises rows."""
        if not stage.updates or stage.table.oid not in self.tables:
            return []
        movable = {*stage.updatable} - {*stage.key}
        return [stage.table.column(name) for name in self.columns if name in movable]


def read_violated_index(connection: Connection, error: psycopg.Error) -> ViolatedIndex | None:
    """Read the index that an error is about; None where the error names none that is there."""
    names = {"schema": error.diag.schema_name, "table": error.diag.table_name, "name": error.diag.constraint_name}
    with safe_path(connection), connection.cursor(row_factory=class_row(ViolatedIndex)) as cursor:
        return cursor.execute(query("violated_index"), names).fetchone()
