"""The decision about a sequence: is it behind the ids of the columns it feeds, and how far must it move.

Pure arithmetic in Python's integers. Reading and moving the sequence is the work of `seedkit.postgres.sequences`.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from seedkit.core.sequences.ids import IdRange
from seedkit.core.sequences.ids import extreme_id as farthest_id
from seedkit.core.sequences.state import SequenceState


class Verdict(StrEnum):
    """What is true of a sequence in view of the ids in its columns."""

    IN_STEP = "in step"
    AHEAD = "ahead"
    BEHIND = "behind"
    ASTRAY = "astray"
    EXHAUSTED = "exhausted"
    OUT_OF_RANGE = "out of range"


class Judgement(Struct, frozen=True, kw_only=True):
    """A verdict and, where the sequence is behind, the way to go.

    `target` is the last value that the sequence needs, in phase with its increment; `steps` how often `nextval`
    would have to be called to get there. One that is astray has to go back, to its START where it has no target.
    """

    verdict: Verdict
    steps: int = 0
    target: int | None = None


def judge(
    state: SequenceState, extreme_id: int | None, owned_range: IdRange | None = None, margin: int = 0
) -> Judgement:
    """Decide whether a sequence is behind `extreme_id`: the highest id, the lowest if it descends, None without ids.

    `owned_range` holds the ids that the sequence is answerable for, by default those between its bounds. An id past
    its far end is out of range; one before its near end is no concern of the sequence. A sequence that has not come to
    the range yet is behind it, whatever the ids. One that would have no value left once it has passed the id is
    exhausted and had better stay where it is: there may be gaps below.
    `margin` asks for room: as many more values as that are passed over beyond the id.

    >>> judge(SequenceState(last_value=1, is_called=False), 41)
    Judgement(verdict=<Verdict.BEHIND: 'behind'>, steps=41, target=41)
    >>> judge(SequenceState(last_value=1, is_called=True, increment=2), 10).target  # stays odd: 11 comes next
    9
    >>> judge(SequenceState(last_value=42, is_called=True), 42).verdict.value
    'in step'
    """
    owned = owned_range or state.bounds
    ascending = state.increment > 0
    if extreme_id is not None and (extreme_id > owned.highest if ascending else extreme_id < owned.lowest):
        return Judgement(verdict=Verdict.OUT_OF_RANGE)
    before = _just_before(state, owned)
    taken = extreme_id if before is None else farthest_id([extreme_id, before], ascending=ascending)
    if taken is None:
        return _idle(state, owned, Verdict.AHEAD if state.is_called else Verdict.IN_STEP)
    steps = (taken - state.base) // state.increment + margin
    if steps < 1:
        return _idle(state, owned, Verdict.IN_STEP if steps == 0 else Verdict.AHEAD)
    target = state.base + steps * state.increment
    if not owned.lowest <= target + state.increment <= owned.highest:
        return Judgement(verdict=Verdict.EXHAUSTED)
    return Judgement(verdict=Verdict.BEHIND, steps=steps, target=target)


def way_back(state: SequenceState, extreme_id: int | None, owned: IdRange, margin: int = 0) -> Judgement:
    """Say where an ascending sequence belongs that gives ids of another node: past the highest id of its own.

    The one case of a sequence that goes backwards: somebody has set it past all ids, and the values that it gives now
    the other node gives as well.

    >>> way_back(SequenceState(last_value=2**48 + 7, is_called=True), 41, IdRange(lowest=1, highest=2**48)).target
    41
    """
    before = state.start - state.increment
    taken = before if extreme_id is None else max(extreme_id, before)
    steps = (taken - before) // state.increment + margin
    target = before + steps * state.increment
    if target + state.increment > owned.highest:
        return Judgement(verdict=Verdict.EXHAUSTED)
    return Judgement(verdict=Verdict.ASTRAY, target=target if steps else None)


def _just_before(state: SequenceState, owned: IdRange) -> int | None:
    """Tell the id before the range, for a sequence whose next value does not reach the range yet."""
    following = state.base + state.increment
    if state.increment > 0:
        return owned.lowest - 1 if following < owned.lowest else None
    return owned.highest + 1 if following > owned.highest else None


def _idle(state: SequenceState, owned: IdRange, verdict: Verdict) -> Judgement:
    """Judge a sequence that need not move: it is right unless it has no next value, or one past its range."""
    following = state.next_value
    if following is None or (following > owned.highest if state.increment > 0 else following < owned.lowest):
        return Judgement(verdict=Verdict.EXHAUSTED)
    return Judgement(verdict=verdict)
