"""What a seed does to its tables before its first row: it locks them, waits for writers, empties them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

from msgspec import Struct

from seedkit.context.run import SeedRun
from seedkit.core.catalog import Table
from seedkit.postgres.transactions.seeding import wait_on_all_nodes
from seedkit.postgres.transactions.write_locks import keep_others_out, take_write_locks
from seedkit.progress import current


class ClearedWay(Struct, frozen=True, kw_only=True):
    """What is asked for: to `wait` for writers, to begin `fresh`; `lock_timeout` (None: the session's) bounds it."""

    wait: bool
    fresh: bool
    lock_timeout: str | None

    def locked_after_a_wait(self, run: SeedRun, tables: Sequence[Table]) -> bool:
        """Take the locks that the run needs on its tables; True if others had to be waited for."""
        if run.catalog.engine.is_citus or not (self.wait or self.fresh):
            return take_write_locks(run.connection, tables)
        with current().at("waiting for writers") if self.wait else nullcontext():
            return keep_others_out(
                run.connection, tables, writers=self.wait, emptied=self.fresh, lock_timeout=self.lock_timeout
            )

    def clear(self, run: SeedRun, tables: Sequence[Table]) -> None:
        """Wait for writers on all nodes of a cluster, and empty the tables, where that is asked for."""
        if self.wait and run.catalog.engine.is_citus:
            with current().at("waiting for writers"):
                wait_on_all_nodes(run.connection, tables, self.lock_timeout)
        if self.fresh:
            from seedkit.postgres.loading.emptying import empty_tables

            empty_tables(run.connection, tables)
