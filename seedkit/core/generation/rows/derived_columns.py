"""Columns that are made of others, by their places in a row: made again where what they are made of has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from seedkit.core.generation.columns.derived import Derived
from seedkit.core.generation.planning.tables import PlannedTable

if TYPE_CHECKING:
    from seedkit.core.generation.satisfying.trials import Derive


class DerivedColumns:
    """The columns of a plan, and which of them are made of which others, each of these behind what it is made of."""

    def __init__(self, plan: PlannedTable) -> None:
        self._places = {chosen.column: place for place, chosen in enumerate(plan.columns)}
        self._derived = dict(_in_order(plan))

    def changed(self, row: Sequence[str], texts: Mapping[str, str]) -> list[str]:
        """Give a row with other texts in some columns."""
        changed = list(row)
        for name, text in texts.items():
            changed[self._places[name]] = text
        return changed

    def made_again(self, number: int, row: list[str]) -> list[str]:
        """Make again what is made of other columns of a row."""
        for name, derived in self._derived.items():
            row[self._places[name]] = derived.make(number, [row[self._places[read]] for read in derived.reads])
        return row

    def deriving(self, number: int, row: Sequence[str]) -> Derive | None:
        """Give what tells what follows from a row's changes, None where nothing does."""
        if not self._derived:
            return None

        def derive(texts: Mapping[str, str]) -> Mapping[str, str]:
            made = self.made_again(number, self.changed(row, texts))
            return {name: made[self._places[name]] for name in self._derived}

        return derive


def _in_order(plan: PlannedTable) -> Iterator[tuple[str, Derived]]:
    waiting = {name: derived for name, derived in _derived(plan) if derived.reads}
    while waiting:
        for name in [name for name, derived in waiting.items() if not waiting.keys() & set(derived.reads)]:
            yield name, waiting.pop(name)


def _derived(plan: PlannedTable) -> Iterable[tuple[str, Derived]]:
    for chosen in plan.columns:
        if isinstance(chosen.generator, Derived):
            yield chosen.column, chosen.generator


def derived_reads(plan: PlannedTable, column: str) -> tuple[str, ...]:
    """Name what a column is made of."""
    return next((derived.reads for name, derived in _derived(plan) if name == column), ())


def linked(plan: PlannedTable) -> PlannedTable:
    """Have what is made of other columns read what makes these now: some may have been tied to each other."""
    found = dict(_in_order(plan))
    if not found:
        return plan
    generators = {chosen.column: chosen.generator for chosen in plan.columns}
    for name, derived in found.items():
        parts = tuple(generators[read] for read in derived.reads)
        generators[name] = replace(derived, parts=parts)
    columns = (replace(chosen, generator=generators[chosen.column]) for chosen in plan.columns)
    return replace(plan, columns=tuple(columns))
