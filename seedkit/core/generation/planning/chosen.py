"""What was chosen for a column, and what the choice rests on."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.catalog import Column
from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.expressions.type_names import without_modifier
from seedkit.core.generation.meanings import Meanings
from seedkit.core.generation.narrowing import narrowed
from seedkit.core.generation.schema import TableRules
from seedkit.core.generation.shapes import Shape
from seedkit.core.generation.spans import Narrowing
from seedkit.core.generation.streams import Stream
from seedkit.core.generation.words import Words
from seedkit.core.names import in_quotes
from seedkit.errors import UsageError

_YEARS = range(1000, 9000)
_ROOMS = {"name": 63, "character": 1, '"char"': 1}
"""What types hold whose name says nothing of it."""


class Rung(StrEnum):
    """What decided about a column."""

    REFINED = "refinement"
    KEY = "key"
    PARENT = "foreign key"
    EXISTING = "existing rows"
    TYPED = "the table that its type names"
    UNTYPED = "type, as no table with rows is known that its type could name"
    LISTED = "values that are listed"
    COMMENT = "comment"
    DEFAULT = "default"
    NAME = "name"
    TYPE = "type"
    NONE = "no generator"


Made: TypeAlias = tuple[Generator, str]
"""A generator, and how it is written in the fixture language."""


class Chosen(Struct, frozen=True, kw_only=True):
    """A column's generator, as it is written in the fixture language, and the rung that it came from.

    `refused` says why there is no value for a column that has to have one.
    """

    column: str
    generator: Generator
    spelling: str
    rung: Rung
    refused: str | None = None


class Run(Struct, frozen=True, kw_only=True):
    """What all of a run's choices share: the random seed, the day that it takes for today, meanings and words.

    Raises UsageError for a day around which Python can not count the years that people live.
    """

    random_seed: int
    today: date
    meanings: Meanings
    words: Words

    def __post_init__(self) -> None:
        if self.today.year not in _YEARS:
            raise UsageError(
                f"there are no dates to be made up around {self.today}",
                hint=f"Take a day of the years {_YEARS[0]} to {_YEARS[-1]}: --now 2026-12-01.",
            )

    def stream(self, table: str, *parts: str) -> Stream:
        """Name a stream of a table, or of a column of it."""
        return Stream.named(self.random_seed, table, *parts)


class Facts(Struct, frozen=True, kw_only=True):
    """What is known of a column: its table's rules, what its CHECKs leave, whether a key asks for no value twice.

    Of a part of its values — an element of an array, a field, a bound — `part` is the type, `called` its name, `within`
    the column whose place and person a field tells, and `item` names which of several elements it is. `attempt` is 0,
    or how often the value has been drawn before. A range is as `wide` as a key of what is computed from it asks for.
    """

    rules: TableRules
    column: Column
    narrowing: Narrowing
    unique: bool
    part: Shape | None = None
    called: str | None = None
    within: str = ""
    item: tuple[str, ...] = ()
    attempt: int = 0
    wide: int = 0

    @property
    def shape(self) -> Shape:
        """What the type asks of the values."""
        return self.part or self.rules.shape(self.column)

    @property
    def name(self) -> str:
        """What says what the values mean: the column's name, or the part's."""
        return self.called or self.column.name

    @property
    def place(self) -> str:
        """The table and the column, for people."""
        return f"table {in_quotes(self.rules.table.name)}, column {in_quotes(self.column.name)}"

    @property
    def kind(self) -> str:
        """The type below its domains, without length and precision."""
        return without_modifier(self.shape.type)

    @property
    def limits(self) -> tuple[int, ...]:
        """The length, or precision and scale, that the type's name carries."""
        return self.shape.limits

    @property
    def table_name(self) -> str:
        """The table's name with its schema: what its streams are named by."""
        return str(self.rules.table.name)

    @property
    def not_null(self) -> bool:
        """Whether the column, one of its domains or a CHECK refuses NULL."""
        asked = self.column.not_null if self.part is None else False
        return asked or self.shape.not_null or self.narrowing.null is False

    @property
    def room(self) -> int | None:
        """The number of characters that a text may have; None for any."""
        bounds = [_ROOMS[self.kind]] if self.kind in _ROOMS and not self.limits else []
        if self.limits:
            bounds.append(self.limits[0])
        most = (span.counts[1] for span in (self.narrowing.length, self.narrowing.octets))
        return min([*bounds, *(count for count in most if count is not None)], default=None)

    @property
    def least_room(self) -> int:
        """The number of characters that a text has to have at least."""
        return max(0, *(span.counts[0] or 0 for span in (self.narrowing.length, self.narrowing.octets)))

    def of_part(self, part: Shape, called: str | None = None, *, within: str = "", item: str = "") -> Facts:
        """Say what is known of a part of the values: its type and the CHECKs of its domains."""
        return replace(
            self,
            part=part,
            called=called or self.name,
            narrowing=narrowed("value", part.checks),
            unique=False,
            within=within or self.within,
            item=(*self.item, self.name, item) if item else self.item,
        )

    def shared(self, run: Run) -> Stream:
        """Name what the row's columns share: its person, its place, its life; elements have their own."""
        stream = run.stream(self.table_name).at(self.attempt)
        return stream.apart(*self.item) if self.item else stream
