"""Patterns of LIKE and regular expressions, read as pieces that texts can be made of.

What is understood are letters, classes, groups, alternatives, bounds and anchors; all else has no texts here.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from msgspec import Struct

_DIGITS, _SMALL = "0123456789", "abcdefghijklmnopqrstuvwxyz"
_LARGE = _SMALL.upper()
_CLASSES = {
    "alpha": _LARGE + _SMALL,
    "digit": _DIGITS,
    "alnum": _LARGE + _SMALL + _DIGITS,
    "upper": _LARGE,
    "lower": _SMALL,
    "xdigit": _DIGITS + "abcdef",
    "space": " ",
    "punct": ".-_",
}
_ESCAPES = {"d": _DIGITS, "w": _SMALL + _DIGITS, "s": " ", "D": _SMALL, "S": _SMALL + _DIGITS}
_ID_PREFIX = re.compile(r"[a-zA-Z]{2,}[a-zA-Z0-9]*(_[a-zA-Z0-9]+)*_%")
_SPECIAL = re.compile(r"[.*+?()\[\]{}|^$\\]")


class NoTextsError(ValueError):
    """Says what in a pattern is not understood."""


class Letters(Struct, frozen=True):
    """One of some letters."""

    letters: str


class Repeated(Struct, frozen=True):
    """A piece, several times; with no `most` as often as one likes."""

    piece: Piece
    least: int
    most: int | None


class Either(Struct, frozen=True):
    """One of some sequences of pieces."""

    branches: tuple[tuple[Piece, ...], ...]


Piece: TypeAlias = Letters | Repeated | Either


def expression_of_like(pattern: str) -> str:
    r"""Write a pattern of LIKE as a regular expression; in what ids begin with a `_` is most likely meant as it is.

    >>> print(expression_of_like("a_%.%"), expression_of_like("sk_live_%"))
    ^a..*\..*$ ^sk_live_.*$
    """
    if _ID_PREFIX.fullmatch(pattern):
        return f"^{pattern[:-1]}.*$"
    found, letters = "", iter(pattern)
    for letter in letters:
        plain = next(letters, letter) if letter == "\\" else letter
        found += {"%": ".*", "_": "."}.get(letter) or _SPECIAL.sub(r"\\\g<0>", plain)
    return f"^{found}$"


def expression_pieces(pattern: str) -> tuple[Piece, ...]:
    """Read a regular expression; what stands before or behind it, where no anchor is, is nothing.

    >>> expression_pieces("^[A-C]{2}$")
    (Repeated(piece=Letters(letters='ABC'), least=2, most=2),)
    """
    reader = _Reader(pattern)
    branches = reader.branches()
    if reader.rest:
        raise NoTextsError(reader.rest)
    return branches[0] if len(branches) == 1 else (Either(branches),)


class _Reader:
    """Goes through a regular expression, as far as it is understood."""

    def __init__(self, pattern: str) -> None:
        self.rest = pattern

    def branches(self) -> tuple[tuple[Piece, ...], ...]:
        """Read what stands between bars."""
        found = [self._sequence()]
        while self._took("|"):
            found.append(self._sequence())
        return tuple(found)

    def _sequence(self) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        while self.rest and self.rest[0] not in "|)":
            if self._took("^") or self._took("$"):
                continue
            pieces.append(self._repeated(self._piece()))
        return tuple(pieces)

    def _took(self, text: str) -> bool:
        found = self.rest.startswith(text)
        if found:
            self.rest = self.rest[len(text) :]
        return found

    def _take(self) -> str:
        letter, self.rest = self.rest[:1], self.rest[1:]
        if not letter:
            raise NoTextsError("an end too early")
        return letter

    def _piece(self) -> Piece:
        if self._took("(?:") or (not self.rest.startswith("(?") and self._took("(")):
            inner = Either(self.branches())
            if not self._took(")"):
                raise NoTextsError(self.rest)
            return inner
        if self._took("["):
            return self._brackets()
        letter = self._take()
        if letter == "\\":
            return self._escaped()
        if letter in "(*+?{":
            raise NoTextsError(letter + self.rest)
        return Letters(_SMALL if letter == "." else letter)

    def _escaped(self) -> Letters:
        letter = self._take()
        if letter.isalnum() and letter not in _ESCAPES:
            raise NoTextsError("\\" + letter)
        return Letters(_ESCAPES.get(letter, letter))

    def _repeated(self, piece: Piece) -> Piece:
        for mark, least, most in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self._took(mark):
                self._took("?")
                return Repeated(piece, least, most)
        if not self._took("{"):
            return piece
        bounds, _, self.rest = self.rest.partition("}")
        least_text, comma, most_text = bounds.partition(",")
        if not least_text.isdecimal() or not (most_text or "0").isdecimal():
            raise NoTextsError("{" + bounds)
        least = int(least_text)
        return Repeated(piece, least, int(most_text) if most_text else None if comma else least)

    def _brackets(self) -> Letters:
        negated = self._took("^")
        members = ""
        while not members or not self._took("]"):
            members += self._member()
        if negated:
            members = "".join(letter for letter in _SMALL + _DIGITS if letter not in members)
        if not members:
            raise NoTextsError("brackets of nothing")
        return Letters("".join(dict.fromkeys(members)))

    def _member(self) -> str:
        for name, letters in _CLASSES.items():
            if self._took(f"[:{name}:]"):
                return letters
        first = self._take()
        if first == "\\":
            return self._escaped().letters
        if len(self.rest) > 1 and self.rest[0] == "-" and self.rest[1] != "]":
            self._take()
            return "".join(map(chr, range(ord(first), ord(self._take()) + 1)))
        return first
