"""Whose an id is where each node of a cluster draws from a sequence of its own: on Citus in a range of 2^48 values.

A sequence that is set past the highest id of all would give another node's ids: with a key of tenant and id, silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from seedkit.core.engines import Engine, Node
from seedkit.core.sequences.feeding import FeedingSequence, Nodes
from seedkit.core.sequences.ids import IdRange

NODE_VALUES = 1 << 48
COORDINATOR = 0

_NARROW = ("integer", "smallint")


def range_of(node: int) -> IdRange:
    """Give the ids that belong to a node (Citus' group); all that no other node can have belong to the coordinator.

    >>> range_of(1).lowest == (1 << 48) + 1, range_of(1).highest == 2 << 48, range_of(0).highest == 1 << 48
    (True, True, True)
    """
    lowest = node * NODE_VALUES + 1 if node else -(2**63)
    return IdRange(lowest=lowest, highest=(node + 1) * NODE_VALUES)


def node_of(value: int) -> int:
    """Say which node an id belongs to.

    >>> [node_of(value) for value in (-5, 1, 1 << 48, (1 << 48) + 1, 1 << 49, (1 << 49) + 1)]
    [0, 0, 0, 1, 1, 2]
    """
    return max((value - 1) // NODE_VALUES, COORDINATOR)


def on_nodes(sequences: Iterable[FeedingSequence], engine: Engine) -> Iterator[FeedingSequence]:
    """Say of each sequence which nodes have one of its own: those that feed tables that Citus knows have one on each.

    On a worker, what feeds nothing but integers is left out: Citus has used it up there, so that nothing draws from it.
    """
    nodes = Nodes(here=engine.group, others=engine.workers if engine.node is Node.COORDINATOR else ())
    for sequence in sequences:
        spread = any(column.table_oid in engine.tables for column in sequence.columns)
        if spread and engine.node is Node.WORKER and all(fed.type_name in _NARROW for fed in sequence.columns):
            continue
        told = spread and not any(column.spelled for column in sequence.telling)
        yield replace(sequence, nodes=nodes if told else None)
