"""What a sequence says of itself, and what it will give next."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.sequences.ids import IdRange

LOGGED_AHEAD = 32
"""Values that the write-ahead log, and a standby with it, is ahead of a sequence (SEQ_LOG_VALS)."""


class SequenceState(Struct, frozen=True, kw_only=True):
    """What a sequence says of itself: its own row, and its definition in `pg_sequence`.

    `start` is read only where it matters: of a sequence that may have to go back to it.
    """

    last_value: int
    is_called: bool
    increment: int = 1
    minimum: int = 1
    maximum: int = 2**63 - 1
    cache: int = 1
    cycle: bool = False
    start: int = 1

    @property
    def base(self) -> int:
        """The value from which the next one is one increment away."""
        return self.last_value if self.is_called else self.last_value - self.increment

    @property
    def next_value(self) -> int | None:
        """What `nextval` gives next, or None when the sequence is exhausted; a CYCLE sequence starts again.

        >>> SequenceState(last_value=1, is_called=False).next_value
        1
        >>> SequenceState(last_value=9, is_called=True, maximum=9).next_value is None
        True
        """
        value = self.base + self.increment
        if self.minimum <= value <= self.maximum:
            return value
        if not self.cycle:
            return None
        return self.near_end

    @property
    def at_least(self) -> SequenceState:
        """How far a sequence is at the least, of which a standby says this: the log tells values before they are given.

        >>> SequenceState(last_value=133, is_called=True).at_least.last_value
        101
        """
        if not self.is_called:
            return self
        behind = self.last_value - LOGGED_AHEAD * self.increment
        return replace(self, last_value=max(self.minimum, min(behind, self.maximum)))

    @property
    def near_end(self) -> int:
        """The bound from which values are given: MINVALUE, or MAXVALUE if the sequence descends."""
        return self.minimum if self.increment > 0 else self.maximum

    @property
    def far_end(self) -> int:
        """The bound at which the values end: MAXVALUE, or MINVALUE if the sequence descends."""
        return self.maximum if self.increment > 0 else self.minimum

    @property
    def bounds(self) -> IdRange:
        """The range between MINVALUE and MAXVALUE."""
        return IdRange(lowest=self.minimum, highest=self.maximum)
