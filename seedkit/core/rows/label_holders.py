"""Which table's fixtures hold a label: the table's own, else those of a partition or of the whole it is a part of."""

from __future__ import annotations

from collections.abc import Callable, Collection

from seedkit.core.catalog import Table
from seedkit.core.reports.columns import few
from seedkit.core.rows.labelled_rows import LabelledRows
from seedkit.errors import FixtureError, Origin


class LabelHolders:
    """The labels of a project's fixtures; `read` gives a table by its OID."""

    def __init__(self, written: LabelledRows, read: Callable[[int], Table]) -> None:
        self._written = written
        self._read = read
        self._own: dict[int, dict[str, Origin]] = {}
        self._all: dict[int, dict[str, list[Table]]] = {}

    def named(self, table: Table) -> Collection[str]:
        """List the labels that rows of a table may have; raises FixtureError where two rows of one table have one."""
        return self._holders(table).keys() if self._kin(table) else self._own_labels(table).keys()

    def holder(self, table: Table, label: str) -> Table:
        """Return the table in whose fixtures a row of a table has its label; raises FixtureError for several."""
        if not self._kin(table):
            return table
        holders = self._holders(table).get(label, [table])
        if len(holders) > 1 and holders[0] is not table:
            names = [str(found.name) for found in holders]
            raise FixtureError(
                f'label "{label}" stands in several tables: {few(names)}',
                hint=f"Say which one is meant: !ref {names[0]}.{label}.",
            )
        return holders[0]

    def _holders(self, table: Table) -> dict[str, list[Table]]:
        if table.oid not in self._all:
            found = self._all[table.oid] = {}
            for holder in (table, *self._kin(table)):
                for label in self._own_labels(holder):
                    found.setdefault(label, []).append(holder)
        return self._all[table.oid]

    def _kin(self, table: Table) -> list[Table]:
        return sorted(map(self._read, self._written.kin(table)), key=lambda kin: kin.name)

    def _own_labels(self, table: Table) -> dict[str, Origin]:
        if table.oid not in self._own:
            self._own[table.oid] = self._written.labels(table)
        return self._own[table.oid]
