"""Learns from refused rows: a value of few, or NULL, that the server has always refused, is not sent again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from seedkit.core.generation.columns.blocks import NULL
from seedkit.core.generation.expressions.tree import Cast, Column, Constant, IsNotNull, IsNull, Operation
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.listing import few_values
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.schema import Check
from seedkit.core.values.copy_text import field_value

_ENOUGH = 8
"""So often a value is refused, and never taken, before it counts as banned."""

_KNOWN = ""
"""Stands for any value of a column that has many: all that is not NULL."""

Ban = tuple[str, str]
"""A column and the COPY text that it may not have; NULL, or _KNOWN for all else, where it has many values."""


@dataclass(slots=True)
class Bans:
    """What the refused rows of a table have in common, and no row that was taken."""

    plan: PlannedTable
    found: list[Ban] = field(default_factory=list)
    _places: dict[str, int] = field(init=False)
    _listed: frozenset[str] = field(init=False)
    _refused: Counter[Ban] = field(default_factory=Counter)
    _taken: Counter[str] = field(default_factory=Counter)
    _taken_values: set[Ban] = field(default_factory=set)

    def __post_init__(self) -> None:
        table = self.plan.rules.table
        facts = {chosen.column: facts_of(self.plan.rules, table.column(chosen.column)) for chosen in self.plan.columns}
        listed = [name for name in facts if few_values(facts[name]) is not None]
        self._listed = frozenset(listed)
        self._places = {
            chosen.column: place
            for place, chosen in enumerate(self.plan.columns)
            if chosen.column not in self.plan.fixed
            and (chosen.column in self._listed or not facts[chosen.column].column.not_null)
        }

    def refuse(self, line: str) -> None:
        """Note a row that was refused, as its line of COPY text."""
        self._refused.update(self._values(line))
        self._look()

    def take(self, lines: Iterable[str]) -> None:
        """Note rows that were taken beside refused ones."""
        for line in lines:
            values = list(self._values(line))
            self._taken_values.update(values)
            self._taken.update(name for name, _ in values)
        self._look()

    def forbid(self, line: str) -> bool:
        """Whether a row has what is always refused."""
        return bool(self.found) and any(value in self.found for value in self._values(line))

    def _look(self) -> None:
        self.found = [
            (name, text)
            for (name, text), count in self._refused.items()
            if count >= _ENOUGH and self._taken[name] >= _ENOUGH and (name, text) not in self._taken_values
        ]

    def _values(self, line: str) -> Iterator[Ban]:
        fields = line.rstrip("\n").split("\t")
        for name, place in self._places.items():
            text = fields[place]
            yield name, text if name in self._listed or text == NULL else _KNOWN


def without(ban: Ban) -> Check:
    """Say as a CHECK what a ban asks of rows."""
    name, text = ban
    column = Column(name)
    if text in (NULL, _KNOWN):
        return Check("", IsNotNull(column) if text == NULL else IsNull(column), "")
    return Check("", Operation("<>", Cast(column, "text"), Constant(_plain(text))), "")


def _plain(text: str) -> str:
    return {"t": "true", "f": "false"}.get(text, field_value(text) or "")
