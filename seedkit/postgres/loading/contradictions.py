"""Refuses rows of a partitioned table's fixture that say otherwise than those of its partition's with the same keys.

Each would be updated by the other at every run. It is looked for only where a load has updated rows beside one of the
same tree, as the files are read again for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedkit.core.reports.runs import TableReport
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.table_loads import TableLoad


class Contradictions:
    """The loads of a run so far, among which rows of one tree may stand twice."""

    def __init__(self) -> None:
        self._earlier: list[TableLoad] = []

    def refuse(
        self, connection: Connection, loads: Sequence[Sequence[TableLoad]], reports: Sequence[TableReport]
    ) -> None:
        """Take in loads with their reports, group by group; raises LoadError with the places of contradicting rows."""
        remaining = iter(reports)
        for group in loads:
            updated = sum(next(remaining).updated for _ in group)
            self._earlier += group
            if updated:
                for pair in self._of_one_tree(group):
                    _refuse(connection, *pair)

    def _of_one_tree(self, group: Sequence[TableLoad]) -> Iterator[tuple[TableLoad, TableLoad]]:
        """Give each load of a group with each before it that may have its rows, the earlier one first."""
        first = len(self._earlier) - len(group)
        for number, load in enumerate(group, start=first):
            for other in self._earlier[:number]:
                if other.table.oid in load.table.partition_of or load.table.oid in other.table.partition_of:
                    yield other, load


def _refuse(connection: Connection, earlier: TableLoad, later: TableLoad) -> None:
    from seedkit.postgres.loading.mistakes.other_values import same_keys

    if error := same_keys(connection, earlier, later):
        raise error
