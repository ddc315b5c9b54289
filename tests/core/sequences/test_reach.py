"""Which ids count: the rule alone. What is asked again of a real server is tried in tests/postgres/sequences."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from seedkit.core.names import SequenceName, TableName
from seedkit.core.sequences.feeding import FedColumn, FeedingSequence
from seedkit.core.sequences.ids import IdRange, typed_range
from seedkit.core.sequences.inheritance import InheritingTable, with_own_tables
from seedkit.core.sequences.judgement import Verdict
from seedkit.core.sequences.reach import beyond_reach, possible_marker, with_ids, without_marker
from seedkit.core.sequences.reading import SequenceReading
from seedkit.core.sequences.state import LOGGED_AHEAD, SequenceState
from seedkit.errors import UsageError

INTEGER = 2**31 - 1


def fed(oid: int = 1, name: str = "items") -> FedColumn:
    return FedColumn(table_oid=oid, table=TableName("public", name), name="id", type_name="integer")


def feeding(*columns: FedColumn, oid: int = 2, increment: int = 1) -> FeedingSequence:
    return FeedingSequence(
        oid=oid,
        name=SequenceName("public", "ids"),
        columns=columns,
        increment=increment,
        role="ada",
        owner_role="ada",
    )


def reading(highest: int | None, last: int = 1, increment: int = 1, **facts: Any) -> SequenceReading:
    """A sequence that has given a value, and feeds an integer."""
    standby = facts.pop("standby", False)
    owned = facts.pop("owned_range", None)
    state = SequenceState(last_value=last, is_called=True, increment=increment, **facts)
    return SequenceReading(
        sequence=feeding(fed(), increment=increment),
        extreme_id=highest,
        state=state,
        standby=standby,
        owned_range=owned,
    )


@pytest.mark.parametrize(
    ("found", "bound"),
    [
        pytest.param(reading(41), None, id="within"),
        pytest.param(reading(100, maximum=100), None, id="at its end"),
        pytest.param(reading(101, maximum=100), 100, id="past MAXVALUE"),
        pytest.param(reading(2**31), INTEGER, id="past the column's type"),
        pytest.param(reading(500, owned_range=IdRange(lowest=1, highest=99)), 99, id="past its range"),
        pytest.param(reading(-101, -1, -1, minimum=-100, maximum=-1), -100, id="past MINVALUE, descending"),
        pytest.param(reading(None), None, id="no ids"),
    ],
)
def test_ids_past_the_last_one_are_asked_for_up_to_that(found: SequenceReading, bound: int | None) -> None:
    """§2 Where the highest id is one that the sequence can't give, the ids up to its end are asked for."""
    assert beyond_reach(found) == bound


@pytest.mark.parametrize(
    ("found", "bound"),
    [
        pytest.param(reading(INTEGER), INTEGER - 1, id="the end"),
        pytest.param(reading(INTEGER - 1), None, id="before the end"),
        pytest.param(reading(INTEGER, INTEGER), INTEGER - 1, id="used up as well"),
        pytest.param(reading(99, increment=10, maximum=100), 98, id="no value left in the phase"),
        pytest.param(reading(-(2**31), -1, -1, minimum=-(2**31), maximum=-1), 1 - 2**31, id="descending"),
        pytest.param(reading(None, INTEGER), None, id="no ids"),
    ],
)
def test_an_id_at_the_very_end_may_be_a_marker(found: SequenceReading, bound: int | None) -> None:
    """§2 An id after which no value is left has the next one looked for."""
    assert possible_marker(found) == bound


@pytest.mark.parametrize(
    ("nearest", "is_marker"),
    [(INTEGER - 1_000_000, False), (INTEGER - 1_000_001, True), (41, True), (None, True)],
)
def test_a_marker_stands_a_million_steps_from_the_next_id(nearest: int | None, is_marker: bool) -> None:
    """§2 More than a million steps from the next id, or from the first value, an id at the very end is a marker."""
    before = reading(INTEGER)

    found = without_marker(before, reading(nearest))

    assert (found.marker == INTEGER, found.extreme_id == nearest) == (is_marker, is_marker)


def test_steps_are_counted_in_the_increment() -> None:
    """§2 With INCREMENT 1000, a million steps are 1,000,000,000 ids."""
    before = reading(INTEGER, increment=1000)

    assert without_marker(before, reading(INTEGER - 999_999_999, increment=1000)) is before
    assert without_marker(before, reading(41, increment=1000)).marker == INTEGER


def test_ids_that_are_about_to_come_are_looked_at_alike() -> None:
    """§4 Of ids that are about to be inserted, too, no marker counts and none that the sequence can't give."""
    found = with_ids(reading(7, maximum=1000), [41, 5_000, INTEGER])

    assert (found.extreme_id, found.judgement.verdict) == (41, Verdict.BEHIND)
    assert with_ids(reading(7), [41, INTEGER]).extreme_id == 41
    assert with_ids(reading(7), [INTEGER - 1, INTEGER]).judgement.verdict is Verdict.EXHAUSTED


@given(st.integers(1, 500), st.integers(0, LOGGED_AHEAD), st.integers(-100, 700), st.sampled_from([1, 7]))
def test_a_standby_is_never_wrong_about_its_primary(given_last: int, ahead: int, highest: int, increment: int) -> None:
    """§2 Whatever the log is ahead by: what a standby calls behind or right is so on the primary."""
    primary = reading(highest, 1 + (given_last - 1) * increment, increment)
    state = replace(primary.state, last_value=primary.state.last_value + ahead * increment)
    standby = replace(primary, state=state, standby=True)

    behind = primary.judgement.verdict is Verdict.BEHIND

    assert standby.doubtful or (standby.judgement.verdict is Verdict.BEHIND) == behind


@pytest.mark.parametrize("text", ["1", "1-9", "..9", "1..", "a..b", "1..2..3", "1..99999999999999999999", ""])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no range of ids"):
        typed_range(text)


def test_a_range_may_lie_below_zero() -> None:
    assert typed_range(" -100 .. -1 ") == IdRange(lowest=-100, highest=-1)


def test_children_with_a_sequence_of_their_own_are_left_out_with_their_heirs() -> None:
    """§1 Whoever inherits from a child that draws from its own sequence counts with that child."""
    parent, clerks = feeding(fed(1, "people"), oid=10), feeding(fed(2, "clerks"), fed(3, "heads"), oid=20)
    heirs = [
        InheritingTable(parent=1, oid=2, table=TableName("public", "clerks")),
        InheritingTable(parent=2, oid=3, table=TableName("public", "heads")),
        InheritingTable(parent=2, oid=4, table=TableName("public", "deputies")),
        InheritingTable(parent=1, oid=5, table=TableName("public", "guests")),
    ]

    people, own = with_own_tables([parent, clerks], heirs, [parent, clerks])

    assert [str(table) for table in people.columns[0].own_tables] == ["people", "guests"]
    assert [column.own_tables for column in own.columns] == [(), ()]
