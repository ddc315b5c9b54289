"""Columns that are made of others, by their places in a row: made again where what they are made of has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seedkit.core.generation.columns.derived import Derived, Make
from seedkit.core.generation.planning.tables import PlannedTable


@dataclass(frozen=True, slots=True)
class DerivedColumn:
    """A column at a place, made of what stands at others."""

    place: int
    reads: tuple[int, ...]
    make: Make


def derived_columns(plan: PlannedTable) -> dict[str, DerivedColumn]:
    """Give them by name, each behind those that it is made of."""
    places = {chosen.column: place for place, chosen in enumerate(plan.columns)}
    made = {chosen.column: chosen.generator for chosen in plan.columns if isinstance(chosen.generator, Derived)}
    waiting = {name: generator for name, generator in made.items() if generator.reads}
    found: dict[str, DerivedColumn] = {}
    while waiting:
        ready = [name for name, generator in waiting.items() if not waiting.keys() & set(generator.reads)]
        for name in ready:
            generator = waiting.pop(name)
            found[name] = DerivedColumn(places[name], _places(generator.reads, places), generator.make)
    return found


def made_again(derived: Mapping[str, DerivedColumn], number: int, row: list[str]) -> list[str]:
    """Make again what is made of other columns of a row, in their order."""
    for column in derived.values():
        row[column.place] = column.make(number, [row[place] for place in column.reads])
    return row


def _places(names: Sequence[str], places: dict[str, int]) -> tuple[int, ...]:
    return tuple(places[name] for name in names)


def derived_reads(plan: PlannedTable, column: str) -> tuple[str, ...]:
    """Name what a column is made of."""
    generators = (chosen.generator for chosen in plan.columns if chosen.column == column)
    return next((generator.reads for generator in generators if isinstance(generator, Derived)), ())
