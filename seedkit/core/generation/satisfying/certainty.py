"""What is sure of tied columns, whatever values are drawn: no row need be looked at for the CHECK that ties them."""

from __future__ import annotations

from collections.abc import Collection

from seedkit.core.generation.columns.blocks import NULL, Generator
from seedkit.core.generation.columns.extents import Extent, extent_of
from seedkit.core.generation.expressions.tree import Expression, columns_of
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.satisfying.dependent import Beyond, Turn, Where
from seedkit.core.generation.satisfying.ladders import ladder_of


def is_known(generator: Generator) -> bool:
    """Whether a generator never gives NULL."""
    extent = extent_of(generator)
    return extent != Extent() and not extent.nulls


def has_texts(generator: Generator, texts: Collection[str]) -> bool:
    """Whether a generator gives no other texts than these, and NULL."""
    found = extent_of(generator).texts
    return found is not None and found <= {*texts, NULL}


def is_sure_beyond(made: Beyond) -> bool:
    """Whether there is a value beyond each bound: beyond the furthest one."""
    ladder, bounds = ladder_of(made.facts), extent_of(made.other)
    furthest = bounds.high if made.operator in (">", ">=") else bounds.low
    if ladder is None or furthest is None or extent_of(made.inner) == Extent():
        return False
    steps = ladder.count(furthest)
    return steps is not None and ladder.beside(made.operator, steps, made.ends) is not None


def is_tied(node: Expression, plan: PlannedTable) -> bool:
    """Whether a condition holds as its columns are tied to each other."""
    generators = {name: plan.chosen(name).generator for name in columns_of(node) if name not in plan.rules.generated}
    if len(generators) < len(columns_of(node)):
        return False
    for made in generators.values():
        if isinstance(made, Where | Beyond) and made.holds == node:
            return made.other in generators.values()
    return bool(generators) and all(isinstance(made, Turn) and made.holds == node for made in generators.values())
