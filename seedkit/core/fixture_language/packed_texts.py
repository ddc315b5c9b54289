"""Very many texts in little memory, with a hash of each, which is taken while its bytes are at hand."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import accumulate, islice, pairwise

from seedkit.core.byte_order import little_endian

_BATCH = 4_096
"""Texts that are looked at together: each by itself would take most of the time."""
_OTHERS = "surrogateescape"
"""Bytes of a database without an encoding pass as they are."""


class PackedTexts:
    """Texts in a row without an object for each: a million keys take some 15 MB, not 70.

    >>> texts = PackedTexts(["ada", "", "ben"])
    >>> len(texts), texts[0], texts[1], texts[2]
    (3, 'ada', '', 'ben')
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])
        self._hashes = array("Q")
        self.longest = 0
        remaining = iter(texts)
        while batch := list(islice(remaining, _BATCH)):
            self.extend(batch)

    def extend(self, texts: Sequence[str]) -> None:
        """Add texts behind the others."""
        encoded = _encoded(texts)
        lengths = array("Q", map(len, encoded))
        self.longest = max(self.longest, max(lengths, default=0))
        self._ends.extend(islice(accumulate(lengths, initial=len(self._bytes)), 1, None))
        self._bytes += b"".join(encoded)
        self._hashes.extend(_hashes(encoded))

    def __len__(self) -> int:
        """Count the texts."""
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        """Return a text by its number from 0."""
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode(errors=_OTHERS)

    def texts(self, numbers: Iterable[int]) -> list[str]:
        """Return some texts by their numbers."""
        octets, ends = self._bytes, self._ends
        return [octets[ends[number] : ends[number + 1]].decode(errors=_OTHERS) for number in numbers]

    def taken_hashes(self) -> array[int]:
        """Give a hash of 64 bits of each text, which is not kept any longer: it is made anew for whoever asks again."""
        hashes, self._hashes = self._hashes, array("Q")
        if len(hashes) < len(self):
            for batch in self.encoded():
                hashes.extend(_hashes(batch))
        return hashes

    def encoded(self) -> Iterator[list[bytes]]:
        """Give all texts as UTF-8, some at a time."""
        for first in range(0, len(self), _BATCH):
            ends = self._ends[first : first + _BATCH + 1]
            encoded = bytes(self._bytes[ends[0] : ends[-1]])
            yield [encoded[start - ends[0] : end - ends[0]] for start, end in pairwise(ends)]


def _encoded(texts: Sequence[str]) -> list[bytes]:
    try:
        return list(map(str.encode, texts))
    except UnicodeEncodeError:
        return [text.encode(errors=_OTHERS) for text in texts]


def _hashes(texts: Sequence[bytes]) -> array[int]:
    begun, digests = blake2b(digest_size=8).copy, []
    for text in texts:  # a copy is begun a third faster than a new one
        digest = begun()
        digest.update(text)
        digests.append(digest.digest())
    return little_endian("Q", b"".join(digests))
