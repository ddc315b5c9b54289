"""A server that may be killed: it keeps what it has committed, and comes up again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from seedkit.postgres.embedded.cluster import Cluster
from seedkit.postgres.embedded.postmaster import EmbeddedServer, bring_up, halt
from tests.servers import throwaway_cluster

_SURVIVES_A_KILL = ("fsync=off", "synchronous_commit=on", "max_connections=100")
"""Without fsync a power cut could cost data, the death of a process can not."""


@dataclass(slots=True, kw_only=True)
class FaultServer:
    """A running server; `crash` is its immediate shutdown, `start` its recovery."""

    cluster: Cluster
    settings: Sequence[str]
    running: EmbeddedServer

    def conninfo(self, database: str = "postgres") -> str:
        """Give the URI of a database, as superuser."""
        return self.running.conninfo(database)

    def crash(self) -> None:
        """Shut the server down without a checkpoint, as `pg_ctl stop -m immediate` does."""
        halt(self.cluster.data_directory, at_once=True)

    def start(self) -> None:
        """Bring the server up again; it recovers from its write-ahead log."""
        self.running = bring_up(self.cluster, settings=self.settings)


@contextmanager
def fault_server(version: int, *settings: str) -> Iterator[FaultServer]:
    """Yield a server that is gone at the end; raises ServerMissing."""
    with throwaway_cluster(version) as cluster:
        all_settings = (*_SURVIVES_A_KILL, *settings)
        yield FaultServer(cluster=cluster, settings=all_settings, running=bring_up(cluster, settings=all_settings))
