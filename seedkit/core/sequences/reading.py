"""A sequence as it was read, with what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeGuard

from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.ids import IdRange
from seedkit.core.sequences.judgement import Judgement, Verdict, judge
from seedkit.core.sequences.state import SequenceState


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceReading:
    """A sequence with the id that decides and then its state: read in this order, or an insert falls in between.

    `margin` is the room that is wanted beyond the id. `reason` and `hint` say why a sequence that is behind could not
    be moved. `snapshot` is PostgreSQL's list of what was committed when it was read.
    """

    sequence: FeedingSequence
    extreme_id: int | None
    state: SequenceState
    margin: int = 0
    reason: str | None = None
    hint: str | None = None
    snapshot: str | None = None
    judgement: Judgement = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """See what follows from the reading."""
        object.__setattr__(self, "judgement", judge(self.state, self.extreme_id, self.id_range, self.margin))

    @property
    def last_id(self) -> int:
        """The last id that can be given."""
        return self.id_range.highest if self.state.increment > 0 else self.id_range.lowest

    @property
    def used_up(self) -> bool:
        """Whether the next value, if there is one, is past the last id that can be given."""
        following = self.state.next_value
        return following is None or (following - self.last_id) * self.state.increment > 0

    @property
    def id_range(self) -> IdRange:
        """The ids that the sequence can give and that all the columns it feeds can hold."""
        found = self.state.bounds
        for column in self.sequence.columns:
            found = found.narrowed(column.held) if column.held and column.tells else found
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged:
    """A sequence that could not be read, why, and what to do about it."""

    sequence: FeedingSequence
    reason: str
    hint: str | None = None


def is_behind(found: SequenceReading | Unjudged) -> TypeGuard[SequenceReading]:
    """Whether a sequence was read and must move."""
    return isinstance(found, SequenceReading) and found.judgement.verdict is Verdict.BEHIND
