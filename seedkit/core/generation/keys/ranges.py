"""Ranges that are as long as they may be."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.parts import in_array
from seedkit.core.generation.keys.spellings import Spelling
from seedkit.core.generation.streams import Stream
from seedkit.core.values.copy_text import field_value


class RangeOfLength(Struct, frozen=True):
    """From a generator's value on, one of some lengths, in units of what spells it.

    >>> from seedkit.core.generation.columns.blocks import Constant
    >>> from seedkit.core.generation.keys.spellings import Days
    >>> list(RangeOfLength(Constant("2026-11-30"), Days(), (7,), Stream.named(0, "stay")).values(range(1)))
    ['[2026-11-30,2026-12-07)']
    """

    lower: Generator
    spelling: Spelling
    lengths: tuple[int, ...]
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a range for each row."""
        for text, octet in zip(self.lower.values(rows), self.stream.octets(rows), strict=True):
            begin = self.spelling.read(field_value(text) or "") or 0
            upper = self.spelling.write(begin + self.lengths[octet % len(self.lengths)])
            yield f"[{in_array(self.spelling.write(begin))},{in_array(upper)})"
