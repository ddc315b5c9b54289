"""What was chosen for a column, and what the choice rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from seedkit.core.catalog import Column
from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.expressions.type_names import modifiers, without_modifier
from seedkit.core.generation.meanings import Meanings
from seedkit.core.generation.schema import TableRules
from seedkit.core.generation.spans import Narrowing
from seedkit.core.generation.streams import Stream
from seedkit.core.generation.words import Words


class Rung(StrEnum):
    """What decided about a column."""

    REFINED = "refinement"
    KEY = "key"
    PARENT = "foreign key"
    LISTED = "values that are listed"
    COMMENT = "comment"
    NAME = "name"
    TYPE = "type"
    NONE = "no generator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A column's generator, as it is written in the fixture language, and the rung that it came from."""

    column: str
    generator: Generator
    spelling: str
    rung: Rung


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What all of a run's choices share: the random seed, the day that it takes for today, meanings and words."""

    random_seed: int
    today: date
    meanings: Meanings
    words: Words

    def stream(self, table: str, *parts: str) -> Stream:
        """Name a stream of a table, or of a column of it."""
        return Stream.named(self.random_seed, table, *parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a column: its table's rules, what its CHECKs leave, whether a key asks for no value twice."""

    rules: TableRules
    column: Column
    narrowing: Narrowing
    unique: bool

    @property
    def kind(self) -> str:
        """The type below its domains, without length and precision."""
        return without_modifier(self.column.base_type)

    @property
    def limits(self) -> tuple[int, ...]:
        """The length, or precision and scale, that the type's name carries."""
        return modifiers(self.column.type_name) or modifiers(self.column.base_type)

    @property
    def table_name(self) -> str:
        """The table's name with its schema: what its streams are named by."""
        return str(self.rules.table.name)

    @property
    def room(self) -> int | None:
        """The number of characters that a text may have; None for any."""
        bounds = []
        if self.limits:
            bounds.append(self.limits[0])
        for span in (self.narrowing.length, self.narrowing.octets):
            if span.high is not None:
                bounds.append(int(span.high) - (0 if span.with_high else 1))
        return min(bounds, default=None)
