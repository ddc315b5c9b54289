"""The way to move a sequence: the gentlest that will do, by what our role may and whether a transaction is open."""

from __future__ import annotations

from typing import Any

import pytest

from seedkit.core.names import SequenceName
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.reading import SequenceReading
from seedkit.core.sequences.rungs import Rung, climbs_in_one_statement, rung_for
from seedkit.core.sequences.state import SequenceState
from seedkit.errors import SequenceError

FAR = 100_001


def behind(steps: int, *, cache: int = 1, **rights: Any) -> SequenceReading:
    """A sequence that has given 1, with ids that many steps further on."""
    sequence = FeedingSequence(
        oid=1,
        name=SequenceName("public", "users_id_seq"),
        columns=(),
        increment=1,
        role="app",
        owner_role="owner",
        **rights,
    )
    state = SequenceState(last_value=1, is_called=True, cache=cache)
    return SequenceReading(sequence=sequence, extreme_id=1 + steps, state=state)


@pytest.mark.parametrize(
    ("reading", "in_transaction", "rung"),
    [
        pytest.param(behind(FAR - 1, owned=True), False, Rung.CLIMB, id="a small gap is climbed"),
        pytest.param(behind(FAR, owned=True), False, Rung.SET_UNDER_LOCK, id="a large one is set by the owner"),
        pytest.param(behind(FAR), False, Rung.SET_ACROSS_GAP, id="by who may not lock it, across the gap"),
        pytest.param(behind(FAR, owned=True), True, Rung.SET_ACROSS_GAP, id="so in a transaction, which keeps locks"),
        pytest.param(behind(FAR, settable=False), False, Rung.CLIMB, id="without the right to set it is climbed"),
        pytest.param(behind(3, cache=20, owned=True), False, Rung.SET_UNDER_LOCK, id="a CACHE is taken from others"),
        pytest.param(behind(3, cache=20, owned=True), True, Rung.CLIMB, id="but not in a transaction"),
        pytest.param(behind(FAR, cache=200), False, Rung.CLIMB, id="writers with a CACHE come far meanwhile"),
    ],
)
def test_the_gentlest_way_that_will_do(reading: SequenceReading, in_transaction: bool, rung: Rung) -> None:
    assert rung_for(reading, in_transaction=in_transaction) is rung


@pytest.mark.parametrize(
    ("reading", "grant"),
    [
        pytest.param(behind(3, usable=False), "usage", id="without USAGE"),
        pytest.param(behind(10_000_001, settable=False), "update", id="too far to climb"),
    ],
)
def test_a_missing_right_is_named_with_its_grant(reading: SequenceReading, grant: str) -> None:
    with pytest.raises(SequenceError) as refused:
        rung_for(reading, in_transaction=False)

    assert refused.value.hint == f"grant {grant} on sequence users_id_seq to app;"


def test_sequences_are_climbed_together_unless_one_needs_a_way_of_its_own() -> None:
    held = behind(3, cache=20, owned=True)

    assert climbs_in_one_statement(behind(3), discard=True)
    assert climbs_in_one_statement(held, discard=False)
    assert not climbs_in_one_statement(held, discard=True)
    assert not climbs_in_one_statement(behind(FAR), discard=False)
    assert not climbs_in_one_statement(behind(3, usable=False), discard=False)
