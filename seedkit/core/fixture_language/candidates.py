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
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import accumulate, islice, pairwise
from typing import NamedTuple, TypeAlias

_BITS = 64
_MASK: int = 2**_BITS - 1
_ODD = 0x9E3779B97F4A7C15
_DIGEST_POINTS = 8
_IS_LITTLE_ENDIAN = array("H", [1]).tobytes() == b"\x01\x00"
_PART_BITS = 8
_BATCH = 4_096
"""Texts that are looked at together: each by itself would take most of the time."""
_OTHERS = "surrogateescape"
"""Bytes of a database without an encoding pass as they are."""


_Nearest: TypeAlias = "Callable[[int], int | None]"
"""Gives whose point is the nearest to a place of a drawn number, None where no point is within reach."""


class _Circle(NamedTuple):
    """How many points a key has, at how many places (1 or 2) a drawn number looks, and how near a point has to be."""

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
        remaining = iter(texts)
        while batch := list(islice(remaining, _BATCH)):
            self.extend(batch)

    def extend(self, texts: Sequence[str]) -> None:
        """Add texts behind the others."""
        encoded = [text.encode(errors=_OTHERS) for text in texts]
        self._ends.extend(islice(accumulate(map(len, encoded), initial=len(self._bytes)), 1, None))
        self._bytes += b"".join(encoded)

    def __len__(self) -> int:
        """Count the texts."""
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        """Return a text by its number from 0."""
        ends = self._ends
        return self._bytes[ends[number] : ends[number + 1]].decode("utf-8", _OTHERS)

    def encoded(self) -> Iterator[list[bytes]]:
        """Give all texts as UTF-8, many at once."""
        for first in range(0, len(self), _BATCH):
            ends = self._ends[first : first + _BATCH + 1]
            batch = bytes(self._bytes[ends[0] : ends[-1]])
            places = [end - ends[0] for end in ends]
            yield [batch[start:end] for start, end in pairwise(places)]


class Candidates:
    """Keys of which each row wins one.

    >>> few, more = (Candidates(PackedTexts(map(str, range(keys)))) for keys in (50, 51))
    >>> drawn = [number * 0x9E3779B97F4A7C15 % 2**64 for number in range(1_000)]
    >>> {new for old, new in zip(map(few.winner, drawn), map(more.winner, drawn)) if new != old}
    {'50'}
    """

    def __init__(self, keys: PackedTexts) -> None:
        self._keys = keys
        self._rings: list[_Nearest] = []

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._keys)

    def winner(self, drawn: int) -> str:
        """Pick the key that a number of 64 bits belongs to, of at least one."""
        for nearest in self._rings:
            if (owner := nearest(drawn)) is not None:
                return self._keys[owner]
        self._rings.append(_ring(self._keys, _CIRCLES[len(self._rings)]))
        return self.winner(drawn)


def _ring(keys: PackedTexts, circle: _Circle) -> _Nearest:
    """Sort the points of one circle."""
    points, owners = _sorted_points(keys, circle.points)
    bits = len(points).bit_length()
    shift = _BITS - bits
    counts = array("I", bytes(4 << bits))
    for point in points:
        counts[point >> shift] += 1
    starts = array("I", accumulate(counts, initial=0))  # so that mostly the first point looked at is the one
    return _nearest(points, owners, starts, shift, circle)


def _nearest(points: array[int], owners: array[int], starts: array[int], shift: int, circle: _Circle) -> _Nearest:
    """Make what finds the nearest point; neither a loop over two places nor attributes, which take a third longer."""
    looks_twice, reach = circle.places == 2, circle.reach

    def nearest(drawn: int) -> int | None:
        number = starts[drawn >> shift]
        try:
            while (distance := points[number] - drawn) <= 0:
                number += 1
        except IndexError:  # behind the last one the first one follows
            number, distance = 0, points[0] - drawn & _MASK
        if looks_twice:
            place = drawn * _ODD & _MASK
            other = starts[place >> shift]
            try:
                while (further := points[other] - place) <= 0:
                    other += 1
            except IndexError:
                other, further = 0, points[0] - place & _MASK
            if further <= distance:
                number, distance = other, further
        return owners[number] if distance <= reach else None

    return nearest


def _sorted_points(keys: PackedTexts, count: int) -> tuple[array[int], array[int]]:
    """Sort the keys' points part by part: what is sorted at once are objects, eight times as large."""
    parts = _parts(keys, count)
    points, owners = array("Q"), array("I")
    parts.reverse()
    while parts:
        drawn, numbers = parts.pop()
        owner = dict(zip(reversed(drawn), reversed(numbers), strict=True))  # of two with the same point the first
        order = sorted(drawn)
        points.extend(order)
        owners.extend(map(owner.__getitem__, order))
    return points, owners


def _parts(keys: PackedTexts, count: int) -> list[tuple[array[int], array[int]]]:
    """Give the points of all keys, and whose they are, by the points' first bits."""
    parts = [(array("Q"), array("I")) for _ in range(2**_PART_BITS)]
    add_point, add_number = [drawn.append for drawn, _ in parts], [numbers.append for _, numbers in parts]
    first = 0
    for batch in keys.encoded():
        for number, point in enumerate(_points(batch, count), first * count):
            part = point >> _BITS - _PART_BITS
            add_point[part](point)
            add_number[part](number // count)
        first += len(batch)
    return parts


def _points(keys: Sequence[bytes], count: int) -> array[int]:
    """Give the points of keys, each one's together; the digest of another length, or with another salt, is another."""
    size = 8 * min(count, _DIGEST_POINTS)
    if count <= _DIGEST_POINTS:
        digests = [blake2b(key, digest_size=size).digest() for key in keys]
    else:
        salts = [bytes([salt]) for salt in range(1, count // _DIGEST_POINTS + 1)]
        digests = [blake2b(key, salt=salt).digest() for key in keys for salt in salts]
    points = array("Q", b"".join(digests))
    if not _IS_LITTLE_ENDIAN:
        points.byteswap()
    return points
