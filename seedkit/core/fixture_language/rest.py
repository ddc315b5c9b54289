"""`_fixture: {rest: generate}`: what rows leave out has values as generated rows have them, written on insert only."""

from __future__ import annotations

from collections.abc import Sequence

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.row_values import RowValues
from seedkit.core.fixtures import Value
from seedkit.errors import FixtureError

REST_TAG = "!rest"
"""Stands in a column that a row leaves out; nobody writes it."""


def rest_columns(table: Table, key: Sequence[str]) -> list[str]:
    """List the columns that are generated where rows leave them out: all but keys, and what the database counts.

    A foreign key of several columns is left to the rows, and one that may be NULL.
    """
    primary = table.primary_key
    known = {
        *(primary.columns if primary else ()),
        *(column.name for name in key if (column := table.find_column(name))),
    }
    return [column.name for column in table.columns if column.name not in known and _is_rest(table, column)]


def _is_rest(table: Table, column: Column) -> bool:
    keys = [key for key in table.foreign_keys if column.name in key.columns]
    own = any(len(key.columns) > 1 or key.leads_to(table.lineage) for key in keys)
    optional = bool(keys) and not column.not_null
    return not (column.generated or column.identity or column.draws or own or optional)


def rest(row: RowValues, column: str, value: Value) -> Value:
    """Give what a row has in a column that it leaves out: a parent's key, or what would be generated."""
    del value
    row.once.add(column)
    table, around = row.around.table, row.around
    key = next((key for key in table.foreign_keys if column in key.columns), None)
    if key is None:
        if around.setting.like is None:
            raise FixtureError("rest: generate has nothing to generate with here")
        return around.setting.like(row, column, "")
    name = str(key.references)
    if name not in around.candidates:
        parent = around.labels.table(key.references)
        candidates = around.labels.candidates(parent)
        if not candidates:
            raise FixtureError(f'table "{parent.name}" has no rows that "{column}" could refer to')
        around.candidates[name] = candidates
    return around.candidates[name].winner(row.draw(column))
