"""Picks one of very many keys by a drawn number, in the time of a few look-ups, however many there are.

Keys have points on a circle of 2^64 places, by the hash of their text, and a drawn number is a place on it: the next
point wins (consistent hashing; Karger et al., 1997), of several places the one with the nearest point (Appleton and
O'Reilly, 2015). So a further key takes only what it wins, and nobody else's choice changes.

One point a key makes shares that differ; many points cost time and memory for each key. So there are three circles:
each decides only where a point is near, which is never among few keys and always among many, and leaves the rest to the
next one, with more points. Measured, the shares' standard deviation: 10 % among up to 30 keys, 20 % among 100, 30 %
among 1,000, 58 % among 20,000 and more; the most that one wins is about twice its share.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import NamedTuple

from seedkit.core.byte_order import highest_bytes, in_order_of_bits, little_endian
from seedkit.core.fixture_language.packed_texts import PackedTexts

_BITS = 64
_MASK: int = 2**_BITS - 1
_ODD = 0x9E3779B97F4A7C15
_DIGEST_POINTS = 8


class _Circle(NamedTuple):
    """How many points a key has, at how many places a drawn number looks, and how near a point has to be."""

    points: int
    places: int
    reach: int


_CIRCLES = (_Circle(1, 2, 2**_BITS >> 11), _Circle(8, 1, 2**_BITS >> 9), _Circle(64, 1, _MASK))


class Candidates:
    """Keys of which each row wins one.

    >>> few, more = (Candidates(PackedTexts(map(str, range(keys)))) for keys in (50, 51))
    >>> drawn = [number * 0x9E3779B97F4A7C15 % 2**64 for number in range(1_000)]
    >>> {new for old, new in zip(map(few.winner, drawn), map(more.winner, drawn)) if new != old}
    {'50'}
    """

    def __init__(self, keys: PackedTexts) -> None:
        self._keys = keys
        self._rings: list[_Ring] = []

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._keys)

    @property
    def longest(self) -> int:
        """How many bytes the longest key has."""
        return self._keys.longest

    def winners(self, drawn: Sequence[int]) -> list[str]:
        """Pick a key for each of some numbers."""
        found = self._rings[0].near_each(drawn) if self._rings else [None] * len(drawn)
        picked = self._keys.texts([owner or 0 for owner in found])
        if None in found:
            picked = [
                self.winner(number) if owner is None else text
                for number, owner, text in zip(drawn, found, picked, strict=True)
            ]
        return picked

    def winner(self, drawn: int) -> str:
        """Pick the key that a number of 64 bits belongs to, of at least one."""
        for ring in self._rings:
            if (owner := ring.near(drawn)) is not None:
                return self._keys[owner]
        self._rings.append(_Ring(self._keys, _CIRCLES[len(self._rings)]))
        return self.winner(drawn)


class _Ring:
    """The points of one circle in their order, with the number of the key that each belongs to."""

    def __init__(self, keys: PackedTexts, circle: _Circle) -> None:
        self._reach = circle.reach
        self._places = tuple(_ODD**number & _MASK for number in range(circle.places))
        self._points, self._owners = _sorted_points(keys, circle.points)
        bits = len(self._points).bit_length()
        self._shift = _BITS - bits
        counts = array("I", bytes(4 << bits))
        for point in self._points:
            counts[point >> self._shift] += 1
        self._starts = array("I", accumulate(counts, initial=0))  # so that mostly the first point looked at is the one

    def near(self, drawn: int) -> int | None:
        """Return whose point is the nearest to a place of the drawn number, None where no point is within reach."""
        return self.near_each((drawn,))[0]

    def near_each(self, numbers: Sequence[int]) -> list[int | None]:
        """Return the same for each of some numbers: they share what has to be fetched."""
        points, starts, owners, shift = self._points, self._starts, self._owners, self._shift
        found: list[int | None] = []
        for drawn in numbers:
            best, nearest = _MASK, 0
            for factor in self._places:
                place = drawn * factor & _MASK
                number = starts[place >> shift]
                try:
                    while (distance := points[number] - place) <= 0:
                        number += 1
                except IndexError:  # behind the last one the first one follows
                    number, distance = 0, points[0] - place & _MASK
                if distance <= best:
                    best, nearest = distance, number
            found.append(owners[nearest] if best <= self._reach else None)
        return found


def _sorted_points(keys: PackedTexts, count: int) -> tuple[array[int], array[int]]:
    """Sort the keys' points part by part: what is sorted at once are objects, eight times as large."""
    drawn, parts = _points(keys, count), [array("I") for _ in range(256)]
    places = [part.append for part in parts]
    for number, part in enumerate(highest_bytes(drawn)):
        places[part](number)
    points, owners, in_order = array("Q"), array("I"), in_order_of_bits(drawn)
    parts.reverse()
    while parts:
        order = sorted(parts.pop(), key=in_order)
        points.extend(map(drawn.__getitem__, order))
        owners.extend(order if count == 1 else [number // count for number in order])
    return points, owners


def _points(keys: PackedTexts, count: int) -> array[int]:
    """Give the points of all keys, each one's together: a digest with another length or salt is another."""
    if count == 1:
        return keys.taken_hashes()
    points = array("Q")
    for batch in keys.encoded():
        points.extend(little_endian("Q", b"".join(_digests(batch, count))))
    return points


def _digests(keys: Sequence[bytes], count: int) -> list[bytes]:
    if count <= _DIGEST_POINTS:
        return [blake2b(key, digest_size=8 * count).digest() for key in keys]
    salts = [bytes([number]) for number in range(1, count // _DIGEST_POINTS + 1)]
    return [blake2b(key, salt=salt).digest() for key in keys for salt in salts]
