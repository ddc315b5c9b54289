"""Values that are made of others: arrays, rows, ranges. Their parts come from generators of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import compress, repeat

from msgspec import Struct

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.streams import Stream
from seedkit.core.values.composites import quoted_field
from seedkit.core.values.copy_text import field_text, field_value
from seedkit.core.values.encoder_parts import quoted

_BARE = re.compile(r"[A-Za-z0-9_.:+-]+")
_EMPTY = 6
"""Of 256 arrays that may be empty so many are."""


class ArrayOf(Struct, frozen=True):
    """From `least` to as many items as there are generators, one of each; empty ones are rare, and so are repetitions.

    `nested` items are arrays themselves, and stand there as they are.
    """

    items: tuple[Generator, ...]
    least: int
    stream: Stream
    delimiter: str = ","
    nested: bool = False

    def values(self, rows: range) -> Iterable[str]:
        """Give an array for each row."""
        written = [item.values(rows) if self.nested else map(in_array, item.values(rows)) for item in self.items]
        drawn = self.stream.octets(rows)
        return [self._array(row, octet) for row, octet in zip(zip(*written, strict=True), drawn, strict=True)]

    def _array(self, items: Sequence[str], octet: int) -> str:
        least, most = self.least, len(self.items)
        if least == 0 and octet < _EMPTY:
            return "{}"
        first = max(least, 1)
        count = first + octet % (most - first + 1) if most > first else most
        chosen = items[:count]
        apart = chosen if self.nested else tuple(dict.fromkeys(chosen))
        return "{" + self.delimiter.join(apart if len(apart) >= least else chosen) + "}"


class RowOf(Struct, frozen=True):
    """A row of several fields, or of none."""

    fields: tuple[Generator, ...]

    def values(self, rows: range) -> Iterable[str]:
        """Give a composite value for each row."""
        if not self.fields:
            return repeat("()", len(rows))
        written = [map(in_row, field.values(rows)) for field in self.fields]
        return ["(" + ",".join(row) + ")" for row in zip(*written, strict=True)]


class RangeOf(Struct, frozen=True):
    """From one generator's value, which belongs to it, to the other's, which does not."""

    lower: Generator
    upper: Generator

    def values(self, rows: range) -> Iterable[str]:
        """Give a range for each row."""
        lower, upper = map(in_array, self.lower.values(rows)), map(in_array, self.upper.values(rows))
        return [f"[{low},{high})" for low, high in zip(lower, upper, strict=True)]


class RangesOf(Struct, frozen=True):
    """Some ranges, of which the server makes a multirange."""

    ranges: tuple[Generator, ...]
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give one of the ranges, or more, for each row."""
        made = zip(*(one.values(rows) for one in self.ranges), strict=True)
        drawn = self.stream.octets(rows)
        return ["{" + ",".join(_some(ranges, octet)) + "}" for ranges, octet in zip(made, drawn, strict=True)]


def _some(ranges: Sequence[str], octet: int) -> Iterable[str]:
    return compress(ranges, (place == 0 or octet >> place & 1 for place in range(len(ranges))))


@lru_cache(65_536)
def in_array(text: str) -> str:
    r"""Write a COPY text as an element of an array, again as COPY has it.

    >>> print(in_array("red"), in_array("dark red"), in_array('a"b'), in_array(r"\N"), in_array("null"))
    red "dark red" "a\\"b" NULL "null"
    """
    raw = field_value(text)
    if raw is None:
        return "NULL"
    if _BARE.fullmatch(raw) and raw.lower() != "null":
        return raw
    return field_text(quoted(raw))


@lru_cache(65_536)
def in_row(text: str) -> str:
    r"""Write a COPY text as a field of a row, again as COPY has it; NULL is nothing at all.

    >>> print(in_row("red"), in_row('a"b'), in_row(r"\N") == "", in_row(""))
    red "a""b" True ""
    """
    raw = field_value(text)
    return raw if raw is not None and _BARE.fullmatch(raw) else field_text(quoted_field(raw))
