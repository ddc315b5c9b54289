"""Pieces of a pattern, prepared so that a text of a wanted length can be walked through them.

How long texts may be is a number whose bit n stands for n characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Protocol

from seedkit.core.generation.columns.patterns.pieces import Either, Letters, Piece, Repeated

Drawn = Iterator[int]


class Walk(Protocol):
    """A piece: how long its texts can be, and a text of one of these lengths."""

    lengths: int

    def add(self, length: int, drawn: Drawn, text: list[str]) -> None:
        """Put a text of so many characters behind a text."""
        ...


def walk_of(piece: Piece, longest: int, words: Sequence[str] = ()) -> Walk:
    """Prepare a piece for texts up to a length; runs of letters are words where one is of their length."""
    match piece:
        case Letters(letters):
            return _Run(letters, 1, 1)
        case Repeated(Letters(letters), least, most):
            return _Run(letters, least, max(longest, least) if most is None else most, words)
        case Repeated(inner, least, most):
            return _Repetition(walk_of(inner, longest, words), least, longest if most is None else most, longest)
        case Either(branches):
            return _Choice([sequence_of(branch, longest, words) for branch in branches])


def sequence_of(pieces: Sequence[Piece], longest: int, words: Sequence[str] = ()) -> Walk:
    """Prepare pieces that follow each other."""
    return _Sequence([walk_of(piece, longest, words) for piece in pieces], longest)


class _Run:
    """Letters of the same kind."""

    def __init__(self, letters: str, least: int, most: int, words: Sequence[str] = ()) -> None:
        self.letters = letters
        self.lengths = (1 << most + 1) - (1 << least)
        self.words: dict[int, list[str]] = {}
        for word in words:
            fitting = next((spelled for spelled in (word, word.upper()) if set(spelled) <= set(letters)), None)
            if fitting is not None:
                self.words.setdefault(len(fitting), []).append(fitting)

    def add(self, length: int, drawn: Drawn, text: list[str]) -> None:
        words = self.words.get(length)
        if words is not None:
            text.append(words[below(len(words), drawn)])
            return
        letters, count = self.letters, len(self.letters)
        text += [letters[below(count, drawn)] for _ in range(length)]


class _Sequence:
    def __init__(self, walks: Sequence[Walk], longest: int) -> None:
        self.walks = walks
        self.rests = [1]
        for walk in reversed(walks):
            self.rests.insert(0, _sums(self.rests[0], walk.lengths, longest))
        self.lengths = self.rests[0]

    def add(self, length: int, drawn: Drawn, text: list[str]) -> None:
        for walk, rest in zip(self.walks, self.rests[1:], strict=True):
            size = _size(walk.lengths, rest, length, drawn)
            walk.add(size, drawn, text)
            length -= size


class _Choice:
    def __init__(self, walks: Sequence[Walk]) -> None:
        self.walks = walks
        self.lengths = 0
        for walk in walks:
            self.lengths |= walk.lengths

    def add(self, length: int, drawn: Drawn, text: list[str]) -> None:
        able = [walk for walk in self.walks if walk.lengths >> length & 1]
        able[below(len(able), drawn)].add(length, drawn, text)


class _Repetition:
    """A piece several times: `counts` says how long so many of it can be."""

    def __init__(self, walk: Walk, least: int, most: int, longest: int) -> None:
        self.walk, self.least = walk, least
        self.counts = [1]
        while len(self.counts) <= most and self.counts[-1]:
            self.counts.append(_sums(self.counts[-1], walk.lengths, longest))
        self.lengths = 0
        for lengths in self.counts[least:]:
            self.lengths |= lengths

    def add(self, length: int, drawn: Drawn, text: list[str]) -> None:
        fitting = [n for n in range(self.least, len(self.counts)) if self.counts[n] >> length & 1]
        for left in range(fitting[below(len(fitting), drawn)], 0, -1):
            size = _size(self.walk.lengths, self.counts[left - 1], length, drawn)
            self.walk.add(size, drawn, text)
            length -= size


def below(count: int, drawn: Drawn) -> int:
    """Draw a number below a count."""
    return next(drawn) % count if count <= 256 else (next(drawn) << 8 | next(drawn)) % count


def lengths_in(lengths: int) -> tuple[int, ...]:
    """List lengths.

    >>> lengths_in(0b101)
    (0, 2)
    """
    return tuple(place for place in range(lengths.bit_length()) if lengths >> place & 1)


def _size(mine: int, rest: int, length: int, drawn: Drawn) -> int:
    """Choose how long a piece is, so that what follows can fill up the rest."""
    sizes = _sizes(mine, rest, length)
    return sizes[0] if len(sizes) == 1 else sizes[below(len(sizes), drawn)]


@cache
def _sizes(mine: int, rest: int, length: int) -> tuple[int, ...]:
    return tuple(size for size in lengths_in(mine) if size <= length and rest >> length - size & 1)


def _sums(one: int, other: int, longest: int) -> int:
    found = 0
    for place in lengths_in(one):
        found |= other << place
    return found & (1 << longest + 1) - 1
