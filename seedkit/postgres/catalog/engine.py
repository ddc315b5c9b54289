"""Reads what Citus tells of its nodes and of the tables that it knows; asked only where Citus is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seedkit.core.engines import CitusTable, Engine, Node, Spread
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import asked_safely
from seedkit.postgres.session import Session

_ON_EVERY_NODE = "t"


def read_citus(connection: Session) -> Engine:
    """Read which node of a Citus cluster this is, which others there are, and the tables that they share."""
    with asked_safely(connection, lambda: connection.execute(query("citus_nodes"))) as asked:
        group, coordinator, workers, tables = asked.fetchall()[0]
    return Engine(
        node=Node.WORKER if group else Node.COORDINATOR,
        group=group,
        coordinator=coordinator,
        workers=tuple(workers),
        tables={oid: _table(told) for oid, *told in tables},
    )


def _table(told: Sequence[Any]) -> CitusTable:
    method, replication, colocation, column = told
    if method != "n":
        return CitusTable(spread=Spread.HASH, column=column)
    if replication == _ON_EVERY_NODE:
        return CitusTable(spread=Spread.REFERENCE)
    return CitusTable(spread=Spread.SINGLE_SHARD if colocation else Spread.LOCAL)
