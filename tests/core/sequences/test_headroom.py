from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedkit.core.names import TableName
from seedkit.core.sequences.feeding import FedColumn
from seedkit.core.sequences.headroom import Headroom, headroom
from seedkit.core.sequences.state import SequenceState


def a_column(type_name: str = "bigint", table: str = "orders", *, computed: bool = False) -> FedColumn:
    name = TableName("public", table)
    return FedColumn(table_oid=1, table=name, name="id", type_name=type_name, computed=computed)


def test_an_integer_column_runs_out_long_before_its_bigint_sequence():
    state = SequenceState(last_value=2_000_000_000, is_called=True)

    room = headroom(state, 2_000_000_000, [a_column("integer")])

    assert room.nearest == room.column
    assert room.nearest_name == "integer"
    assert room.values_left == 147_483_647


def test_an_integer_sequence_runs_out_before_its_bigint_column():
    state = SequenceState(last_value=2_000_000_000, is_called=True, maximum=2**31 - 1)

    room = headroom(state, 2_000_000_000, [a_column("bigint")])

    assert room.nearest == room.sequence
    assert room.nearest_name == "the sequence"
    assert room.values_left == 147_483_647


def test_the_column_is_named_where_both_limits_are_the_same():
    state = SequenceState(last_value=5, is_called=True, maximum=2**31 - 1)

    assert headroom(state, 5, [a_column("integer")]).nearest_name == "integer"


def test_the_highest_id_counts_where_it_is_further_than_the_sequence():
    state = SequenceState(last_value=1, is_called=False, maximum=100)

    assert share_of_sequence(state, 80) == (80, 100)


def test_the_next_value_counts_where_it_is_further_than_the_ids():
    state = SequenceState(last_value=80, is_called=True, maximum=100)

    assert share_of_sequence(state, 3) == (80, 100)


@pytest.mark.parametrize(("is_called", "used"), [(False, 0), (True, 1)])
def test_a_value_is_used_once_it_is_called(is_called, used):
    state = SequenceState(last_value=1, is_called=is_called, maximum=100)

    assert share_of_sequence(state, None) == (used, 100)


def test_an_increment_uses_up_a_range_in_fewer_values():
    state = SequenceState(last_value=41, is_called=True, increment=10, maximum=100)

    assert share_of_sequence(state, None) == (5, 10)


def test_an_id_out_of_phase_costs_the_value_before_it():
    state = SequenceState(last_value=1, is_called=True, increment=10, maximum=100)

    assert share_of_sequence(state, 47) == (5, 10)


def test_a_descending_sequence_is_used_from_above():
    state = SequenceState(last_value=-75, is_called=True, increment=-1, minimum=-100, maximum=-1)

    assert share_of_sequence(state, -80) == (80, 100)


def test_a_descending_sequence_meets_the_lower_end_of_the_type():
    state = SequenceState(last_value=-32_000, is_called=True, increment=-1, minimum=-(2**63), maximum=-1)

    assert headroom(state, None, [a_column("smallint")]).values_left == 768


def test_a_range_below_zero_counts_from_its_lowest_value():
    state = SequenceState(last_value=0, is_called=True, minimum=-100, maximum=100)

    assert share_of_sequence(state, None) == (101, 201)


def test_an_id_past_the_limit_leaves_nothing():
    state = SequenceState(last_value=1, is_called=False, maximum=2**31 - 1)

    room = headroom(state, 3_000_000_000, [a_column("bigint")])

    assert room.values_left == 0
    assert room.sequence is not None
    assert room.sequence.fraction == 1


def test_a_sequence_that_begins_past_the_type_leaves_nothing():
    state = SequenceState(last_value=100_000, is_called=False, minimum=100_000)

    room = headroom(state, None, [a_column("smallint")])

    assert room.column is not None
    assert (room.column.fraction, room.values_left) == (1, 0)


def test_the_narrowest_of_several_columns_decides():
    narrow = a_column("smallint", table="invoices")

    room = headroom(SequenceState(last_value=1, is_called=True), None, [a_column("bigint"), narrow])

    assert room.narrowest is narrow
    assert room.values_left == 32_766


def test_a_column_computed_from_the_values_sets_no_limit():
    room = headroom(SequenceState(last_value=1, is_called=True), None, [a_column("smallint", computed=True)])

    assert room.column is None
    assert room.nearest_name == "the sequence"


def test_numeric_is_limited_by_its_digits():
    state = SequenceState(last_value=99_998, is_called=True)

    assert headroom(state, None, [a_column("numeric(5,0)")]).values_left == 1


@pytest.mark.parametrize("type_name", ["numeric", "numeric(30,0)"])
def test_numeric_that_holds_more_than_a_sequence_gives_sets_no_limit(type_name):
    room = headroom(SequenceState(last_value=1, is_called=True), None, [a_column(type_name)])

    assert room.column is None
    assert room.values_left == 2**63 - 2


def test_a_sequence_that_starts_over_has_no_end():
    state = SequenceState(last_value=90, is_called=True, maximum=100, cycle=True)

    room = headroom(state, None, [a_column("integer")])

    assert (room.sequence, room.column, room.values_left) == (None, None, None)


def test_a_sequence_that_starts_over_too_late_meets_the_end_of_the_type():
    state = SequenceState(last_value=32_000, is_called=True, cycle=True)

    assert headroom(state, None, [a_column("smallint")]).values_left == 767


def test_one_value_left_is_never_shown_as_all_used():
    state = SequenceState(last_value=2**63 - 2, is_called=True)

    room = headroom(state, None, [a_column()])

    assert room.nearest is not None
    assert (room.nearest.percent, room.nearest.fraction) == ("99.9 %", 0.999999)


@given(
    increment=st.integers(-1000, 1000).filter(bool),
    last_value=st.integers(1, 2**15 - 1),
    is_called=st.booleans(),
    extreme_id=st.none() | st.integers(-(2**15), 2**33),
    type_name=st.sampled_from(["smallint", "integer", "bigint", "numeric(7,2)", "numeric"]),
)
def test_as_many_values_fit_as_are_said_to_be_left(increment, last_value, is_called, extreme_id, type_name):
    state = SequenceState(last_value=last_value, is_called=is_called, increment=increment, minimum=1, maximum=2**31)

    room = headroom(state, extreme_id, [a_column(type_name)])

    assert room.nearest is not None
    assert 0 <= room.nearest.used <= room.nearest.total
    assert room.values_left == counted_by_hand(state, extreme_id, room)


def counted_by_hand(state: SequenceState, extreme_id: int | None, room: Headroom) -> int:
    """Draw in thought: skip what the ids take, then count up to the limit."""
    assert room.nearest is not None
    sign = 1 if state.increment > 0 else -1
    following, step = state.base * sign + abs(state.increment), abs(state.increment)
    if extreme_id is not None and following <= extreme_id * sign:
        following += ((extreme_id * sign - following) // step + 1) * step
    return len(range(following, room.nearest.limit * sign + 1, step))


def share_of_sequence(state: SequenceState, extreme_id: int | None) -> tuple[int, int]:
    share = headroom(state, extreme_id, [a_column()]).sequence
    assert share is not None
    return share.used, share.total
