"""What helps a sequence that has come to its end: more room, or a way back that only a person can choose."""

from __future__ import annotations

from seedkit.core.reports.limits import widening
from seedkit.core.reports.runs import SequenceReport
from seedkit.core.sequences.ids import extreme_id
from seedkit.core.sequences.reading import SequenceReading

_ENDS_OF_NARROW_TYPES = (2**15 - 1, 2**31 - 1, -(2**15), -(2**31))


def remedy(report: SequenceReport, found: SequenceReading) -> str | None:
    """Say what helps a sequence that has no value left, with what it would do.

    The way back gives values again that may have been given before: it is told, and never taken.
    """
    room = widening(report, _effect_of_room(found))
    back = _restart(found)
    if back is None:
        return room
    kept = "no value was" if found.extreme_id is None else f"none of the values after id {found.extreme_id} was"
    told = f"If {kept} ever kept anywhere: {back}"
    return told if room is None else f"{told} Else: {room}"


def _effect_of_room(found: SequenceReading) -> str:
    if found.marker is not None:
        return f"a repair then moves it past id {found.marker}"
    if found.used_up:
        return f"it then goes on with {found.state.base + found.state.increment}"
    return f"a repair then moves it past id {found.extreme_id}"


def _restart(found: SequenceReading) -> str | None:
    """Write down what brings a sequence that is used up back to its ids, None where these leave no value either.

    Without ids, and a range of its own, it goes back to its START.
    """
    state, free, statement = found.state, found.free_range, f"alter sequence {found.sequence.name} restart"
    if not found.used_up or found.node is not None:
        return None
    if found.extreme_id is None and found.owned_range is None:
        return f"{statement};"
    ascending = state.increment > 0
    before = free.lowest - 1 if ascending else free.highest + 1
    taken = extreme_id([found.extreme_id, before], ascending=ascending) or 0
    following = state.base + ((taken - state.base) // state.increment + 1) * state.increment
    return f"{statement} with {following};" if free.lowest <= following <= free.highest else None


def remedy_for_narrow(report: SequenceReport, found: SequenceReading) -> str | None:
    """Say how a sequence that is narrower than its ids is widened: one that ends with its type, which nobody chose."""
    forgotten = found.last_id == found.state.far_end and found.last_id in _ENDS_OF_NARROW_TYPES
    return widening(report) if found.beyond and forgotten and not found.owned_range else None
