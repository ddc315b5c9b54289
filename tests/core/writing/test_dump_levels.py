"""In which order references are followed: level by level, each once, and none that leads elsewhere."""

from __future__ import annotations

from seedkit.core.catalog import Table
from seedkit.core.writing.dump_levels import Level, levels_to
from seedkit.core.writing.dump_plan import Reference, plan_dump
from tests.core.builders import a_catalog, a_table


def levels(tables: list[Table], named: int, target: int) -> list[Level]:
    by_oid = {table.oid: table for table in tables}
    plan = plan_dump(a_catalog(*(table.name.name for table in tables)), by_oid, [named], None)
    return levels_to(plan, by_oid[target])


def ends(reference: Reference) -> tuple[int, int]:
    return reference.child.oid, reference.parent.oid


def shown(level: Level) -> tuple[object, ...]:
    further = [(number, *ends(reference)) for number, reference in level.further]
    return [*map(ends, level.first)], further, [*map(ends, level.circular)]


def test_a_chain_is_followed_table_by_table() -> None:
    tables = [a_table("t1", oid=1), *(a_table(f"t{oid}", oid=oid, references=[oid - 1]) for oid in range(2, 6))]

    found = levels(tables, named=5, target=2)

    assert [shown(level) for level in found] == [([(5, 4)], [], []), ([], [(0, 4, 3)], []), ([], [(1, 3, 2)], [])]


def test_what_does_not_lead_to_a_table_is_not_followed_for_it() -> None:
    tables = [a_table("t1", oid=1), a_table("t2", oid=2), a_table("t3", oid=3, references=[1, 2])]

    assert [shown(level) for level in levels(tables, named=3, target=1)] == [([(3, 1)], [], [])]


def test_a_circle_is_one_level() -> None:
    circle = [a_table("t1", oid=1, references=[2]), a_table("t2", oid=2, references=[1])]
    tables = [a_table("t4", oid=4), *circle, a_table("t3", oid=3, references=[1, 4])]

    [level] = levels(tables, named=3, target=1)

    assert shown(level) == ([(3, 1)], [], [(1, 2), (2, 1)])
