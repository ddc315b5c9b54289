"""Values that have to fit: into so many characters, or under a unique key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from seedkit.core.generation.columns.blocks import NULL, Generator
from seedkit.core.generation.streams import BLOCK

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Cut:
    """Texts cut to a length, at a word where that leaves half of it."""

    inner: Generator
    length: int

    def block(self, number: int) -> Iterable[str]:
        """Give the texts, none longer than that."""
        length = self.length
        return [text if len(text) <= length else cut(text, length) for text in self.inner.block(number)]


@dataclass(frozen=True, slots=True)
class Replaced:
    """Texts of a generator, and another's where these are too long."""

    inner: Generator
    other: Generator
    length: int

    def block(self, number: int) -> Iterable[str]:
        """Give the texts that fit, or the others."""
        texts = zip(self.inner.block(number), self.other.block(number), strict=True)
        return [text if len(text) <= self.length else other for text, other in texts]


@dataclass(frozen=True, slots=True)
class Stretched:
    """Texts that are repeated until they are long enough, by words where they are words."""

    inner: Generator
    least: int

    def block(self, number: int) -> Iterable[str]:
        """Give the texts, none shorter than that."""
        return [text if len(text) >= self.least else stretched(text, self.least) for text in self.inner.block(number)]


def stretched(text: str, least: int) -> str:
    """Repeat a text until it is long enough, and no more of it than that takes.

    >>> stretched("ab12", 10), stretched("a quiet harbor", 20)
    ('ab12ab12ab', 'a quiet harbor a qui')
    """
    between = " " if " " in text else ""
    return between.join([text] * (least // max(1, len(text)) + 1))[:least].rstrip(" ").ljust(least, "x")


@dataclass(frozen=True, slots=True)
class Cased:
    """Texts in small letters, or else in capitals."""

    inner: Generator
    lower: bool

    def block(self, number: int) -> Iterable[str]:
        """Give the texts; NULL stays."""
        change = str.lower if self.lower else str.upper
        return [text if text == NULL else change(text) for text in self.inner.block(number)]


def cut(text: str, length: int) -> str:
    """Cut a text to a length, at a word where that leaves half of it.

    >>> cut("a quiet harbor", 9), cut("extraordinary", 5)
    ('a quiet', 'extra')
    """
    head = text[:length]
    place = head.rfind(" ") if text[length : length + 1] != " " else length
    return head[:place] if place * 2 >= length else head.rstrip(" ") or head


@dataclass(frozen=True, slots=True)
class Marked:
    """Texts made different from each other by the row's number, which stands behind them, within a length.

    The number is in small letters and digits, so that it differs whatever the case.
    """

    inner: Generator
    separator: str = "-"
    length: int | None = None

    def block(self, number: int) -> Iterable[str]:
        """Give the texts with their rows' numbers."""
        begin = 1 + number * BLOCK
        return [self._marked(text, row) for row, text in enumerate(self.inner.block(number), begin)]

    def _marked(self, text: str, row: int) -> str:
        mark = str(row)
        if self.length is None or len(text) + len(self.separator) + len(mark) <= self.length:
            return f"{text}{self.separator}{mark}"
        short = compact(row)
        room = self.length - len(short) - len(self.separator)
        return f"{text[:room]}{self.separator}{short}" if room > 0 else short


def compact(number: int) -> str:
    """Write a number to the base of 36.

    >>> compact(0), compact(35), compact(36)
    ('0', 'z', '10')
    """
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
