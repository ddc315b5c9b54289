"""What helps a sequence that has come to its end: more room, or a way back that only a person can choose."""

from __future__ import annotations

from seedkit.core.reports.limits import widening
from seedkit.core.reports.runs import SequenceReport
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
    """Write down what brings a sequence that is used up back to its ids, None where these leave no value either."""
    state, own = found.state, found.free_range
    if found.extreme_id is None:
        following = own.lowest if state.increment > 0 else own.highest
    else:
        following = state.base + ((found.extreme_id - state.base) // state.increment + 1) * state.increment
    if not found.used_up or not own.lowest <= following <= own.highest:
        return None
    return f"alter sequence {found.sequence.name} restart with {following};"


def remedy_for_narrow(report: SequenceReport, found: SequenceReading) -> str | None:
    """Say how a sequence that is narrower than its ids is widened: one that ends with its type, which nobody chose."""
    forgotten = found.last_id == found.state.far_end and found.last_id in _ENDS_OF_NARROW_TYPES
    return widening(report) if found.beyond and forgotten and not found.owned_range else None
