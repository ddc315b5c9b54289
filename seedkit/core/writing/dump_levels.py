"""Puts the references that lead to a table of a dump into an order in which each is followed once, circles together.

The partitions of one table are one family: a row that is found by a reference to one of them is a row of all those
above. Asks no server.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

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
    level_of = _level_numbers(references)
    leading: dict[int, list[Reference]] = {}
    for reference in references:
        leading.setdefault(level_of[_family(reference.parent)], []).append(reference)
    first, further = {*plan.first}, {*plan.further}
    return [
        _level(number, filter(first.__contains__, found), filter(further.__contains__, found), level_of)
        for number, found in sorted(leading.items())
    ]


def _level_numbers(references: Sequence[Reference]) -> dict[int, int]:
    """Give the number of its level for each family that references lead to; a circle is one level."""
    families = dict.fromkeys(family for reference in references for family in _ends(reference))
    children: dict[int, list[int]] = {family: [] for family in families}
    for child, parent in map(_ends, references):
        children[parent].append(child)
    groups = load_order(list(families), children.__getitem__)
    led_to = [group for group in groups if any(children[family] for family in group)]
    return {family: number for number, group in enumerate(led_to) for family in group}


def _level(number: int, first: Iterable[Reference], further: Iterable[Reference], level_of: Mapping[int, int]) -> Level:
    """Part references from rows that were found by the level that has found them."""
    before = [(level_of.get(_family(reference.child)), reference) for reference in further]
    return Level(
        first=tuple(first),
        further=tuple((level, reference) for level, reference in before if level is not None and level != number),
        circular=tuple(reference for level, reference in before if level == number),
    )


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
