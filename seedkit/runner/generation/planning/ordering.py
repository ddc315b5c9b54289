"""Which tables have to have their rows before others, and how a circle is opened whose keys nobody knows beforehand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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


def opened(
    group: Sequence[int],
    tables: Mapping[int, Table],
    rules: Mapping[int, TableRules],
    counted: Callable[[int], Collection[str]],
) -> list[list[int]]:
    """Open a circle in which others would have to refer to what nobody knows before its rows are there.

    That is what triggers overwrite, and what follows from itself. Some keys that may be NULL are so: first those of the
    tables that it stands in, so that others can refer to their rows, which are there then; else all.
    """
    if len(group) == 1:
        return [list(group)]
    strange = {*referred_and_overwritten(group, tables, rules), *(oid for oid, _ in circular(group, tables, counted))}
    if not strange:
        return [list(group)]
    for ignored in (lambda table, key: table.oid in strange and _may_be_null(table, key), _may_be_null):
        found = load_order(group, partial(needed_tables, tables, ignored=ignored))
        if all(len(part) == 1 or not strange & set(part) for part in found):
            return found
    return [list(group)]


def circular(
    group: Iterable[int], tables: Mapping[int, Table], counted: Callable[[int], Collection[str]]
) -> set[tuple[int, str]]:
    """Give the columns of a circle's tables whose values would follow from themselves, by way of foreign keys.

    Such is a column that two foreign keys share: each has the other's. Who is counted follows from nothing.
    """
    follows: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for oid in group:
        for key in tables[oid].foreign_keys:
            for name, other in zip(key.columns, key.referenced_columns, strict=True):
                if key.references in group and key.references != oid and name not in counted(oid):
                    follows.setdefault((oid, name), []).append((key.references, other))
    found = load_order(list(follows), lambda place: [other for other in follows[place] if other in follows])
    return {place for places in found if len(places) > 1 for place in places}


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
    return any(table.column(name).may_be_null for name in key.columns)
