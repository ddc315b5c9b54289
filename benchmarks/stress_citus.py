"""Writers on every node of a Citus cluster while its sequences are repaired: are ids handed out twice? Counts them.

    python -m benchmarks.stress_citus URL_OF_COORDINATOR [SECONDS [ROUNDS]]

Each round drifts them first, as people do: `setval(max(id))` on the coordinator, which puts it into a worker's range,
and rows with ids ahead of every node's sequence. Then it repairs once, and goes on repairing while all nodes write.
Only what was begun after the first repair counts: an id that anybody was given before, of whatever tenant, or twice.
It makes a table of its own, and drops it.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg.conninfo import make_conninfo

from seedkit import check_sequences, fix_sequence

TABLE = "seedkit_stress"
TENANTS = 40
WRITERS = 2
REPAIRERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a round: ids drawn after the first repair, those that anybody had before, and inserts refused."""

    drawn: int
    by_node: dict[int, int]
    repairs: int
    twice: int
    refused: int
    right: bool

    def __str__(self) -> str:
        nodes = ", ".join(f"{count:,} on node {node}" for node, count in sorted(self.by_node.items()))
        return (
            f"{self.drawn:,} ids drawn ({nodes}), {self.repairs:,} repairs, {self.twice} ids twice, "
            f"{self.refused} inserts refused, check is {'green' if self.right else 'red'} at the end"
        )


@dataclass(slots=True)
class _Record:
    """What a writer was given: when each insert began, and the id, None where a key was taken."""

    given: list[tuple[float, int | None]] = field(default_factory=list)


def nodes_of(url: str) -> dict[int, str]:
    """Find the nodes of a cluster, by their groups, as clients of the coordinator would reach them."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("select groupid, nodename, nodeport from pg_dist_node where isactive").fetchall()
    workers = {group: make_conninfo(url, host=host, port=port) for group, host, port in found if group}
    return {0: url} | workers


@contextmanager
def own_table(url: str) -> Iterator[psycopg.Connection]:
    """Make a table whose key is of tenant and id, so that an id twice is seen by nobody."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"drop table if exists {TABLE}")
        connection.execute(f"create table {TABLE} (tenant int not null, id bigserial, primary key (tenant, id))")
        connection.execute("select create_distributed_table(%s, 'tenant')", (TABLE,))
        try:
            yield connection
        finally:
            connection.execute(f"drop table {TABLE}")


def stress(url: str, seconds: float) -> Outcome:
    """Run one round."""
    nodes, stop, repairs = nodes_of(url), threading.Event(), Counter[str]()
    with own_table(url) as connection:
        records = {(node, writer): _Record() for node in nodes for writer in range(WRITERS)}
        writers = [
            threading.Thread(target=_write, args=(nodes[node], records[node, writer], stop)) for node, writer in records
        ]
        _started(writers)
        time.sleep(0.3)
        _drift(connection, sorted(nodes))
        time.sleep(0.3)
        fix_sequence(TABLE, connection=connection)
        repaired = time.monotonic()
        repairers = [threading.Thread(target=_repair, args=(url, repairs, stop)) for _ in range(REPAIRERS)]
        _started(repairers)
        time.sleep(seconds)
        stop.set()
        for thread in (*writers, *repairers):
            thread.join()
        right = check_sequences([TABLE], connection=connection).right
    return _outcome(records, repaired, repairs["done"], right=right)


def _started(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.start()


def _write(url: str, record: _Record, stop: threading.Event) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        tenant = 0
        while not stop.is_set():
            tenant = (tenant + 7) % TENANTS
            began = time.monotonic()
            try:
                row = connection.execute(f"insert into {TABLE} (tenant) values (%s) returning id", (tenant,)).fetchone()
            except psycopg.errors.UniqueViolation:
                record.given.append((began, None))
            else:
                record.given.append((began, row[0] if row else None))


def _repair(url: str, repairs: Counter[str], stop: threading.Event) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        while not stop.is_set():
            fix_sequence(TABLE, connection=connection)
            repairs["done"] += 1


def _drift(connection: psycopg.Connection, nodes: Iterable[int]) -> None:
    connection.execute(f"select setval('{TABLE}_id_seq', (select max(id) from {TABLE}))")
    ids = ids_ahead(nodes)
    tenants = [number % TENANTS for number in range(len(ids))]
    connection.execute(f"insert into {TABLE} select * from unnest(%s::int[], %s::bigint[])", (tenants, ids))


def ids_ahead(nodes: Iterable[int]) -> list[int]:
    """Give ids of rows that come from elsewhere, ahead of what each node has drawn."""
    return [(node << 48) + 5_000 + number for node in sorted(nodes) for number in range(TENANTS)]


def _outcome(records: dict[tuple[int, int], _Record], repaired: float, repairs: int, *, right: bool) -> Outcome:
    given = [(node, began, value) for (node, _), record in records.items() for began, value in record.given]
    times = Counter(value for _, _, value in given if value is not None)
    times.update(ids_ahead({node for node, _ in records}))
    late = [(node, value) for node, began, value in given if began >= repaired]
    drawn = [value for _, value in late if value is not None]
    return Outcome(
        drawn=len(drawn),
        by_node=dict(Counter(node for node, value in late if value is not None)),
        repairs=repairs,
        twice=len({value for value in drawn if times[value] > 1}),
        refused=len(late) - len(drawn),
        right=right,
    )


def main() -> None:
    """Run some rounds, and tell of each."""
    url, *numbers = sys.argv[1:]
    seconds = float(numbers[0]) if numbers else 10.0
    rounds = int(numbers[1]) if len(numbers) > 1 else 3
    for number in range(1, rounds + 1):
        print(f"round {number}: {stress(url, seconds)}")


if __name__ == "__main__":
    main()
