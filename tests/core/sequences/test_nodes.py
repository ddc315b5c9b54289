"""Ranges of a cluster's nodes, and what is right for a sequence of which each node has its own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from seedkit.core.engines import CitusTable, Engine, Node, Spread
from seedkit.core.names import SequenceName, TableName
from seedkit.core.reports.sequences import report_sequence
from seedkit.core.sequences.feeding import FedColumn, FeedingSequence, Nodes
from seedkit.core.sequences.ids import IdRange
from seedkit.core.sequences.judgement import Verdict, judge
from seedkit.core.sequences.node_readings import node_reading, other_reading
from seedkit.core.sequences.nodes import node_of, on_nodes, range_of
from seedkit.core.sequences.reading import SequenceReading
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.core.sequences.rungs import Rung, rungs_for
from seedkit.core.sequences.state import SequenceState
from seedkit.errors import SequenceError

NODE = 1 << 48
COLUMN = FedColumn(table_oid=7, table=TableName("public", "users"), name="id", type_name="bigint")
SEQUENCE = FeedingSequence(
    oid=1,
    name=SequenceName("public", "users_id_seq"),
    columns=(COLUMN,),
    increment=1,
    role="app",
    owner_role="owner",
    owned=True,
    nodes=Nodes(here=0, others=(1, 2)),
)


def at(last_value: int, **options: Any) -> SequenceState:
    return SequenceState(last_value=last_value, is_called=True, **options)


def coordinators(state: SequenceState, ids: str | None, options: RepairOptions | None = None) -> SequenceReading:
    """The coordinator's sequence, with the highest ids of all nodes as the one scan tells them."""
    return node_reading(SEQUENCE, 0, [ids], state, options or RepairOptions())


@pytest.mark.parametrize(
    ("value", "node"),
    [
        (-(2**63), 0),
        (1, 0),
        (NODE - 1, 0),
        (NODE, 0),
        (NODE + 1, 1),
        (2 * NODE - 1, 1),
        (2 * NODE, 1),
        (2 * NODE + 1, 2),
        (2**63 - 1, 32767),
    ],
)
def test_an_id_belongs_to_the_node_whose_range_holds_it(value: int, node: int) -> None:
    assert node_of(value) == node
    assert range_of(node).lowest <= value <= range_of(node).highest


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_id_belongs_to_one_node(value: int) -> None:
    owners = [node for node in (node_of(value) - 1, node_of(value), node_of(value) + 1) if node >= 0]

    assert [node for node in owners if range_of(node).lowest <= value <= range_of(node).highest] == [node_of(value)]


@pytest.mark.parametrize(
    ("state", "ids", "verdict", "target"),
    [
        pytest.param(at(41), '{"0": 41, "1": 281474976710700}', Verdict.IN_STEP, None, id="workers' ids are theirs"),
        pytest.param(at(41), None, Verdict.AHEAD, None, id="no rows"),
        pytest.param(at(5), '{"0": 41}', Verdict.BEHIND, 41, id="behind its own"),
        pytest.param(at(5), f'{{"0": {NODE}}}', Verdict.EXHAUSTED, None, id="its own range is full"),
        pytest.param(at(5), f'{{"0": {NODE - 1}}}', Verdict.BEHIND, NODE - 1, id="one is left"),
        pytest.param(at(NODE), '{"0": 41}', Verdict.EXHAUSTED, None, id="at its very end nobody has set it"),
        pytest.param(at(NODE + 1), '{"0": 41}', Verdict.ASTRAY, 41, id="set into the range of a worker"),
        pytest.param(at(2 * NODE + 1), '{"0": 41, "2": 562949953421319}', Verdict.ASTRAY, 41, id="of the next one"),
        pytest.param(at(NODE + 9), '{"1": 281474976710700}', Verdict.ASTRAY, None, id="to its START without ids"),
        pytest.param(at(NODE + 9, start=1000), '{"0": 41}', Verdict.ASTRAY, None, id="to START 1000, past id 41"),
        pytest.param(at(NODE + 9, start=1000), '{"0": 1004}', Verdict.ASTRAY, 1004, id="past id 1004"),
        pytest.param(at(NODE + 9, increment=2), '{"0": 40}', Verdict.ASTRAY, 39, id="it stays odd"),
        pytest.param(at(NODE + 9), f'{{"0": {NODE}}}', Verdict.EXHAUSTED, None, id="nothing is left to go back to"),
        pytest.param(at(2 * NODE, start=NODE + 5), '{"0": 4}', Verdict.EXHAUSTED, None, id="its START is out there"),
    ],
)
def test_the_coordinator_is_judged_by_its_own_ids(
    state: SequenceState, ids: str | None, verdict: Verdict, target: int | None
) -> None:
    judgement = coordinators(state, ids).judgement

    assert (judgement.verdict, judgement.target) == (verdict, target)


def test_on_plain_postgresql_no_sequence_ever_goes_back() -> None:
    reading = SequenceReading(sequence=replace(SEQUENCE, nodes=None), extreme_id=41, state=at(NODE + 9))

    assert reading.judgement.verdict is Verdict.AHEAD
    assert judge(at(NODE + 9), 41, IdRange(lowest=1, highest=NODE)).verdict is Verdict.EXHAUSTED


def told(last_value: int | None, node: int = 1, *, minimum: int | None = None) -> list[Any]:
    """What a worker tells of its sequence."""
    first = node * NODE + 1 if minimum is None else minimum
    return [last_value, first, 1, first, (node + 1) * NODE + 1, 1, False]


@pytest.mark.parametrize(
    ("last_value", "verdict"),
    [
        pytest.param(None, Verdict.BEHIND, id="it has given none, as in a restored cluster"),
        pytest.param(NODE + 6, Verdict.BEHIND, id="one behind"),
        pytest.param(NODE + 7, Verdict.IN_STEP, id="at the highest id"),
        pytest.param(NODE + 8, Verdict.AHEAD, id="one ahead"),
    ],
)
def test_a_worker_is_judged_by_the_ids_of_its_range(last_value: int | None, verdict: Verdict) -> None:
    here = coordinators(at(41), f'{{"0": 41, "1": {NODE + 7}, "2": {2 * NODE + 70}}}')

    reading = other_reading(here, 1, told(last_value), RepairOptions())

    assert reading is not None
    assert (reading.extreme_id, reading.judgement.verdict) == (NODE + 7, verdict)


@pytest.mark.parametrize("state", [None, told(2**31 - 1, minimum=1)], ids=["none", "of integers"])
def test_a_worker_without_a_source_of_ids_is_left_alone(state: list[Any] | None) -> None:
    assert other_reading(coordinators(at(41), '{"0": 41}'), 1, state, RepairOptions()) is None


def test_the_only_way_back_needs_the_right_to_set() -> None:
    astray = coordinators(at(NODE + 9), '{"0": 41}')

    assert rungs_for(astray, in_transaction=False) == rungs_for(astray, in_transaction=True) == [Rung.BRING_BACK]
    with pytest.raises(SequenceError) as refused:
        rungs_for(replace(astray, sequence=replace(SEQUENCE, settable=False)), in_transaction=False)
    assert refused.value.hint == "grant update on sequence users_id_seq to app;"


def test_no_sequence_of_several_nodes_is_altered() -> None:
    far = coordinators(at(5, cache=20), '{"0": 900000000}')

    assert Rung.SET_UNDER_LOCK not in rungs_for(far, in_transaction=False)


@pytest.mark.parametrize(
    "reading",
    [
        coordinators(at(NODE), f'{{"0": {NODE}}}'),
        coordinators(at(NODE + 9), '{"0": 41}'),
        coordinators(at(2**48 - 9), f'{{"0": {2**48 - 9}}}'),
    ],
    ids=["used up", "astray", "nearly used up"],
)
def test_no_hint_would_have_a_sequence_altered(reading: SequenceReading) -> None:
    assert report_sequence(reading).hint is None


def test_ids_of_a_node_that_is_none_are_told() -> None:
    report = report_sequence(coordinators(at(41), f'{{"0": 41, "9": {9 * NODE + 4}}}'))

    assert report.warning == f"id {9 * NODE + 4} lies in the range of node 9, which is none of this cluster"


def test_sequences_of_tables_that_citus_knows_are_on_all_nodes() -> None:
    known = {7: CitusTable(spread=Spread.HASH, column="tenant_id")}
    coordinator = Engine(node=Node.COORDINATOR, workers=(1, 2), tables=known)
    worker = Engine(node=Node.WORKER, group=2, workers=(1, 2), tables=known)
    integers = replace(SEQUENCE, oid=2, columns=(replace(COLUMN, type_name="integer"),))
    local = replace(SEQUENCE, oid=3, columns=(replace(COLUMN, table_oid=8),))

    found = {each.oid: each.nodes for each in on_nodes([SEQUENCE, integers, local], coordinator)}
    on_the_worker = {each.oid: each.nodes for each in on_nodes([SEQUENCE, integers], worker)}

    assert found == {1: Nodes(here=0, others=(1, 2)), 2: Nodes(here=0, others=(1, 2)), 3: None}
    assert on_the_worker == {1: Nodes(here=2)}
