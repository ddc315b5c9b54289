"""What is sent for sequences of which each node of a cluster has its own, tried where one server stands for a node."""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar

import psycopg
import pytest
from msgspec.structs import replace

from seedkit.core.reports.runs import SequenceReport
from seedkit.core.sequences.feeding import FeedingSequence, Nodes
from seedkit.core.sequences.node_readings import node_reading, other_reading
from seedkit.core.sequences.reading import SequenceReading
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.core.sequences.state import SequenceState
from seedkit.postgres.sequences.feeding import read_feeding
from seedkit.postgres.sequences.node_statements import moving_command, states_command
from seedkit.postgres.sequences.repair import check_here, repair_sequences

NODE = 1 << 48


class Recording(psycopg.Cursor[Any]):
    """A cursor that remembers what all of its kind have sent."""

    sent: ClassVar[list[str]] = []

    def execute(self, query: Any, *arguments: Any, **options: Any) -> Recording:
        self.sent.append(query if isinstance(query, str) else query.as_string(self))
        return super().execute(query, *arguments, **options)


@pytest.fixture
def node(connection: psycopg.Connection) -> psycopg.Connection:
    """A table whose sequence stands for a worker's, and one whose stands for the coordinator's."""
    connection.execute(f"create sequence orders_id_seq minvalue {NODE + 1} maxvalue {2 * NODE + 1}")
    connection.execute("create table orders (id bigint primary key default nextval('orders_id_seq'))")
    connection.execute("create table users (id bigserial primary key)")
    return connection


def feeding(connection: psycopg.Connection, table: str, node: int) -> FeedingSequence:
    """What feeds a table, as on a node of a cluster."""
    found = [each for each in read_feeding(connection).sequences if each.columns[0].table.name == table]
    return replace(found[0], nodes=Nodes(here=node))


def repaired(connection: psycopg.Connection, table: str, node: int) -> SequenceReport:
    (report,) = repair_sequences(connection, [feeding(connection, table, node)], RepairOptions())
    return report


def next_value(connection: psycopg.Connection, sequence: str) -> int:
    return int(connection.execute("select nextval(%s::regclass)", (sequence,)).fetchall()[0][0])


def test_a_worker_is_judged_by_its_own_range(node: psycopg.Connection) -> None:
    node.execute("insert into orders select nextval('orders_id_seq') from generate_series(1, 3)")
    node.execute(f"insert into orders values (7), ({2 * NODE + 9})")

    (report,) = check_here(node, [feeding(node, "orders", 1)], RepairOptions())

    assert (report.status, report.next_value, report.highest_id, report.node) == ("in step", NODE + 4, NODE + 3, 1)


def test_the_coordinator_is_judged_by_its_own_range(node: psycopg.Connection) -> None:
    node.execute(f"insert into users values (41), ({NODE + 9})")

    report = repaired(node, "users", 0)

    assert (report.status, report.next_value, report.highest_id) == ("fixed", 42, 41)


@pytest.mark.parametrize(("ids", "following"), [([41, NODE + 9], 42), ([NODE + 9], 1), ([], 1)])
@pytest.mark.parametrize("transaction", [True, False], ids=["in a transaction", "by itself"])
def test_what_was_set_into_anothers_range_comes_back(
    node: psycopg.Connection, ids: list[int], following: int, transaction: bool
) -> None:
    node.execute("insert into users select unnest(%s::bigint[])", (ids,))
    node.execute(f"select setval('users_id_seq', {NODE + 9})")

    if transaction:
        with node.transaction():
            report = repaired(node, "users", 0)
            held = node.execute("select count(*) from pg_locks where mode = 'ShareRowExclusiveLock'").fetchall()
    else:
        report, held = repaired(node, "users", 0), [(0,)]

    assert (report.status, held) == ("fixed", [(0,)])
    assert next_value(node, "users_id_seq") == following


def test_who_has_drawn_and_not_committed_is_waited_for(node: psycopg.Connection, direct: str) -> None:
    node.execute("insert into users values (41)")

    with psycopg.connect(direct) as writer:
        writer.execute("insert into users values (42)")
        node.execute(f"select setval('users_id_seq', {NODE + 9})")
        options = RepairOptions(lock_timeout="200ms")
        (report,) = repair_sequences(node, [feeding(node, "users", 0)], options)
        writer.commit()

    assert report.status == "behind"
    assert repaired(node, "users", 0).next_value == 43


def test_nothing_is_sent_that_citus_refuses(node: psycopg.Connection) -> None:
    node.execute("insert into users values (41)")
    node.execute(f"select setval('users_id_seq', {NODE + 9})")
    meant = feeding(node, "users", 0)
    node.cursor_factory = Recording
    Recording.sent.clear()

    repair_sequences(node, [meant], RepairOptions())
    node.execute("insert into users values (900000)")
    repair_sequences(node, [meant], RepairOptions(wait=True))

    on_tables = [statement for statement in Recording.sent if re.search(r"\busers\b", statement)]
    assert on_tables
    assert not [each for each in on_tables if re.search(r"exists \(select from|\*<>|recursive|\(select from", each)]
    assert not [each for each in Recording.sent if re.match(r"\s*(alter|set (?!local))", each, re.IGNORECASE)]
    assert [each for each in Recording.sent if each.startswith("set local lock_timeout = '5s'")]


def worker(node: int, last_value: int, highest: int, sequence: FeedingSequence) -> SequenceReading:
    """A worker's sequence, as the coordinator sees it."""
    state = SequenceState(last_value=1, is_called=False)
    here = node_reading(sequence, 0, [json.dumps({node: highest})], state, RepairOptions())
    told = [last_value, node * NODE + 1, 1, node * NODE + 1, (node + 1) * NODE + 1, 1, False]
    reading = other_reading(here, node, told, RepairOptions())
    assert reading is not None
    return reading


def test_a_node_tells_its_states_and_of_what_it_has_not(node: psycopg.Connection) -> None:
    meant = feeding(node, "orders", 0)
    next_value(node, "orders_id_seq")

    told = node.execute(states_command([meant, replace(meant, name=replace(meant.name, name="gone"))], "1s").encode())

    assert told.fetchall() == [([[NODE + 1, NODE + 1, 1, NODE + 1, 2 * NODE + 1, 1, False], None],)]


@pytest.mark.parametrize("steps", [1, 100_000, 100_001, 90_000_000])
def test_a_node_moves_what_is_its_own(node: psycopg.Connection, steps: int) -> None:
    node.execute("set allow_system_table_mods = on")
    node.execute("create table pg_catalog.pg_dist_local_group (groupid int)")
    node.execute("insert into pg_dist_local_group values (1)")
    meant = feeding(node, "orders", 0)
    behind = [worker(1, NODE + 1, NODE + 1 + steps, meant), worker(2, 2 * NODE + 1, 2 * NODE + 5, meant)]

    node.execute(moving_command(behind, "1s").encode())
    node.execute(moving_command(behind, "1s").encode())

    assert next_value(node, "orders_id_seq") in (NODE + steps + 2, NODE + steps + 3)
