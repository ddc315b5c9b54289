"""Rows that libraries of a program have made, turned into what a seeder inserts. Imports none that is not there yet."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from seedkit.core.catalog import Table
from seedkit.orm.table_names import TableLike


class ModelRows(NamedTuple):
    """The rows, the columns they are recognised by, and whether the server may have to evaluate SQL for others."""

    rows: Iterable[object]
    key: tuple[str, ...]
    may_compute: bool


def model_rows(rows: Iterable[object], model: TableLike, table: Table, key: Sequence[str]) -> ModelRows:
    """Read a seeder's rows for a table, for which it may have a `model`, one by one as they are asked for.

    `key` are the columns that the seeder recognises them by, or attributes of the model.
    """
    sqlalchemy = sys.modules.get("sqlalchemy")
    has_mapped_rows = "sqlalchemy.orm" in sys.modules or not isinstance(model, str)
    if sqlalchemy is None or not has_mapped_rows or sqlalchemy.__version__.startswith("1."):
        return ModelRows(rows, tuple(key), may_compute=False)
    from seedkit.orm.mapped_rows import column_names, may_compute, read_rows

    columns = column_names(model, key)
    return ModelRows(read_rows(rows, model, table, columns), columns, may_compute(model))
