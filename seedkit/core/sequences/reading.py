"""A sequence as it was read, with what follows from it."""

from __future__ import annotations

from functools import cached_property
from typing import TypeGuard

from msgspec import Struct

from seedkit.core.sequences.feeding import FedColumn, FeedingSequence
from seedkit.core.sequences.ids import IdRange
from seedkit.core.sequences.judgement import Judgement, Verdict, judge, way_back
from seedkit.core.sequences.nodes import COORDINATOR, range_of
from seedkit.core.sequences.state import SequenceState


class SequenceReading(Struct, frozen=True, kw_only=True, dict=True):
    """A sequence with the id that decides and then its state: read in this order, or an insert falls in between.

    `deciding` is the column in which that id stands. `margin` is the room that is wanted beyond the id, `owned_range`
    the ids that the caller says are the sequence's own. `beyond` counts ids that it can't give, `farthest` is the
    farthest of them; `marker` is one at its very end that counts for nothing. `standby` says that it was read on a
    server that replays another's. `node` is the one whose sequence it is, where each has its own, and `elsewhere` tells
    the highest id in the range of each other node. `reason` and `hint` say why a sequence that is behind could not be
    moved. `snapshot` is PostgreSQL's list of what was committed when it was read.
    """

    sequence: FeedingSequence
    extreme_id: int | None
    state: SequenceState
    deciding: FedColumn | None = None
    margin: int = 0
    owned_range: IdRange | None = None
    beyond: int = 0
    farthest: int | None = None
    marker: int | None = None
    standby: bool = False
    reason: str | None = None
    hint: str | None = None
    snapshot: str | None = None
    node: int | None = None
    elsewhere: tuple[tuple[int, int], ...] = ()

    @cached_property
    def id_range(self) -> IdRange:
        """The ids that can be given."""
        return _ids_to_give(self.state, self.sequence, self.owned_range)

    @cached_property
    def judgement(self) -> Judgement:
        """What follows from the reading."""
        return self.judged_by(self.state)

    def judged_by(self, state: SequenceState) -> Judgement:
        """Judge the ids that were read by another state."""
        if self._is_astray(state):
            return way_back(state, self.extreme_id, self.free_range, self.margin)
        return judge(state, self.extreme_id, self.free_range, self.margin)

    def _is_astray(self, state: SequenceState) -> bool:
        """Whether the coordinator's sequence, which nothing keeps in its range, has been set into another node's."""
        if self.node != COORDINATOR or state.increment < 0:
            return False
        return state.start <= range_of(COORDINATOR).highest < state.last_value

    @property
    def free_range(self) -> IdRange:
        """The ids that can be given, up to the marker, which is taken."""
        if self.marker is None:
            return self.id_range
        if self.state.increment > 0:
            return self.id_range.narrowed(IdRange(lowest=self.id_range.lowest, highest=self.marker - 1))
        return self.id_range.narrowed(IdRange(lowest=self.marker + 1, highest=self.id_range.highest))

    @property
    def doubtful(self) -> bool:
        """Whether a standby's word is not enough: a last value that is less far on would be judged otherwise.

        What is behind on a standby is behind for certain, as that is never behind the primary.
        """
        if not self.standby or is_behind(self):
            return False
        return _kind(self.judged_by(self.state.at_least)) is not _kind(self.judgement)

    @property
    def last_id(self) -> int:
        """The last id that can be given."""
        return self.id_range.highest if self.state.increment > 0 else self.id_range.lowest

    @property
    def used_up(self) -> bool:
        """Whether the next value, if there is one, is past the last id that can be given, or taken by the marker."""
        following, free = self.state.next_value, self.free_range
        return following is None or (following > free.highest if self.state.increment > 0 else following < free.lowest)


def _ids_to_give(state: SequenceState, sequence: FeedingSequence, owned_range: IdRange | None) -> IdRange:
    """Tell the ids that a sequence can give, that are its own and that all the columns it feeds can hold."""
    found = state.bounds
    for column in sequence.columns:
        found = found.narrowed(column.held) if column.held and column.tells else found
    return found.narrowed(owned_range) if owned_range else found


def _kind(judgement: Judgement) -> Verdict:
    """Take what is ahead as in step."""
    return Verdict.IN_STEP if judgement.verdict is Verdict.AHEAD else judgement.verdict


class Unjudged(Struct, frozen=True, kw_only=True):
    """A sequence that could not be read, why, and what to do about it.

    `removable` says that something is in the way of reading it, and not that its ids tell nothing whoever reads them.
    `node` is the one whose sequence it is, where that is another than the one that was asked.
    """

    sequence: FeedingSequence
    reason: str
    hint: str | None = None
    removable: bool = False
    node: int | None = None


def unjudged_on_nodes(sequence: FeedingSequence, why: Unjudged | None = None) -> Unjudged:
    """Judge no sequence whose rows on other nodes can't be read with the rights of who owns their table."""
    reason = why.reason if why else "what other roles own is read with their rights only on a connection of its own"
    hint = "Run it as a role that may read the table and is no superuser, or let its owner log in on all nodes."
    return Unjudged(sequence=sequence, reason=reason, hint=hint, removable=True)


def is_behind(found: SequenceReading | Unjudged) -> TypeGuard[SequenceReading]:
    """Whether a sequence was read and must move."""
    return isinstance(found, SequenceReading) and found.judgement.verdict in (Verdict.BEHIND, Verdict.ASTRAY)
