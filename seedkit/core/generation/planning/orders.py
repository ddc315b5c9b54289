"""Which of a row's times come before which, by what they mean: created before changed, ended, deleted.

Those that a life makes are in order by themselves. A key, a CHECK, a refinement or a repair may make others.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from seedkit.core.generation.columns.blocks import Generator, Joined, without_nulls
from seedkit.core.generation.columns.moments import Life
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.meant import meant
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.planning.types.lives import AFTERWARDS, BEGINS, STEPS
from seedkit.core.generation.schema import DATES

_STARTED = "started"
"""The step at which periods begin."""


class Order(Struct, frozen=True):
    """A column that has a time before another column's; both are `past` in any row that is there."""

    earlier: str
    later: str
    past: bool


def orders_of(plan: PlannedTable) -> list[Order]:
    """List the columns of a table that have times in an order, each with the nearest ones before it."""
    meanings = dict(_meanings(plan))
    return [*_steps(meanings), *_periods(meanings)] if len(meanings) > 1 else []


def is_of_a_life(generator: Generator) -> bool:
    """Whether a column's times are in order with others of the row by themselves."""
    match without_nulls(generator):
        case Life() | Joined((Life(), _)):
            return True
        case _:
            return False


def _meanings(plan: PlannedTable) -> Iterator[tuple[str, tuple[str, str]]]:
    for chosen in plan.columns:
        facts = facts_of(plan.rules, plan.rules.table.column(chosen.column))
        if facts.kind in DATES:
            meaning, prefix, _ = meant(facts, plan.run)
            yield chosen.column, (meaning or "", prefix)


def _steps(meanings: dict[str, tuple[str, str]]) -> Iterator[Order]:
    """Order the steps of a life, and what comes after its beginning; a period may begin in the future."""
    steps = [(step, names) for step in ("created", *STEPS) if (names := _at(step, meanings))]
    for (_, before), (step, names) in pairwise(steps):
        yield from (Order(before[0], name, past=step != _STARTED) for name in names)
        yield from (Order(name, names[0], past=step != _STARTED) for name in before[1:])
    for name, (meaning, _) in meanings.items():
        if meaning in AFTERWARDS and steps:
            yield Order(steps[0][1][0], name, past=AFTERWARDS[meaning])


def _at(step: str, meanings: dict[str, tuple[str, str]]) -> list[str]:
    """Name the columns that have a step of a life: those of any period begin at one of them."""
    begin = BEGINS.values() if step == _STARTED else ()
    return [name for name, (meaning, _) in meanings.items() if meaning == step or meaning in begin]


def _periods(meanings: dict[str, tuple[str, str]]) -> Iterator[Order]:
    named = {found: name for name, found in meanings.items()}
    for (meaning, prefix), name in named.items():
        if meaning in BEGINS and (begin := named.get((BEGINS[meaning], prefix))) is not None:
            yield Order(begin, name, past=False)
