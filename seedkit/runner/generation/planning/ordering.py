"""Which tables have to have their rows before others, and how a circle is opened whose keys nobody knows beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from seedkit.core.catalog import Table
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.planning.overwriting import overwritten
from seedkit.core.generation.schema import TableRules
from seedkit.core.planning.dependency_order import load_order

Ignored = Callable[[Table, ForeignKey], bool]


def needed_tables(tables: Mapping[int, Table], oid: int, ignored: Ignored = lambda _table, _key: False) -> list[int]:
    """List the tables that have to have their rows before a table, also where a key leads to a part of them."""
    found = []
    for key in tables[oid].foreign_keys:
        if not ignored(tables[oid], key):
            parts = tables[key.references].partitions if key.references in tables else ()
            found += [key.references, *key.above, *parts]
    return [other for other in found if other != oid]


def without_overwritten(
    group: Sequence[int], tables: Mapping[int, Table], rules: Mapping[int, TableRules]
) -> list[list[int]]:
    """Open a circle that has a table whose keys triggers overwrite: some keys that may be NULL are so.

    First those of these tables, so that others can refer to their rows, which are there then; else all.
    """
    strange = referred_and_overwritten(group, tables, rules)
    if len(group) == 1 or not strange:
        return [list(group)]
    for ignored in (lambda table, key: table.oid in strange and _may_be_null(table, key), _may_be_null):
        found = load_order(group, partial(needed_tables, tables, ignored=ignored))
        if all(len(part) == 1 or not strange.keys() & set(part) for part in found):
            return found
    return [list(group)]


def referred_and_overwritten(
    group: Sequence[int], tables: Mapping[int, Table], rules: Mapping[int, TableRules]
) -> dict[int, frozenset[str]]:
    """Give the columns that tables of a group refer to, and that triggers overwrite, by the OID of their table."""
    keys = [key for oid in group for key in tables[oid].foreign_keys if key.references in group and not key.soft]
    found = {
        oid: overwritten(rules[oid])
        & {name for key in keys if key.references == oid for name in key.referenced_columns}
        for oid in group
    }
    return {oid: names for oid, names in found.items() if names}


def _may_be_null(table: Table, key: ForeignKey) -> bool:
    return any(not table.column(name).not_null for name in key.columns)
