"""Reads sequences of which each node of a cluster has its own: the ids of all nodes, and the state of this one's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.node_readings import node_reading
from seedkit.core.sequences.reading import SequenceReading
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.core.sequences.state import SequenceState
from seedkit.postgres.connection import in_transaction
from seedkit.postgres.search_path import refuses_views
from seedkit.postgres.sequences.node_statements import reading_statements_on_nodes
from seedkit.postgres.session import Session
from seedkit.postgres.transactions.node_waits import waits_on_all_nodes

_Row: TypeAlias = "dict[str, Any]"

_STATE = ("last_value", "is_called", "increment", "minimum", "maximum", "cache", "cycle", "start")


def rows_on_nodes(
    connection: Session,
    chunks: Iterable[Sequence[FeedingSequence]],
    bounds: Mapping[int, int],
    ask: Callable[..., list[_Row]],
    lock_timeout: str | None,
) -> dict[int, _Row]:
    """Read ids and states by OID; a caller's transaction keeps its own lock_timeout, on all nodes."""
    waits = [] if in_transaction(connection) else waits_on_all_nodes(lock_timeout)
    checked = not refuses_views(connection)
    transactions = [[*waits, *reading_statements_on_nodes(chunk, bounds, checked=checked)] for chunk in chunks]
    return _whole(ask(connection, transactions, lock_timeout))


def _whole(rows: Iterable[_Row]) -> dict[int, _Row]:
    """Put together what two statements told of each sequence; one of which nothing was told is read again."""
    found: dict[int, _Row] = {}
    for row in rows:
        found.setdefault(row["oid"], {}).update({name: value for name, value in row.items() if value is not None})
    return {oid: row for oid, row in found.items() if "ids" in row and "last_value" in row}


def reading_on_nodes(
    sequence: FeedingSequence, node: int, row: Mapping[str, Any], options: RepairOptions
) -> SequenceReading:
    """Take the rows."""
    state = SequenceState(**{name: row[name] for name in _STATE})
    return node_reading(sequence, node, row["ids"], state, options)
