"""The values that a key's column may have, each with a place of its own: 0 is the first that is used.

A place gives a value's COPY text, and the text of a value that is there gives its place, so that it can be left out.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Protocol

from msgspec import Struct

from seedkit.core.generation.keys.spellings import Spelling
from seedkit.core.values.copy_text import field_value


class Values(Protocol):
    """So many values, of which a `window` is used up before the others come."""

    @property
    def count(self) -> int:
        """How many there are."""
        ...

    @property
    def window(self) -> int:
        """How many are used before the others."""
        ...

    def text(self, place: int) -> str:
        """Give a value, as COPY text."""
        ...

    def place(self, value: str) -> int | None:
        """Say which one a value is, None for none of them."""
        ...


class Listed(Struct, frozen=True, dict=True):
    """Values that are listed, as COPY texts."""

    texts: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.texts)

    window = count

    def text(self, place: int) -> str:
        """Give a value."""
        return self.texts[place]

    def place(self, value: str | None) -> int | None:
        """Say which one a value is; NULL, too, where it is listed."""
        found = self._places.get(value)
        return found if found is not None or value is None else self._alike.get(_plainest(value))

    @cached_property
    def _places(self) -> dict[str | None, int]:
        return {field_value(text): place for place, text in enumerate(self.texts)}

    @cached_property
    def _alike(self) -> dict[str, int]:
        return {_plainest(text): place for text, place in self._places.items() if text is not None}


def _plainest(text: str) -> str:
    """Write what types spell in several ways in one: truths, numbers, characters that blanks fill up.

    >>> _plainest("true"), _plainest("1.50"), _plainest("ab  ")
    ('t', '1.5', 'ab')
    """
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return {"true": "t", "false": "f"}.get(text, text.rstrip(" "))


class Windowed(Struct, frozen=True):
    """Values that are used first, and no others."""

    values: Values

    @property
    def count(self) -> int:
        """How many there are."""
        return self.values.window

    window = count

    def text(self, place: int) -> str:
        """Give a value."""
        return self.values.text(place)

    def place(self, value: str) -> int | None:
        """Say which one a value is."""
        found = self.values.place(value)
        return found if found is not None and found < self.count else None


class Line(Struct, frozen=True):
    """Whole numbers from `low` to `high`: a window of them first, then those above it, then those below it.

    >>> from seedkit.core.generation.keys.spellings import Fractions
    >>> line = Line(10, 3, 8, 14, Fractions())
    >>> [line.text(place) for place in range(line.count)], line.place("9")
    (['10', '11', '12', '13', '14', '9', '8'], 5)
    """

    begin: int
    window: int
    low: int
    high: int
    spelling: Spelling

    @property
    def count(self) -> int:
        """How many there are: none where CHECKs leave none."""
        return max(0, self.high - self.low + 1)

    def text(self, place: int) -> str:
        """Give a value."""
        number = self.begin + place
        return self.spelling.write(number if number <= self.high else self.begin - (number - self.high))

    def place(self, value: str) -> int | None:
        """Say which one a value is."""
        number = self.spelling.read(value)
        if number is None or not self.low <= number <= self.high:
            return None
        return number - self.begin if number >= self.begin else self.high - number


def clamped(begin: int, window: int, low: int, high: int, spelling: Spelling) -> Line:
    """Give a line whose window begins within it."""
    begin = min(max(begin, low), high)
    return Line(begin, max(1, min(window, high - begin + 1)), low, high, spelling)
