"""`_rows: !per {users: 0..8}`: by which foreign key rows belong to their parents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from seedkit.core.catalog import Table, UniqueKey
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.refinements.meant import Per
from seedkit.core.names import in_quotes
from seedkit.core.planning.dependency_order import load_order
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


def circles_of_parents(per: Mapping[int, Per]) -> Iterator[list[int]]:
    """Give the tables whose rows would be counted by themselves, as each is counted by the one before."""
    for circle in load_order(list(per), lambda oid: [per[oid].parent] if per[oid].parent in per else []):
        if len(circle) > 1 or per[circle[0]].parent == circle[0]:
            yield circle


def refuse_circle(tables: Sequence[Table]) -> None:
    """Raise FixtureError for tables whose rows count each other."""
    raise FixtureError(
        f"!per goes in a circle: {' → '.join(str(table.name) for table in (*tables, tables[0]))}",
        hint="Write a number for one of them: _rows: 1000.",
    )
