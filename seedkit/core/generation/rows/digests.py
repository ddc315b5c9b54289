"""The keys of rows, eight bytes each: whether a row has one that another has already.

A set of Python's would take ninety bytes a key. Here two million keys take 32 MB; that two different ones look alike
happens once in ten million such tables, and then a value is drawn once more.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING

from seedkit.core.generation.expressions.comparing import canonical, in_utc
from seedkit.core.generation.expressions.values import Unevaluated

if TYPE_CHECKING:
    from seedkit.core.generation.rows.rules import Key


class Digests:
    """A set of numbers of eight bytes, none of which is 0.

    >>> seen = Digests()
    >>> seen.add(7), 7 in seen, 8 in seen
    (None, True, False)
    """

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * 1024))
        self._mask = 1023
        self._count = 0

    def __contains__(self, digest: int) -> bool:
        return self._slots[self._place(digest)] != 0

    def __len__(self) -> int:
        return self._count

    def add(self, digest: int) -> None:
        """Note a number."""
        place = self._place(digest)
        if self._slots[place] == 0:
            self._slots[place] = digest
            self._count += 1
            if self._count * 3 > self._mask * 2:
                self._grow()

    def _place(self, digest: int) -> int:
        """Find the slot of a number, or the free one where it would be."""
        slots, mask = self._slots, self._mask
        place = digest & mask
        while slots[place] != 0 and slots[place] != digest:
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        held = self._slots
        self._slots = array("Q", bytes(16 * len(held)))
        self._mask = len(self._slots) - 1
        for digest in held:
            if digest:
                self._slots[self._place(digest)] = digest


def digest_of(key: Key, values: Mapping[str, object]) -> int | None:
    """Give a digest of a row's key, None where the index has no place for it: of a NULL, or outside its predicate.

    A predicate that only the server can evaluate counts as true.
    """
    if key.predicate is not None and key.predicate(values) in (False, None):
        return None
    parts = [evaluate(values) for evaluate in key.evaluate]
    if any(isinstance(part, Unevaluated) or (part is None and not key.nulls_not_distinct) for part in parts):
        return None
    text = "\x1f".join(map(_alike, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") or 1


def _alike(value: object) -> str:
    """Write a value so that those are alike which are equal to the server."""
    match value:
        case str() | list():
            return repr(canonical(value))
        case Decimal():
            return f"{value.normalize():f}" if value else "0"
        case datetime():
            return in_utc(value).isoformat()
        case _:
            return repr(canonical(value))
