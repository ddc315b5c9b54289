"""Values between two bounds that are not whole days: seconds of a moment, or of a time of day."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from seedkit.core.fixture_language.bounds import TimeBounds
from seedkit.core.generation.columns.numbers import numbers_between
from seedkit.core.generation.streams import Stream


class Instant(Struct, frozen=True):
    """A moment between two bounds."""

    bounds: TimeBounds
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a moment for each row."""
        return map(self.bounds.text, numbers_between(0, self.bounds.count - 1, self.stream, rows))
