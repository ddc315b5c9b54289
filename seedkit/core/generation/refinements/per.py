"""`_rows: !per {users: 0..8}`: by which foreign key rows belong to their parents."""

from __future__ import annotations

from collections.abc import Mapping

from seedkit.core.catalog import Table, UniqueKey
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.refinements.meant import Per
from seedkit.core.names import in_quotes
from seedkit.errors import FixtureError


def key_to(table: Table, parent: int, tables: Mapping[int, Table]) -> ForeignKey:
    """Find the foreign key that leads to a parent; raises FixtureError where rows can not be counted by one."""
    keys = [key for key in table.foreign_keys if parent in (key.references, *key.above) and key.when is None]
    name = in_quotes(tables[parent].name) if parent in tables else "that"
    if not keys:
        raise FixtureError(
            f"!per: table {in_quotes(table.name)} has no foreign key to {name}", hint="Write _rows: 1000."
        )
    key = min(keys, key=lambda key: (len(key.columns), key.name))
    if parent in table.lineage:
        raise FixtureError(f"!per: table {in_quotes(table.name)} refers to itself there", hint="Write _rows: 1000.")
    shared = [other.name for other in table.foreign_keys if other is not key and set(other.columns) & set(key.columns)]
    if shared:
        raise FixtureError(
            f"!per: the foreign key {key.name} shares columns with {shared[0]}", hint="Write _rows: 1000."
        )
    return key


def only_one(table: Table, key: ForeignKey) -> UniqueKey | None:
    """Give the unique key by which a parent can have but one row; None where it can have more."""
    return next((each for each in table.keys if set(each.columns) <= set(key.columns)), None)


def refuse_many(table: Table, key: ForeignKey, per: Per) -> None:
    """Raise FixtureError where a parent can have but one row."""
    unique = only_one(table, key)
    if unique is not None and per.most > 1:
        raise FixtureError(
            f"!per: {unique.name} lets each parent have one row of table {in_quotes(table.name)}",
            hint="Write 0..1, or 1..1 for one each.",
        )


def refuse_circle(oid: int, per: Mapping[int, Per], tables: Mapping[int, Table]) -> None:
    """Raise FixtureError where the rows of a table would be counted by themselves, by way of other tables or not."""
    walk = [oid]
    while (parent := per[walk[-1]].parent) in per:
        if parent == oid:
            circle = " → ".join(str(tables[each].name) for each in (*walk, oid))
            raise FixtureError(f"!per goes in a circle: {circle}", hint="Write a number for one of them: _rows: 1000.")
        if parent in walk:  # which is refused for a table of the circle
            return
        walk.append(parent)
