"""Texts that match a pattern, and are of a length that was asked for: made by walking the pattern, not by trying."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from math import prod
from string import ascii_lowercase, ascii_uppercase

from msgspec import Struct

from seedkit.core.generation.columns.blocks import Generator, Joined
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.patterns.pieces import Either, Letters, NoTextsError, Piece, Repeated
from seedkit.core.generation.columns.patterns.walks import Walk, below, lengths_in, sequence_of
from seedkit.core.generation.streams import Stream
from seedkit.core.values.copy_text import field_text

_MORE = 6
"""How much longer than its least an endless repetition gets, where no length asks for more."""
_LONGEST = 1_000
_WORD = (4, 8)
"""How long a word is that stands for letters."""
_TABLE = 4_096
_GATHERED = 2_048


class Matching(Struct, frozen=True):
    """Texts that a walk makes, each as long as one of some lengths."""

    walk: Walk
    lengths: tuple[int, ...]
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a text for each row."""
        return (field_text(self.text(row)) for row in rows)

    def text(self, row: int) -> str:
        """Make the text of a row, as it is."""
        drawn, text = _drawn(self.stream.key, row), list[str]()
        self.walk.add(self.lengths[below(len(self.lengths), drawn)], drawn, text)
        return "".join(text)


class Gathered(Struct, frozen=True, dict=True):
    """Some texts of a pattern, made once, of which each row has one."""

    texts: Matching
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a text for each row."""
        return self._choice.values(rows)

    @property
    def texts_made(self) -> tuple[str, ...]:
        """All texts that rows have, as COPY texts."""
        return self._choice.texts

    @cached_property
    def _choice(self) -> Choice:
        texts = dict.fromkeys(map(self.texts.text, range(_GATHERED)))
        return Choice(tuple(map(field_text, texts)), self.stream)


def matching(
    pieces: tuple[Piece, ...],
    least: int,
    most: int | None,
    stream: Stream,
    *,
    unique: bool = False,
    words: tuple[str, ...] = (),
) -> Generator:
    """Make texts of pieces, from `least` to `most` characters long, their letters `words` where that is possible.

    Raises NoTextsError where there are none.
    """
    fixed = letters_by_place(pieces)
    if fixed is not None and least <= len(fixed) <= (len(fixed) if most is None else most):
        return Joined(tuple(_grouped(fixed, stream)))
    texts = texts_of(pieces, least, most, stream, words)
    return texts if unique else Gathered(texts, stream.apart("gathered"))


def texts_of(
    pieces: tuple[Piece, ...], least: int, most: int | None, stream: Stream, words: tuple[str, ...] = ()
) -> Matching:
    """Make texts of pieces row by row; raises NoTextsError where there are none so long."""
    walk, lengths = _worded(pieces, least, most, words) or _prepared(pieces, least, most)
    return Matching(walk, lengths, stream)


@lru_cache(maxsize=256)
def _worded(
    pieces: tuple[Piece, ...], least: int, most: int | None, words: tuple[str, ...]
) -> tuple[Walk, tuple[int, ...]] | None:
    """Prepare a walk whose longer runs of letters are words; None where there is no such, or no room for them."""
    spelled = tuple(map(_as_word, pieces))
    if not words or spelled == pieces:
        return None
    longest = min(_LONGEST, max(least, _natural(spelled)) if most is None else most)
    walk = sequence_of(spelled, longest, words)
    lengths = tuple(length for length in lengths_in(walk.lengths) if length >= least)
    return (walk, lengths) if lengths else None


def _as_word(piece: Piece) -> Piece:
    """Give a run of letters that may be as long as a word the lengths that words have."""
    match piece:
        case Repeated(Letters(letters) as inner, least, most) if _spells(letters, least, most):
            return Repeated(inner, max(least, _WORD[0]), _WORD[1])
        case Repeated(inner, least, most):
            return Repeated(_as_word(inner), least, least + 2 if most is None else most)
        case Either(branches):
            return Either(tuple(tuple(map(_as_word, branch)) for branch in branches))
        case _:
            return piece


def _spells(letters: str, least: int, most: int | None) -> bool:
    alphabet = set(ascii_lowercase) <= set(letters) or set(ascii_uppercase) <= set(letters)
    return alphabet and least <= _WORD[1] and (most is None or most >= _WORD[1])


@lru_cache(maxsize=256)
def _prepared(pieces: tuple[Piece, ...], least: int, most: int | None) -> tuple[Walk, tuple[int, ...]]:
    """Prepare a walk; where a piece may be repeated without an end, the longer half of the usual lengths is taken."""
    longest = min(_LONGEST, max(least, _natural(pieces)) if most is None else most)
    walk = sequence_of(pieces, longest)
    lengths = tuple(length for length in lengths_in(walk.lengths) if length >= least)
    if not lengths:
        raise NoTextsError(f"no text of {least} to {most} characters")
    usual = tuple(length for length in lengths if length <= _natural(pieces)) or lengths
    return walk, usual[len(usual) // 2 :] if any(map(_endless, pieces)) else usual


def _endless(piece: Piece) -> bool:
    return isinstance(piece, Repeated) and piece.most is None


def letters_by_place(pieces: Sequence[Piece]) -> list[str] | None:
    """Give the letters of each place where a pattern has as many for every text; None where it has not."""
    found: list[str] = []
    for piece in pieces:
        match piece:
            case Letters(letters):
                found.append(letters)
            case Repeated(Letters(letters), least, most) if least == most:
                found += [letters] * least
            case _:
                return None
    return found if found and len(found) <= _LONGEST else None


def letters_of_longest(pieces: Sequence[Piece]) -> list[str] | None:
    """Give the letters of each place in the longest texts of a pattern; None where it has alternatives.

    >>> letters_of_longest((Repeated(Letters("+"), 0, 1), Repeated(Letters("12"), 1, 3)))
    ['+', '12', '12', '12']
    """
    longest = [
        Repeated(inner, times, times)
        for piece in pieces
        for inner, times in [
            (piece.piece, piece.most or piece.least + _MORE) if isinstance(piece, Repeated) else (piece, 1)
        ]
    ]
    return letters_by_place(longest)


def _grouped(places: Sequence[str], stream: Stream) -> Iterator[Choice]:
    """Choose several places at once, as long as there are few texts for them."""
    begin = 0
    while begin < len(places):
        end = begin + 1
        while end < len(places) and prod(map(len, places[begin : end + 1])) <= _TABLE:
            end += 1
        yield Choice(tuple(map(field_text, _texts(places[begin:end]))), stream.apart("place", begin))
        begin = end


def _texts(places: Sequence[str]) -> list[str]:
    texts = [""]
    for letters in places:
        texts = [text + letter for text in texts for letter in letters]
    return texts


def _natural(pieces: Sequence[Piece]) -> int:
    """Say how long a text of these pieces may get by itself."""
    return sum(map(_natural_of, pieces))


def _natural_of(piece: Piece) -> int:
    match piece:
        case Letters():
            return 1
        case Repeated(inner, least, most):
            return _natural_of(inner) * (least + _MORE if most is None else most)
        case Either(branches):
            return max(map(_natural, branches))


def _drawn(key: bytes, row: int) -> Iterator[int]:
    """Give as many random bytes of a row as are asked for."""
    part = 0
    while True:
        yield from blake2b(row.to_bytes(8, "little") + part.to_bytes(4, "little"), key=key).digest()
        part += 1
