"""Texts that match a regular expression, or a pattern of LIKE: made by walking the pattern, not by trying.

What is understood are letters, classes, groups, alternatives, bounds and anchors; all else has no texts here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

from seedkit.core.generation.streams import BLOCK, Stream
from seedkit.core.values.copy_text import field_text

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
_MORE = 6
"""How much longer than its least an endless repetition gets."""


class NoTextsError(ValueError):
    """Says what in a pattern is not understood."""


@dataclass(frozen=True, slots=True)
class Letters:
    """One of some letters."""

    letters: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A piece, several times."""

    piece: Piece
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Either:
    """One of some sequences of pieces."""

    branches: tuple[tuple[Piece, ...], ...]


Piece: TypeAlias = Letters | Repeated | Either


@dataclass(frozen=True, slots=True)
class Matching:
    """Texts that a pattern matches."""

    pieces: tuple[Piece, ...]
    stream: Stream

    def block(self, number: int) -> Iterable[str]:
        """Give a text for each row."""
        key = self.stream.key
        return (field_text(self._made(key, row)) for row in range(number * BLOCK, (number + 1) * BLOCK))

    def text(self, row: int) -> str:
        """Give the text of one row, as it is."""
        return self._made(self.stream.key, row)

    def _made(self, key: bytes, row: int) -> str:
        return "".join(_walked(self.pieces, _drawn(key, row)))


def _drawn(key: bytes, row: int) -> Iterator[int]:
    """Give as many random bytes of a row as are asked for."""
    part = 0
    while True:
        yield from blake2b(row.to_bytes(8, "little") + part.to_bytes(4, "little"), key=key).digest()
        part += 1


def _walked(pieces: Sequence[Piece], drawn: Iterator[int]) -> Iterator[str]:
    for piece in pieces:
        match piece:
            case Letters(letters):
                yield letters[next(drawn) % len(letters)]
            case Repeated(inner, least, most):
                for _ in range(least + next(drawn) % (most - least + 1)):
                    yield from _walked((inner,), drawn)
            case Either(branches):
                yield from _walked(branches[next(drawn) % len(branches)], drawn)


def like_pieces(pattern: str) -> tuple[Piece, ...]:
    """Read a pattern of LIKE.

    >>> like_pieces("a_")
    (Letters(letters='a'), Letters(letters='abcdefghijklmnopqrstuvwxyz'))
    """
    pieces: list[Piece] = []
    letters = iter(pattern)
    for letter in letters:
        if letter == "%":
            pieces.append(Repeated(Letters(_SMALL), 3, 8))
        elif letter == "_":
            pieces.append(Letters(_SMALL))
        else:
            pieces.append(Letters(next(letters, "\\") if letter == "\\" else letter))
    return tuple(pieces)


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
        for mark, least, most in (("*", 0, _MORE), ("+", 1, _MORE), ("?", 0, 1)):
            if self._took(mark):
                self._took("?")
                return Repeated(piece, least, most)
        if not self._took("{"):
            return piece
        bounds, _, self.rest = self.rest.partition("}")
        least_text, comma, most_text = bounds.partition(",")
        least = int(least_text)
        return Repeated(piece, least, int(most_text) if most_text else least + _MORE if comma else least)

    def _brackets(self) -> Letters:
        negated = self._took("^")
        members = ""
        while not members or not self._took("]"):
            members += self._member()
        if negated:
            members = "".join(letter for letter in _SMALL + _DIGITS if letter not in members)
        if not members:
            raise NoTextsError("brackets of nothing")
        return Letters(members)

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
