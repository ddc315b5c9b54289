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

import struct
from array import array
from bisect import bisect, bisect_left
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple

_BITS = 64
_MASK: int = 2**_BITS - 1
_ODD = 0x9E3779B97F4A7C15
_DIGEST_POINTS = 8
_PART_BITS = 8
_OTHERS = "surrogateescape"
"""Bytes of a database without an encoding pass as they are."""


class _Circle(NamedTuple):
    """How many points a key has, at how many places a drawn number looks, and how near a point has to be."""

    points: int
    places: int
    reach: int


_CIRCLES = (_Circle(1, 2, 2**_BITS >> 11), _Circle(8, 1, 2**_BITS >> 9), _Circle(64, 1, _MASK))


class PackedTexts:
    """Texts in a row without an object for each: a million keys take some 15 MB, not 70.

    >>> texts = PackedTexts(["ada", "", "ben"])
    >>> len(texts), texts[0], texts[1], texts[2]
    (3, 'ada', '', 'ben')
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])
        for text in texts:
            self.append(text)

    def append(self, text: str) -> None:
        """Add a text behind the others."""
        self._bytes += text.encode(errors=_OTHERS)
        self._ends.append(len(self._bytes))

    def __len__(self) -> int:
        """Count the texts."""
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        """Return a text by its number from 0."""
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode(errors=_OTHERS)

    def encoded(self) -> Iterator[bytes]:
        """Give all texts as UTF-8."""
        start = 0
        for end in self._ends[1:]:
            yield bytes(self._bytes[start:end])
            start = end


class Candidates:
    """Keys of which each row wins one.

    >>> few, more = (Candidates(PackedTexts(map(str, range(keys)))) for keys in (50, 51))
    >>> drawn = [number * 0x9E3779B97F4A7C15 % 2**64 for number in range(1_000)]
    >>> {new for old, new in zip(map(few.winner, drawn), map(more.winner, drawn)) if new != old}
    {'50'}
    """

    def __init__(self, keys: PackedTexts) -> None:
        self._keys = keys
        self._rings = [_Ring(keys, _CIRCLES[0])] if len(keys) else []

    def winner(self, drawn: int) -> str | None:
        """Pick the key that a number of 64 bits belongs to, None where there are no keys."""
        for ring in self._rings:
            if (owner := ring.near(drawn)) is not None:
                return self._keys[owner]
        if not self._rings:
            return None
        self._rings.append(_Ring(self._keys, _CIRCLES[len(self._rings)]))
        return self.winner(drawn)


class _Ring:
    """The points of one circle in their order, with the number of the key that each belongs to."""

    def __init__(self, keys: PackedTexts, circle: _Circle) -> None:
        self._reach = circle.reach
        self._places = tuple(_ODD**number & _MASK for number in range(circle.places))
        self._points, self._owners = _sorted_points(keys, circle.points)
        bits = max(len(self._points).bit_length() - 3, 0)
        self._shift = _BITS - bits
        starts = (bisect_left(self._points, part << self._shift) for part in range(2**bits))
        self._starts = array("Q", starts)  # so that a search is one among about eight
        self._starts.append(len(self._points))

    def near(self, drawn: int) -> int | None:
        """Return whose point is the nearest to a place of the drawn number, None where no point is within reach."""
        points, best, nearest = self._points, _MASK, 0
        for factor in self._places:
            place = drawn * factor & _MASK
            part = place >> self._shift
            number = bisect(points, place, self._starts[part], self._starts[part + 1])
            if number == len(points):
                number = 0
            distance = (points[number] - place) & _MASK
            if distance <= best:
                best, nearest = distance, number
        return self._owners[nearest] if best <= self._reach else None


def _sorted_points(keys: PackedTexts, count: int) -> tuple[array[int], array[int]]:
    """Sort the keys' points part by part: what is sorted at once are objects, eight times as large."""
    parts = [(array("Q"), array("I")) for _ in range(2**_PART_BITS)]
    for owner, key in enumerate(keys.encoded()):
        for point in _points(key, count):
            points, owners = parts[point >> _BITS - _PART_BITS]
            points.append(point)
            owners.append(owner)
    all_points, all_owners = array("Q"), array("I")
    parts.reverse()
    while parts:
        points, owners = parts.pop()
        order = sorted(range(len(points)), key=points.__getitem__)
        all_points.extend(map(points.__getitem__, order))
        all_owners.extend(map(owners.__getitem__, order))
    return all_points, all_owners


def _points(key: bytes, count: int) -> Iterable[int]:
    """Give a key's points; the digest of another length, or with another salt, is another one."""
    if count == 1:
        return (int.from_bytes(blake2b(key, digest_size=8).digest(), "little"),)
    salts = (b"",) if count == _DIGEST_POINTS else map(bytes, zip(range(1, count // _DIGEST_POINTS + 1), strict=True))
    digests = (blake2b(key, salt=salt).digest() for salt in salts)
    return [point for digest in digests for point in struct.unpack(f"<{_DIGEST_POINTS}Q", digest)]
