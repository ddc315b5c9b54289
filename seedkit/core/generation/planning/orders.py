"""Which of a row's times come before which, by what they mean: created before changed, ended, deleted.

Those that a life makes are in order by themselves. A key, a CHECK, a refinement or a repair may make others.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from seedkit.core.generation.columns.blocks import Generator, Joined, without_nulls
from seedkit.core.generation.columns.moments import Life
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.meant import meant
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.planning.types.beginnings import DATES
from seedkit.core.generation.planning.types.times import BEGINS, STEPS


class Order(Struct, frozen=True):
    """A column that has a time before another column's; both are `past` in any row that is there."""

    earlier: str
    later: str
    past: bool


def orders_of(plan: PlannedTable) -> list[Order]:
    """List the columns of a table that have times in an order, each with the nearest one before it."""
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
    before: list[str] = []
    for step in ("created", *STEPS):
        names = [name for name, (meaning, _) in meanings.items() if meaning == step]
        for name in names if before else ():
            yield Order(before[-1], name, past=True)
        before += names[:1]


def _periods(meanings: dict[str, tuple[str, str]]) -> Iterator[Order]:
    named = {found: name for name, found in meanings.items()}
    for (meaning, prefix), name in named.items():
        if meaning in BEGINS and (begin := named.get((BEGINS[meaning], prefix))) is not None:
            yield Order(begin, name, past=False)
