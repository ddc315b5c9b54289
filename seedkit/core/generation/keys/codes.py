"""Texts of few characters, each with a place: letters alone first, then those with digits among them."""

from __future__ import annotations

from math import prod

from msgspec import Struct

from seedkit.core.generation.permutations import digits, number_of
from seedkit.core.values.copy_text import field_text

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
_ALL = _LETTERS + _DIGITS


class Codes(Struct, frozen=True):
    """All texts of so many capital letters and digits, or small letters and digits.

    >>> codes = Codes(2)
    >>> codes.text(0), codes.text(675), codes.text(676), codes.text(1295), codes.place("A1"), codes.place("a1")
    ('AA', 'ZZ', '0A', 'Z9', 1037, None)
    """

    length: int
    small: bool = False

    @property
    def count(self) -> int:
        """How many there are."""
        return int(len(_ALL) ** self.length)

    @property
    def window(self) -> int:
        """How many are of letters alone."""
        return int(len(_LETTERS) ** self.length)

    def text(self, place: int) -> str:
        """Give one."""
        text = self._capital(place)
        return text.lower() if self.small else text

    def _capital(self, place: int) -> str:
        if place < self.window:
            return _written(place, _LETTERS, self.length)
        place -= self.window
        for before in range(self.length):
            behind = self.length - before - 1
            size = len(_LETTERS) ** before * len(_DIGITS) * len(_ALL) ** behind
            if place < size:
                rest, last = divmod(place, len(_ALL) ** behind)
                first, digit = divmod(rest, len(_DIGITS))
                return _written(first, _LETTERS, before) + _DIGITS[digit] + _written(last, _ALL, behind)
            place -= size
        raise IndexError(place)

    def place(self, value: str) -> int | None:
        """Say which one a text is."""
        text = value.rstrip(" ").upper()
        if (
            len(text) != self.length
            or set(text) - set(_ALL)
            or (value != value.lower() if self.small else value != text)
        ):
            return None
        before = next((place for place, letter in enumerate(text) if letter in _DIGITS), self.length)
        if before == self.length:
            return _read(text, _LETTERS)
        place = self.window
        for shorter in range(before):
            place += len(_LETTERS) ** shorter * len(_DIGITS) * len(_ALL) ** (self.length - shorter - 1)
        behind = text[before + 1 :]
        first = _read(text[:before], _LETTERS) * len(_DIGITS) + int(text[before])
        return int(place + first * len(_ALL) ** len(behind) + _read(behind, _ALL))


class PlacedLetters(Struct, frozen=True):
    """All texts that have one of some letters at each place.

    >>> texts = PlacedLetters(("AB", "-", "012"))
    >>> texts.count, texts.text(4), texts.place("B-1"), texts.place("C-1")
    (6, 'B-1', 4, None)
    """

    letters: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return prod(map(len, self.letters))

    window = count

    def text(self, place: int) -> str:
        """Give one."""
        found = digits(place, tuple(map(len, self.letters)))
        return field_text("".join(letters[digit] for letters, digit in zip(self.letters, found, strict=True)))

    def place(self, value: str) -> int | None:
        """Say which one a text is."""
        known = len(value) == len(self.letters) and all(map(str.__contains__, self.letters, value))
        return number_of(map(str.index, self.letters, value), map(len, self.letters)) if known else None


def _written(number: int, letters: str, length: int) -> str:
    return "".join(letters[digit] for digit in digits(number, (len(letters),) * length))


def _read(text: str, letters: str) -> int:
    return number_of(map(letters.index, text), (len(letters),) * len(text))
