"""How counted columns have the numbers of rows: up or down, bare or in a text, as the sequence behind it gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from seedkit.core.generation.columns.blocks import Constant, Generator, Joined
from seedkit.core.generation.columns.numbers import Counter, Padded
from seedkit.core.generation.columns.parents import Key, Numbered
from seedkit.core.generation.planning.refined import Refined
from seedkit.core.sequences.feeding import FedColumn
from seedkit.core.sequences.ids import IdRange
from seedkit.core.sequences.key_patterns import PLAIN, KeyPattern
from seedkit.core.values.copy_text import field_text

_ZERO = "0"


class Definition(Struct, frozen=True, kw_only=True):
    """A sequence as it is defined; `start` is the value that it gives first."""

    oid: int
    name: str
    start: int
    increment: int
    minimum: int
    maximum: int

    @property
    def last(self) -> int:
        """The last value that it gives, if it goes to its end."""
        end = self.maximum if self.increment > 0 else self.minimum
        return self.start + (end - self.start) // self.increment * self.increment

    @property
    def first(self) -> int:
        """The value that rows begin with: 1, unless that is not in its range, or it starts below.

        >>> Definition(oid=1, name="ids", start=-100, increment=1, minimum=-200, maximum=-1).first
        -100
        """
        return min(self.start, max(1, self.minimum)) if self.increment > 0 else self.start


class Numbering(Struct, frozen=True, kw_only=True):
    """Row 0 has the value `first`, the next one `step` more; `pattern` spells texts of them.

    No row has a value past `last`: the one behind it is left for the sequence to give next. What ends there is the
    sequence of name `source`, or the column's type.
    """

    first: int = 1
    step: int = 1
    last: int | None = None
    source: str | None = None
    pattern: KeyPattern | None = None

    def value(self, row: int) -> int:
        """Give the value of a row.

        >>> Numbering(first=-1, step=-1).value(2)
        -3
        """
        return self.first + row * self.step

    def row_of(self, value: int) -> int:
        """Say which row has a value; below 0 is none.

        >>> Numbering(first=-1, step=-1).row_of(-3)
        2
        """
        return (value - self.first) * self.step

    @property
    def generator(self) -> Generator:
        """What makes the values."""
        pattern = self.pattern
        if pattern is None:
            return Counter(self.first, self.step)
        number = (
            Counter(self.first, self.step) if pattern.width is None else Padded(self.first, self.step, pattern.width)
        )
        around = (Constant(field_text(pattern.prefix)), number, Constant(field_text(pattern.suffix)))
        return Joined(tuple(part for part in around if not isinstance(part, Constant) or part.text))

    def key(self, row: int) -> Key:
        """Give the keys of parents that begin with a row."""
        if self.pattern is None:
            return Numbered(self.value(row), self.step)
        return _Spelled(self, row)

    def spelled(self, row: int) -> str:
        """Write the value of a row as COPY does."""
        pattern, number = self.pattern or PLAIN, str(self.value(row))
        return field_text(f"{pattern.prefix}{number.rjust(pattern.width or 1, pattern.fill)}{pattern.suffix}")

    @property
    def expression(self) -> str | None:
        """The regular expression, of PostgreSQL, that finds the number in a text; None where it is the number."""
        if self.pattern is None:
            return None
        digits = self.pattern.digits.removeprefix("^").removesuffix("$")
        return f"^{re.escape(self.pattern.prefix)}({digits}){re.escape(self.pattern.suffix)}$"


class _Spelled(Struct, frozen=True):
    numbering: Numbering
    first: int

    def __call__(self, place: int) -> str:
        """Give the key of the parent at a place."""
        return self.numbering.spelled(self.first + place)


def numbers_left_to(counted: Mapping[str, Numbering], said: Mapping[str, Refined]) -> dict[str, Numbering]:
    """Give the counted columns but for texts of which something else is said."""
    return {
        name: how
        for name, how in counted.items()
        if how.pattern is None or name not in said or said[name].counted or said[name].left
    }


def numbering_of(column: FedColumn, definition: Definition | None) -> Numbering | None:
    """Say how a column that a sequence feeds has numbers; None where that is text in which they can't be told.

    Ascending ones begin with 1 where the sequence starts behind it: ids that are there decide, and it follows. A row's
    number, and with it its values, would else hang on what was drawn and taken back.
    """
    if column.spelled and not (column.tells and column.pattern.fill == _ZERO):
        return None
    pattern = column.pattern if column.spelled else None
    if definition is None or not column.tells:
        return None if pattern else Numbering()
    held = column.held or IdRange(lowest=definition.last, highest=definition.last)
    last = max(held.lowest, min(held.highest, definition.last))
    source = None if last in (held.lowest, held.highest) else definition.name
    first = definition.first if pattern is None else max(pattern.numbers.lowest, definition.first)
    step = 1 if definition.increment > 0 else -1
    return Numbering(first=first, step=step, last=last - step, source=source, pattern=pattern)
