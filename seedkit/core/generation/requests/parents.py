"""The parents that rows need, and how many of them."""

from __future__ import annotations

from seedkit.core.catalog import Table
from seedkit.core.foreign_keys import ForeignKey

LEAST_PARENTS = 10
CHILDREN_PER_PARENT = 10


def parents_of(table: Table) -> dict[int, list[ForeignKey]]:
    """Give the foreign keys of a table by the table that they lead to: a partition's rows come with the whole."""
    found: dict[int, list[ForeignKey]] = {}
    for key in table.foreign_keys:
        root = key.above[-1] if key.above else key.references
        if root not in table.lineage:
            found.setdefault(root, []).append(key)
    return found


def is_needed(table: Table, key: ForeignKey) -> bool:
    """Whether no row can do without a parent: of a key with a NULL in it PostgreSQL asks for none."""
    return not any(table.column(name).may_be_null for name in key.columns)


def needed_parents(table: Table) -> dict[int, ForeignKey]:
    """Give the tables of which each row of a table needs one, with the key that says so."""
    needed = ((root, key) for root, keys in parents_of(table).items() for key in keys if is_needed(table, key))
    return dict(needed)


def parent_rows(table: Table, key: ForeignKey, children: int) -> int:
    """Say how many rows a parent gets for its children: a tenth, at least ten; one for each where it has but one."""
    if not children:
        return 0
    only_child = any(set(unique.columns) <= set(key.columns) for unique in table.keys)
    return children if only_child else max(LEAST_PARENTS, -(-children // CHILDREN_PER_PARENT))
