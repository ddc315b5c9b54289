"""The rule alone: whether a sequence is behind, and how far it must move."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from seedkit.core.names import SequenceName, TableName
from seedkit.core.sequences.feeding import FedColumn, FeedingSequence
from seedkit.core.sequences.ids import IdRange, extreme_id, whole_id, whole_range
from seedkit.core.sequences.judgement import Verdict, judge
from seedkit.core.sequences.reading import SequenceReading
from seedkit.core.sequences.state import SequenceState

LARGEST = 2**63 - 1
SMALLEST = -(2**63)
NODE_1 = IdRange(lowest=(1 << 48) + 1, highest=2 << 48)


def new(start: int = 1, **options: Any) -> SequenceState:
    """A sequence that has given no value yet."""
    return SequenceState(last_value=start, is_called=False, **options)


def at(last_value: int, **options: Any) -> SequenceState:
    """A sequence that has given this value last."""
    return SequenceState(last_value=last_value, is_called=True, **options)


DESCENDING = {"increment": -1, "minimum": SMALLEST, "maximum": -1}


@pytest.mark.parametrize(
    ("state", "highest", "verdict"),
    [
        pytest.param(new(), None, Verdict.IN_STEP, id="new, empty table"),
        pytest.param(at(7), None, Verdict.AHEAD, id="used, empty table"),
        pytest.param(new(), 0, Verdict.IN_STEP, id="new, id 0"),
        pytest.param(new(), -5, Verdict.AHEAD, id="new, only ids below it"),
        pytest.param(new(1000), 999, Verdict.IN_STEP, id="START 1000 comes after 999"),
        pytest.param(new(), 1, Verdict.BEHIND, id="new, and 1 is taken"),
        pytest.param(at(41), 42, Verdict.BEHIND, id="one behind"),
        pytest.param(at(42), 42, Verdict.IN_STEP, id="at the highest id"),
        pytest.param(at(43), 42, Verdict.AHEAD, id="one ahead"),
        pytest.param(at(42, increment=10), 47, Verdict.IN_STEP, id="52 comes after 47"),
        pytest.param(at(-7, **DESCENDING), -8, Verdict.BEHIND, id="descending, one behind"),
        pytest.param(at(-8, **DESCENDING), -8, Verdict.IN_STEP, id="descending, at the lowest id"),
        pytest.param(new(-1, **DESCENDING), 5, Verdict.AHEAD, id="descending, only ids above it"),
        pytest.param(at(5, maximum=9), 9, Verdict.EXHAUSTED, id="the highest id is MAXVALUE"),
        pytest.param(at(9, maximum=9), None, Verdict.EXHAUSTED, id="MAXVALUE was given"),
        pytest.param(at(9, maximum=9), 3, Verdict.EXHAUSTED, id="MAXVALUE was given, ids below"),
        pytest.param(at(9, maximum=9, cycle=True), 3, Verdict.AHEAD, id="MAXVALUE was given, CYCLE goes on"),
        pytest.param(at(5, maximum=9), 10, Verdict.OUT_OF_RANGE, id="an id past MAXVALUE"),
        pytest.param(at(1, maximum=2**31 - 1), 2**31, Verdict.OUT_OF_RANGE, id="an id past integer"),
        pytest.param(at(1), LARGEST, Verdict.EXHAUSTED, id="the largest bigint is taken"),
        pytest.param(at(1), LARGEST - 1, Verdict.BEHIND, id="the largest bigint is free"),
        pytest.param(at(1), LARGEST + 1, Verdict.OUT_OF_RANGE, id="a numeric past bigint"),
        pytest.param(new(-1, **DESCENDING), SMALLEST, Verdict.EXHAUSTED, id="the smallest bigint is taken"),
        pytest.param(new(100, minimum=100), 5, Verdict.AHEAD, id="an id below MINVALUE is no concern"),
    ],
)
def test_the_verdict(state: SequenceState, highest: int | None, verdict: Verdict) -> None:
    """§2 Behind is a highest id at or past the next value; with none left, exhausted; past the limit, out of range."""
    assert judge(state, highest).verdict is verdict


@pytest.mark.parametrize(
    ("state", "highest", "steps", "target"),
    [
        pytest.param(new(), 41, 41, 41, id="new: 41 values to draw"),
        pytest.param(at(1), 41, 40, 41, id="used: 40 values to draw"),
        pytest.param(new(increment=2), 10, 5, 9, id="odd: 9, so that 11 comes next"),
        pytest.param(at(1, increment=2), 11, 5, 11, id="odd: 11 itself is taken"),
        pytest.param(at(3, increment=10, minimum=3), 101, 9, 93, id="every tenth from 3"),
        pytest.param(new(-1, **DESCENDING), -41, 41, -41, id="descending"),
        pytest.param(new(-1, **DESCENDING | {"increment": -7}), -40, 6, -36, id="descending in sevens"),
        pytest.param(at(1), 5_000_000_001, 5_000_000_000, 5_000_000_001, id="five billion"),
        pytest.param(at(1), LARGEST - 1, LARGEST - 2, LARGEST - 1, id="to the end of bigint, without overflow"),
    ],
)
def test_the_way_to_go(state: SequenceState, highest: int, steps: int, target: int) -> None:
    """§2 The target is as many whole steps from the base as lead to the highest id or just before it."""
    judgement = judge(state, highest)

    assert (judgement.steps, judgement.target) == (steps, target)


def test_a_margin_that_does_not_fit_moves_nothing() -> None:
    """§2 A margin that is wider than the room left is exhausted, though the ids alone could be passed."""
    assert judge(at(1, maximum=100), 41, margin=58).target == 99
    assert judge(at(1, maximum=100), 41, margin=59).verdict is Verdict.EXHAUSTED


def test_a_margin_leaves_room_beyond_the_highest_id() -> None:
    """§2 A margin passes over as many more values, in the sequence's own steps."""
    assert judge(at(1), 41, margin=100).target == 141
    assert judge(at(1, increment=2), 41, margin=100).target == 241
    assert judge(at(100), 41, margin=100).target == 141
    assert judge(at(141), 41, margin=100).verdict is Verdict.IN_STEP


@pytest.mark.parametrize(
    ("state", "highest", "verdict"),
    [
        pytest.param(at((1 << 48) + 1), (1 << 48) + 500, Verdict.BEHIND, id="an id of its own"),
        pytest.param(at((1 << 48) + 1), 500, Verdict.AHEAD, id="an id of a lower node"),
        pytest.param(at((1 << 48) + 1), (2 << 48) + 1, Verdict.OUT_OF_RANGE, id="an id of a higher node"),
        pytest.param(at((1 << 48) + 1), 2 << 48, Verdict.EXHAUSTED, id="the last id of its own"),
        pytest.param(at(2 << 48), (1 << 48) + 1, Verdict.EXHAUSTED, id="its own range is used up"),
    ],
)
def test_an_owned_range_decides_instead_of_the_bounds(state: SequenceState, highest: int, verdict: Verdict) -> None:
    """§6 Every decision takes an owned id range: ids past it are reported and not used."""
    assert judge(state, highest, NODE_1).verdict is verdict


@pytest.mark.parametrize(
    ("state", "following"),
    [
        (new(), 1),
        (new(5), 5),
        (at(5), 6),
        (at(5, increment=10), 15),
        (at(9, maximum=9), None),
        (at(9, maximum=9, minimum=3, cycle=True), 3),
        (at(8, maximum=9, increment=2), None),
        (at(-9, increment=-2, minimum=-10, maximum=-1), None),
        (at(-9, increment=-2, minimum=-10, maximum=-1, cycle=True), -1),
        (at(LARGEST), None),
    ],
)
def test_the_next_value(state: SequenceState, following: int | None) -> None:
    """§2 The next value is last_value where that is not called, else one increment on; none past the bounds."""
    assert state.next_value == following


@pytest.mark.parametrize(
    ("type_name", "lowest", "highest"),
    [
        ("smallint", -(2**15), 2**15 - 1),
        ("integer", -(2**31), 2**31 - 1),
        ("bigint", SMALLEST, LARGEST),
        ("numeric", SMALLEST, LARGEST),
        ("numeric(5,2)", -999, 999),
        ("numeric(3,-2)", -99999, 99999),
        ("numeric(2,4)", 0, 0),
        ("numeric(40,0)", -LARGEST, LARGEST),
    ],
)
def test_the_range_of_a_type(type_name: str, lowest: int, highest: int) -> None:
    """§2 A column's type bounds its ids besides the sequence."""
    assert whole_range(type_name) == IdRange(lowest=lowest, highest=highest)


@pytest.mark.parametrize("type_name", ["text", "uuid", "double precision", "character varying(10)", "bigint[]"])
def test_other_types_tell_nothing(type_name: str) -> None:
    """§2 The highest value of a text column says nothing about a sequence."""
    assert whole_range(type_name) is None


def fed(type_name: str, *, computed: bool = False) -> FedColumn:
    table = TableName("public", "items")
    return FedColumn(table_oid=1, table=table, name="id", type_name=type_name, computed=computed)


def reading(state: SequenceState, highest: int, *columns: FedColumn) -> SequenceReading:
    sequence = FeedingSequence(
        oid=2,
        name=SequenceName("public", "ids"),
        columns=columns,
        increment=state.increment,
        role="ada",
        owner_role="ada",
    )
    return SequenceReading(sequence=sequence, extreme_id=highest, state=state)


def test_the_narrowest_column_bounds_a_sequence() -> None:
    """§2 A value beyond the column's type is as good as beyond MAXVALUE, for the narrowest column that is fed."""
    assert reading(at(1), 2**31 - 1, fed("bigint")).judgement.verdict is Verdict.BEHIND
    assert reading(at(1), 2**31 - 1, fed("bigint"), fed("integer")).judgement.verdict is Verdict.EXHAUSTED
    assert reading(at(2**31 - 1), 7, fed("integer")).judgement.verdict is Verdict.EXHAUSTED
    assert reading(at(1), 2**31 - 1, fed("bigint"), fed("text")).judgement.verdict is Verdict.BEHIND
    assert reading(at(1), 2**31 - 1, fed("bigint"), fed("integer", computed=True)).judgement.verdict is Verdict.BEHIND


@pytest.mark.parametrize(
    ("text", "ascending", "whole"),
    [
        (None, True, None),
        ("41", True, 41),
        ("41.5", True, 41),
        ("-41.5", True, -42),
        ("-41.5", False, -41),
        ("41.5", False, 42),
        ("9223372036854775808", True, 2**63),
        ("1" + "0" * 40 + ".5", True, 10**40),
    ],
)
def test_an_id_is_read_as_the_whole_one_before_it(text: str | None, ascending: bool, whole: int | None) -> None:
    """§2 Numeric fractions count as floor, or ceiling for a descending sequence, at any length."""
    assert whole_id(text, ascending=ascending) == whole


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_no_id(text: str) -> None:
    """§2 NaN is an error."""
    with pytest.raises(ValueError, match=f"{text} is no id"):
        whole_id(text, ascending=True)


def test_the_deciding_id_is_the_farthest_of_all_columns() -> None:
    """§1 A sequence's highest id is over all columns that it feeds; NULL is none."""
    assert extreme_id([None, 7, 41], ascending=True) == 41
    assert extreme_id([None, -7, -41], ascending=False) == -41
    assert extreme_id([None, None], ascending=True) is None


@st.composite
def states(draw: st.DrawFn) -> SequenceState:
    """Any sequence that PostgreSQL would let one create, near zero or at the ends of bigint."""
    near = draw(st.sampled_from([0, SMALLEST, LARGEST, 2**31]))
    ends = st.integers(max(SMALLEST, near - 100), min(LARGEST, near + 100)) | st.integers(SMALLEST, LARGEST)
    minimum, maximum = sorted((draw(ends), draw(ends)))
    assume(minimum < maximum)
    size = draw(st.integers(1, min(maximum - minimum, 2**40)) | st.integers(1, min(maximum - minimum, 9)))
    return SequenceState(
        last_value=draw(st.integers(minimum, maximum)),
        is_called=draw(st.booleans()),
        increment=size * draw(st.sampled_from([1, -1])),
        minimum=minimum,
        maximum=maximum,
    )


@st.composite
def judged(draw: st.DrawFn) -> tuple[SequenceState, list[int], int]:
    """A sequence, ids around it, and a margin."""
    state = draw(states())
    near = st.integers(state.last_value - 300, state.last_value + 300) | st.integers(
        state.minimum - 9, state.maximum + 9
    )
    return state, draw(st.lists(near, max_size=6)), draw(st.just(0) | st.integers(0, 1_000))


def after(state: SequenceState, ids: list[int], margin: int = 0) -> SequenceState:
    """The sequence after the repair that the rule asks for."""
    target = judge(state, extreme_id(ids, ascending=state.increment > 0), margin=margin).target
    return state if target is None else replace(state, last_value=target, is_called=True)


def values_given(state: SequenceState, count: int) -> list[int]:
    """What `nextval` gives, as PostgreSQL's documentation tells it."""
    given_values: list[int] = []
    for _ in range(count):
        value = state.last_value + state.increment if state.is_called else state.last_value
        if not state.minimum <= value <= state.maximum:
            break
        given_values.append(value)
        state = replace(state, last_value=value, is_called=True)
    return given_values


@given(judged())
def test_after_a_repair_the_next_values_are_free(case: tuple[SequenceState, list[int], int]) -> None:
    """§2 For any increment, bounds, state and ids: a sequence that is called right gives only free values."""
    state, ids, margin = case
    moved = after(state, ids, margin)
    verdict = judge(moved, extreme_id(ids, ascending=state.increment > 0), margin=margin).verdict

    following = values_given(moved, 5)

    if verdict in (Verdict.IN_STEP, Verdict.AHEAD):
        assert following
        assert not set(following) & set(ids)
    else:
        assert verdict in (Verdict.EXHAUSTED, Verdict.OUT_OF_RANGE)


@given(judged())
def test_a_repair_keeps_the_phase(case: tuple[SequenceState, list[int], int]) -> None:
    """§2 For any increment, bounds, state and ids: all values stay whole steps from where the sequence stood."""
    state, ids, margin = case

    following = values_given(after(state, ids, margin), 5)

    assert all((value - state.last_value) % state.increment == 0 for value in following)


@given(judged())
def test_a_repair_moves_nothing_back(case: tuple[SequenceState, list[int], int]) -> None:
    """§2 For any increment, bounds, state and ids: no value that was given, or passed over, is given again."""
    state, ids, margin = case
    moved = after(state, ids, margin)

    before, following = values_given(state, 1), values_given(moved, 5)

    assert (moved.last_value - state.last_value) * state.increment >= 0
    assert all((value - before[0]) * state.increment >= 0 for value in following)


@given(judged())
def test_a_repair_goes_no_further_than_needed(case: tuple[SequenceState, list[int], int]) -> None:
    """§2 For any increment, bounds, state and ids: without a margin, the first free value in the phase comes next."""
    state, ids, _ = case
    farthest = extreme_id(ids, ascending=state.increment > 0)
    judgement = judge(state, farthest)
    assume(judgement.target is not None and farthest is not None)

    following = values_given(after(state, ids), 1)

    assert judgement.steps >= 1
    assert state.base + judgement.steps * state.increment == judgement.target
    assert [abs(value - farthest) <= abs(state.increment) for value in following if farthest is not None] == [True]


@given(judged())
def test_a_repair_is_done_once(case: tuple[SequenceState, list[int], int]) -> None:
    """§2 For any increment, bounds, state, ids and margin: a second repair finds nothing to do."""
    state, ids, margin = case
    moved = after(state, ids, margin)

    assert after(moved, ids, margin) == moved


@given(judged(), st.integers(-200, 200), st.integers(0, 200))
def test_a_repair_ends_in_the_owned_range(case: tuple[SequenceState, list[int], int], away: int, width: int) -> None:
    """§6 For any owned id range: what is called right or repaired gives a value in it, and nothing moves back."""
    state, ids, margin = case
    owned = IdRange(lowest=state.last_value + away, highest=state.last_value + away + width).narrowed(state.bounds)
    assume(owned.lowest <= owned.highest)
    farthest = extreme_id(ids, ascending=state.increment > 0)

    judgement = judge(state, farthest, owned, margin)

    following = state.next_value if judgement.target is None else judgement.target + state.increment
    if judgement.verdict in (Verdict.IN_STEP, Verdict.AHEAD, Verdict.BEHIND):
        assert following is not None
        assert owned.lowest <= following <= owned.highest
    assert judgement.steps >= 0


@pytest.mark.parametrize(
    ("state", "highest", "following"),
    [
        pytest.param(new(), None, 1001, id="no ids"),
        pytest.param(new(), 41, 1001, id="ids before the range"),
        pytest.param(at(7), 1500, 1501, id="ids in the range"),
        pytest.param(new(increment=10), 41, 1001, id="in phase"),
        pytest.param(new(5, increment=10), None, 1005, id="in another phase"),
    ],
)
def test_a_sequence_before_its_range_is_behind(state: SequenceState, highest: int | None, following: int) -> None:
    """§6 A sequence that has not come to its owned range goes on with the first value in it, in its phase."""
    judgement = judge(state, highest, IdRange(lowest=1001, highest=2000))

    assert judgement.target is not None
    assert judgement.target + state.increment == following
