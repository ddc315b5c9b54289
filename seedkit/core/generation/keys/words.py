"""Texts of a meaning under a key: each word as it is first, and only then with a number, or another code."""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from seedkit.core.generation.keys.codes import Codes, PlacedLetters
from seedkit.core.generation.keys.walks import Free
from seedkit.core.values.copy_text import field_value

_TURNS = 1_000_000
"""How often a word comes, each time with another number."""


class NumberedWords(Struct, frozen=True, dict=True):
    """Words, as COPY texts: all of them, then all of them with a number behind, from 2 on.

    >>> words = NumberedWords(("Peru", "Chad"))
    >>> words.text(1), words.text(2), words.place("Chad-3"), words.place("Mali")
    ('Chad', 'Peru-2', 5, None)
    """

    words: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.words) * _TURNS

    @property
    def window(self) -> int:
        """How many have no number."""
        return len(self.words)

    def text(self, place: int) -> str:
        """Give one."""
        turn, word = divmod(place, len(self.words))
        return f"{self.words[word]}-{turn + 1}" if turn else self.words[word]

    def place(self, value: str) -> int | None:
        """Say which one a text is."""
        if value in self._places:
            return self._places[value]
        word, dash, number = value.rpartition("-")
        found = self._places.get(word)
        return (
            found + (int(number) - 1) * len(self.words) if dash and found is not None and number.isdecimal() else None
        )

    @cached_property
    def _places(self) -> dict[str | None, int]:
        return {field_value(word): place for place, word in enumerate(self.words)}


class WordsAndCodes(Struct, frozen=True, dict=True):
    """Words that are as short as codes, and then all other codes of their length.

    >>> codes = WordsAndCodes(("PE", "AA"), Codes(2))
    >>> codes.text(0), codes.text(2), codes.place("AA"), codes.place("AB"), codes.count
    ('PE', 'AB', 1, 2, 1296)
    """

    words: tuple[str, ...]
    codes: Codes | PlacedLetters

    @property
    def count(self) -> int:
        """How many there are."""
        return self.codes.count

    @property
    def window(self) -> int:
        """How many are words."""
        return len(self.words)

    def text(self, place: int) -> str:
        """Give one."""
        return self.words[place] if place < len(self.words) else self.codes.text(self._others[place - len(self.words)])

    def place(self, value: str) -> int | None:
        """Say which one a text is."""
        if value.rstrip(" ") in self.words:
            return self.words.index(value.rstrip(" "))
        found = self.codes.place(value)
        return None if found is None else found - sum(place < found for place in self._known) + len(self.words)

    @cached_property
    def _known(self) -> list[int]:
        return [place for word in self.words if (place := self.codes.place(word)) is not None]

    @cached_property
    def _others(self) -> Free:
        return Free(self._known)


class InTurn(Struct, frozen=True):
    """All texts of several patterns that have none in common, those of one before those of the next.

    >>> texts = InTurn((PlacedLetters(("ab",)), PlacedLetters(("a", "12"))))
    >>> found = [texts.text(place) for place in range(texts.count)]
    >>> found, [texts.place(text) for text in found]
    (['a', 'b', 'a1', 'a2'], [0, 1, 2, 3])
    """

    patterns: tuple[PlacedLetters, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(pattern.count for pattern in self.patterns)

    @property
    def window(self) -> int:
        """How many are of the first pattern."""
        return self.patterns[0].count

    def text(self, place: int) -> str:
        """Give one."""
        for pattern in self.patterns:
            if place < pattern.count:
                return pattern.text(place)
            place -= pattern.count
        raise IndexError(place)

    def place(self, value: str) -> int | None:
        """Say which one a text is."""
        before, text = 0, value.rstrip(" ")
        for pattern in self.patterns:
            if (place := pattern.place(text)) is not None:
                return before + place
            before += pattern.count
        return None


class ReservedFirst(Struct, frozen=True):
    """All texts of a pattern, those of narrower ones before the others.

    >>> texts = ReservedFirst(InTurn((PlacedLetters(("B", "12")),)), PlacedLetters(("AB", "012")))
    >>> found = [texts.text(place) for place in range(texts.count)]
    >>> found, [texts.place(text) for text in found]
    (['B1', 'B2', 'A2', 'B0', 'A0', 'A1'], [0, 1, 2, 3, 4, 5])
    """

    first: InTurn
    others: PlacedLetters

    @property
    def count(self) -> int:
        """How many there are."""
        return self.others.count

    @property
    def window(self) -> int:
        """How many are of the first of the narrower patterns."""
        return self.first.window

    def text(self, place: int) -> str:
        """Give one: where a place of the others has one of the first, what stands at the place that this one has."""
        if place < self.first.count:
            return self.first.text(place)
        text = self.others.text(place)
        while (taken := self.first.place(text)) is not None:
            text = self.others.text(taken)
        return text

    def place(self, value: str) -> int | None:
        """Say which one a text is."""
        place = self.first.place(value)
        if place is None:
            place = self.others.place(value)
            while place is not None and place < self.first.count:
                place = self.others.place(self.first.text(place))
        return place
