"""Which ids count: those that a sequence can come to, and no marker at its very end.

A machine's own range ends before another machine's ids, and a row with the last id of a type marks "none" or "all": a
sequence that is compared with those is never repaired, or called exhausted, while its next value is taken. Here it is
decided up to which id the columns are to be read again, and what the answer is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.sequences.ids import extreme_id
from seedkit.core.sequences.judgement import Verdict
from seedkit.core.sequences.reading import SequenceReading, Unjudged

MOST_COUNTED = 1_000
"""Ids past the last one that a sequence can give are counted so far: another machine's may be millions."""

MARKER_STEPS = 1_000_000
"""An id at the very end that stands further than this from the next one was not drawn: nobody leaves such a gap."""


def with_ids_in_common(reading: SequenceReading) -> SequenceReading | Unjudged:
    """Judge no sequence that can give none of the ids that the caller says are its own."""
    own, reach = reading.owned_range, reading.state.bounds
    if own is None or reading.id_range.lowest <= reading.id_range.highest:
        return reading
    reason = f"it gives {reach}, and none of these ids fits its columns and lies in the range {own}"
    return Unjudged(sequence=reading.sequence, reason=reason, hint="Name another range, or move the sequence's bounds.")


def beyond_reach(reading: SequenceReading) -> int | None:
    """Give the last id that counts where there are others past it, which the sequence can't give; else None."""
    return reading.last_id if reading.judgement.verdict is Verdict.OUT_OF_RANGE else None


def within_reach(before: SequenceReading, again: SequenceReading) -> SequenceReading:
    """Take from a second reading the ids that the sequence can come to; of the others, it has counted some."""
    return replace(again, farthest=before.extreme_id) if again.beyond else again


def possible_marker(reading: SequenceReading) -> int | None:
    """Give the last id before the highest where that one leaves the sequence no value after it; else None."""
    highest, increment, last = reading.extreme_id, reading.state.increment, reading.last_id
    if highest is None or not 0 <= (last - highest) * increment < increment**2:
        return None
    following = highest + increment - (highest - reading.state.base) % increment
    return highest - (1 if increment > 0 else -1) if (following - last) * increment > 0 else None


def without_marker(before: SequenceReading, again: SequenceReading) -> SequenceReading:
    """Judge by the ids below the highest, where that stands apart from them at the very end; else by all."""
    marker, state = before.extreme_id, again.state
    nearest = state.near_end if again.extreme_id is None else again.extreme_id
    if marker is None or (marker - nearest) // state.increment <= MARKER_STEPS:
        return before
    return replace(again, marker=marker, beyond=before.beyond, farthest=before.farthest)


class Doubt(Struct, frozen=True):
    """A reason to read a sequence again: up to which id, and what is true of it then."""

    bound: Callable[[SequenceReading], int | None]
    settle: Callable[[SequenceReading, SequenceReading], SequenceReading]

    def bounds(self, found: Sequence[SequenceReading | Unjudged]) -> dict[int, int]:
        """Give the bounds of those that are to be read again, by OID."""
        readings = [reading for reading in found if isinstance(reading, SequenceReading)]
        return {reading.sequence.oid: bound for reading in readings if (bound := self.bound(reading)) is not None}

    def settled(
        self, found: Sequence[SequenceReading | Unjudged], again: Sequence[SequenceReading | Unjudged]
    ) -> list[SequenceReading | Unjudged]:
        """Put what was read again in the place of what was read before."""
        second = {reading.sequence.oid: reading for reading in again}
        return [self._settled(reading, second.get(reading.sequence.oid, reading)) for reading in found]

    def _settled(
        self, before: SequenceReading | Unjudged, after: SequenceReading | Unjudged
    ) -> SequenceReading | Unjudged:
        if after is before or isinstance(before, Unjudged) or isinstance(after, Unjudged):
            return after
        return self.settle(before, after)


DOUBTS = (Doubt(beyond_reach, within_reach), Doubt(possible_marker, without_marker))
"""In this order: a marker at the end of what can be reached is seen once the ids past it are left out."""


def with_ids(reading: SequenceReading, ids: Collection[int]) -> SequenceReading:
    """Judge a sequence by ids besides those that were read; of these too, no marker and none that it can't give."""
    found = _besides(reading, ids)
    for doubt in DOUBTS:
        if (bound := doubt.bound(found)) is not None:
            found = doubt.settle(found, _besides(reading, [value for value in ids if _counts(value, bound, reading)]))
    return found


def _besides(reading: SequenceReading, ids: Collection[int]) -> SequenceReading:
    return replace(reading, extreme_id=extreme_id([reading.extreme_id, *ids], ascending=reading.sequence.ascending))


def _counts(value: int, bound: int, reading: SequenceReading) -> bool:
    return value <= bound if reading.sequence.ascending else value >= bound
