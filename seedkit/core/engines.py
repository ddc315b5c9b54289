"""Which engine is behind PostgreSQL's protocol: its own, or Citus, which spreads tables and sequences over nodes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct, field

from seedkit.errors import ConfigurationError


class Node(Enum):
    """What a session is connected to."""

    PLAIN = "PostgreSQL"
    COORDINATOR = "Citus, its coordinator"
    WORKER = "Citus, a worker"


class Spread(Enum):
    """How Citus keeps the rows of a table that it knows; of a plain local one it knows nothing."""

    HASH = "distributed by the hash of a column"
    SINGLE_SHARD = "all rows on one node"
    REFERENCE = "all rows on every node"
    LOCAL = "on the coordinator alone, known to the others"


class CitusTable(Struct, frozen=True, kw_only=True):
    """How Citus keeps a table; `column` is the distribution column of one that is spread by hash."""

    spread: Spread
    column: str | None = None


class Engine(Struct, frozen=True, kw_only=True):
    """What a session is connected to, and on Citus by OID the tables that it knows.

    `group` is Citus' number for the node, 0 for the coordinator, which is at `coordinator`; `workers` are the groups of
    all others. Partitions of a distributed table are among the tables.
    """

    node: Node = Node.PLAIN
    group: int = 0
    coordinator: str | None = None
    workers: tuple[int, ...] = ()
    tables: Mapping[int, CitusTable] = field(default_factory=dict)

    @property
    def is_citus(self) -> bool:
        """Whether there may be other nodes."""
        return self.node is not Node.PLAIN


PLAIN = Engine()


def refuse_worker(engine: Engine, work: str) -> None:
    """Raise ConfigurationError on a worker, where work that needs all nodes would leave the others as they are."""
    if engine.node is Node.WORKER:
        raise ConfigurationError(
            f"this is a worker of a Citus cluster (group {engine.group}), and {work} on its coordinator alone",
            detail="Nothing was written.",
            hint=f"Connect to {engine.coordinator or 'the coordinator'}.",
        )


def unsupported_engine(server_version: str | None, crdb_version: str | None) -> str | None:
    """Name an engine that speaks PostgreSQL's protocol and is not supported, by what it tells each client at once.

    >>> unsupported_engine("15.12-YB-2025.1.0.0-b0", None), unsupported_engine("13.0.0", "CockroachDB CCL v25.2.1")
    ('YugabyteDB', 'CockroachDB')
    >>> unsupported_engine("18.1 (Debian 18.1-1.pgdg13+2)", None) is None
    True
    """
    if crdb_version is not None:
        return "CockroachDB"
    return "YugabyteDB" if "-YB-" in (server_version or "") else None
