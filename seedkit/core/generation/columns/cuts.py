"""Values that have to fit: into so many characters, or under a unique key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from operator import add

from msgspec import Struct

from seedkit.core.generation.columns.blocks import NULL, Generator
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.counting import compacted, counted


class Cut(Struct, frozen=True, dict=True):
    """Texts cut to a length, at a word where that leaves half of it."""

    inner: Generator
    length: int

    def values(self, rows: range) -> Iterable[str]:
        """Give the texts, none longer than that."""
        if self._finished is not None:
            return self._finished.values(rows)
        length = self.length
        return [text if len(text) <= length else cut(text, length) for text in self.inner.values(rows)]

    def changed(self, text: str) -> str:
        """Cut a text."""
        return text if len(text) <= self.length else cut(text, self.length)

    @cached_property
    def _finished(self) -> Choice | None:
        return _finished(self.inner, self.changed)


class Replaced(Struct, frozen=True):
    """Texts of a generator, and another's where these are too long."""

    inner: Generator
    other: Generator
    length: int

    def values(self, rows: range) -> Iterable[str]:
        """Give the texts that fit, or the others."""
        texts = zip(self.inner.values(rows), self.other.values(rows), strict=True)
        return [text if len(text) <= self.length else other for text, other in texts]


class Stretched(Struct, frozen=True):
    """Texts that are repeated until they are long enough, by words where they are words."""

    inner: Generator
    least: int

    def values(self, rows: range) -> Iterable[str]:
        """Give the texts, none shorter than that."""
        return [text if len(text) >= self.least else stretched(text, self.least) for text in self.inner.values(rows)]


def stretched(text: str, least: int) -> str:
    """Repeat a text until it is long enough, and no more of it than that takes.

    >>> stretched("ab12", 10), stretched("a quiet harbor", 20)
    ('ab12ab12ab', 'a quiet harbor a qui')
    """
    between = " " if " " in text else ""
    return between.join([text] * (least // max(1, len(text)) + 1))[:least].rstrip(" ").ljust(least, "x")


def _initcap(text: str) -> str:
    """Write each word with a capital.

    >>> _initcap("a QUIET 2nd harbor-side")
    'A Quiet 2nd Harbor-Side'
    """
    return _WORD.sub(lambda word: word[0][0].upper() + word[0][1:].lower(), text)


_WORD = re.compile(r"[^\W_]+")
CASES: Mapping[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper, "initcap": _initcap}
"""What changes the case of a text, by PostgreSQL's functions."""


class Cased(Struct, frozen=True, dict=True):
    """Texts in small letters, in capitals, or with a capital for each word."""

    inner: Generator
    case: str

    def values(self, rows: range) -> Iterable[str]:
        """Give the texts; NULL stays."""
        if self._finished is not None:
            return self._finished.values(rows)
        return map(self.changed, self.inner.values(rows))

    def changed(self, text: str) -> str:
        """Give a text in the case."""
        return text if text == NULL else CASES[self.case](text)

    @cached_property
    def _finished(self) -> Choice | None:
        return _finished(self.inner, self.changed)


def _finished(inner: Generator, changed: Callable[[str], str]) -> Choice | None:
    """Change the texts of a table once, in place of those of each row."""
    return Choice(tuple(map(changed, inner.texts)), inner.stream, inner.even) if isinstance(inner, Choice) else None


def cut(text: str, length: int) -> str:
    """Cut a text to a length, at a word where that leaves half of it.

    >>> cut("a quiet harbor", 9), cut("extraordinary", 5)
    ('a quiet', 'extra')
    """
    place = text.rfind(" ", 0, length + 1)
    return text[:place] if place * 2 >= length else text[:length].rstrip(" ") or text[:length]


_ROOM_FOR_DECIMALS = 24


class Marked(Struct, frozen=True):
    """Texts made different from each other by the row's number, which stands behind them, within a length.

    The number is in small letters and digits, so that it differs whatever the case. Where there is little room it is to
    the base of 36, in every row: one row's 12 could be another's 38.
    """

    inner: Generator
    separator: str = "-"
    length: int | None = None

    def values(self, rows: range) -> Iterable[str]:
        """Give the texts with their rows' numbers."""
        numbers = 1 + rows.start, 1 + rows.stop
        separator, length, inner = self.separator, self.length, self.inner.values(rows)
        decimal = length is None or length >= _ROOM_FOR_DECIMALS
        marks = map(separator.__add__, counted(*numbers) if decimal else compacted(*numbers))
        if length is None:
            return map(add, inner, marks)
        return [
            text + mark if len(text) + len(mark) <= length else _shortened(text, mark, length)
            for text, mark in zip(inner, marks, strict=True)
        ]


def _shortened(text: str, mark: str, length: int) -> str:
    """Put a mark, a separator and a number, behind as much of a text as there is room for.

    >>> _shortened("harbor", "-4f", 8), _shortened("harbor", "-4f", 3), _shortened("harbor", "-4f", 2)
    ('harbo-4f', '-4f', '4f')
    """
    room = length - len(mark)
    return text[:room] + mark if room >= 0 else mark[1:]
