"""Puts the references that lead to a table of a dump into an order in which each is followed once, circles together.

The partitions of one table are one family: a row that is found by a reference to one of them is a row of all those
above. Asks no server.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from seedkit.core.catalog import Table
from seedkit.core.planning.dependency_order import load_order
from seedkit.core.writing.dump_plan import DumpPlan, Reference


class Level(Struct, frozen=True, kw_only=True):
    """Families whose rows are found together, from those of earlier levels: one family, or a circle of several.

    `first` lead here from the rows that were asked for, `further` from rows that an earlier level has found, by its
    number; `circular` from rows of this level.
    """

    first: tuple[Reference, ...]
    further: tuple[tuple[int, Reference], ...]
    circular: tuple[Reference, ...]


def levels_to(plan: DumpPlan, table: Table) -> list[Level]:
    """List the levels by which rows of a table are found that others refer to; the last one is the table's own."""
    references = _leading_to(plan.references, _family(table))
    families = dict.fromkeys(family for reference in references for family in _ends(reference))
    children: dict[int, list[int]] = {family: [] for family in families}
    for child, parent in map(_ends, references):
        children[parent].append(child)
    groups = load_order(list(families), children.__getitem__)
    number = {family: place for place, group in enumerate(groups) for family in group}
    of_group: dict[int, list[Reference]] = {}
    for reference in references:
        of_group.setdefault(number[_family(reference.parent)], []).append(reference)
    first, further = {*plan.first}, {*plan.further}
    numbered = {place: level for level, place in enumerate(place for place in range(len(groups)) if place in of_group)}
    return [
        Level(
            first=tuple(reference for reference in found if reference in first),
            further=tuple(
                (numbered[before], reference)
                for reference in found
                if reference in further and (before := number[_family(reference.child)]) != place and before in numbered
            ),
            circular=tuple(
                reference for reference in found if reference in further and number[_family(reference.child)] == place
            ),
        )
        for place in numbered
        for found in [of_group[place]]
    ]


def _family(table: Table) -> int:
    return table.lineage[-1]


def _ends(reference: Reference) -> tuple[int, int]:
    return _family(reference.child), _family(reference.parent)


def _leading_to(references: Sequence[Reference], family: int) -> list[Reference]:
    """Keep those from which the family can be reached."""
    by_parent: dict[int, list[int]] = {}
    for child, parent in map(_ends, references):
        by_parent.setdefault(parent, []).append(child)
    reached: set[int] = set()
    open_ones: list[int] = [family]
    while open_ones:
        here = open_ones.pop()
        if here not in reached:
            reached.add(here)
            open_ones += by_parent.get(here, [])
    return [reference for reference in references if _family(reference.parent) in reached]


def tables_of(levels: Iterable[Level]) -> Collection[Table]:
    """Collect the tables that are asked on the way."""
    followed = (
        reference
        for level in levels
        for reference in (*level.first, *level.circular, *(further for _, further in level.further))
    )
    return {table.oid: table for reference in followed for table in (reference.child, reference.parent)}.values()
