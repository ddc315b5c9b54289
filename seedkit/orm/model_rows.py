"""Rows that libraries of a program have made, turned into what a seeder inserts. Imports none that is not there yet."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from typing import NamedTuple

from seedkit.core.catalog import Table
from seedkit.orm.table_names import TableLike


class ModelRows(NamedTuple):
    """The rows, and whether the server may have to evaluate SQL for some of their columns."""

    rows: Iterable[object]
    may_compute: bool


def model_rows(rows: Iterable[object], model: TableLike, table: Table, key: Collection[str]) -> ModelRows:
    """Read a seeder's rows for a table, for which it may have a `model`, one by one as they are asked for.

    `key` are the columns that the seeder recognises them by.
    """
    sqlalchemy = sys.modules.get("sqlalchemy")
    has_mapped_rows = "sqlalchemy.orm" in sys.modules or not isinstance(model, str)
    if sqlalchemy is None or not has_mapped_rows or sqlalchemy.__version__.startswith("1."):
        return ModelRows(rows, may_compute=False)
    from seedkit.orm.mapped_rows import may_compute, read_rows

    return ModelRows(read_rows(rows, model, table, key), may_compute(model))
