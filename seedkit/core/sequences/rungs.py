"""Chooses the way to move a sequence that is behind: the gentlest that will do.

`nextval` and `setval` are not undone by ROLLBACK, and plain reading and setting race with writers. So a small gap is
climbed with `nextval` itself, which is monotone by construction; a large one is set while writers are locked out, or,
where that lock can't be had, only while the gap is too large for writers to cross meanwhile. What refuses one way (an
event trigger that forbids DDL, a function that a role may not call, a hook) need not refuse the next.
"""

from __future__ import annotations

from enum import Enum
from typing import NoReturn

from seedkit.core.names import quote_identifier
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.judgement import Verdict
from seedkit.core.sequences.reading import SequenceReading
from seedkit.errors import SequenceError

CLIMB_STEPS = 100_000
"""Gaps up to this are climbed: 0.2 ms a thousand steps (measured, docs/decisions.md)."""

LONGEST_CLIMB_STEPS = 10_000_000
STEPS_PER_CACHED_VALUE = 1_000


class Rung(Enum):
    """The ways to move a sequence, the gentlest first."""

    CLIMB = "climb"
    SET_UNDER_LOCK = "set under lock"
    SET_ACROSS_GAP = "set across the gap"
    BRING_BACK = "bring back"


def rung_for(reading: SequenceReading, *, in_transaction: bool) -> Rung:
    """Choose the way to move a sequence that is behind; raises SequenceError where no right suffices."""
    return rungs_for(reading, in_transaction=in_transaction)[0]


def rungs_for(reading: SequenceReading, *, in_transaction: bool) -> list[Rung]:
    """List the ways to move a sequence that is behind, the best first; raises SequenceError where no right suffices."""
    if reading.judgement.verdict is Verdict.ASTRAY:
        return [Rung.BRING_BACK] if reading.sequence.settable else _refuse_to_bring_back(reading)
    far = is_far(reading)
    settable = reading.sequence.settable
    lockable = settable and reading.sequence.owned and reading.sequence.nodes is None and not in_transaction
    ways = {
        Rung.SET_UNDER_LOCK: lockable and (far or _can_discard(reading)),
        Rung.SET_ACROSS_GAP: settable and far,
        Rung.CLIMB: climbable(reading),
    }
    found = [rung for rung, is_open in ways.items() if is_open]
    if lockable and Rung.SET_UNDER_LOCK not in found:
        found.append(Rung.SET_UNDER_LOCK)
    return found or _refuse(reading)


def climbable(reading: SequenceReading) -> bool:
    """Whether a gap is small enough for `nextval`, or is left to it: setting it would be a race with writers."""
    sequence, steps = reading.sequence, reading.judgement.steps
    return sequence.usable and (steps <= LONGEST_CLIMB_STEPS or (sequence.settable and not is_far(reading)))


def _refuse_to_bring_back(reading: SequenceReading) -> NoReturn:
    message = "it has to go back to its own range, and this role may not set it"
    raise SequenceError(message, hint=_grant("update", reading.sequence))


def _refuse(reading: SequenceReading) -> NoReturn:
    sequence = reading.sequence
    if not sequence.usable:
        raise SequenceError("this role may not use the sequence", hint=_grant("usage", sequence))
    raise SequenceError(f"it is {too_far(reading)}, and this role may not set it", hint=_grant("update", sequence))


def too_far(reading: SequenceReading) -> str:
    """Say how far a sequence is behind that can't be climbed."""
    return f"{reading.judgement.steps:,} steps behind, too far to climb"


def climbs_in_one_statement(reading: SequenceReading, *, discard: bool) -> bool:
    """Whether a sequence can be climbed with others; where `discard` is due, not one whose CACHE sessions hold."""
    if reading.judgement.verdict is Verdict.ASTRAY:
        return False
    small = reading.judgement.steps <= CLIMB_STEPS and reading.sequence.usable
    return small and not (discard and _can_discard(reading))


def _can_discard(reading: SequenceReading) -> bool:
    """Whether values that other sessions hold can be taken from them, if the lock for it can be had."""
    sequence = reading.sequence  # on the nodes of a cluster no sequence is altered
    return reading.state.cache > 1 and sequence.owned and sequence.settable and sequence.nodes is None


def is_far(reading: SequenceReading) -> bool:
    """Whether a sequence is further behind than writers can come while it is set."""
    return reading.judgement.steps > widest_race(reading)


def widest_race(reading: SequenceReading) -> int:
    """How many steps writers might come forward between a read and a write; a larger gap is safe to set."""
    return max(CLIMB_STEPS, STEPS_PER_CACHED_VALUE * reading.state.cache)


def _grant(right: str, sequence: FeedingSequence) -> str:
    return f"grant {right} on sequence {sequence.name} to {quote_identifier(sequence.role)};"
