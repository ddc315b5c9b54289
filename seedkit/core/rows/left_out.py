"""Columns that must have a value and that rows leave out: what the catalog tells of rows before PostgreSQL is asked."""

from __future__ import annotations

from collections.abc import Collection

from seedkit.core.catalog import Table
from seedkit.core.names import Columns


def left_out(table: Table, given: Collection[str]) -> Columns:
    """List what keeps a new row that gives only some columns from being inserted, unless something fills it."""
    return tuple(column.name for column in table.columns if column.required and column.name not in given)


def may_be_filled(table: Table) -> bool:
    """Whether a trigger or a rule may give a row what it leaves out, or another server decides."""
    return table.insert_triggers or table.rules or table.foreign_leaves
