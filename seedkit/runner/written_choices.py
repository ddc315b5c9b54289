"""Finds out which `!choice {ref: TABLE}` the fixtures alone answer, so that their rows need not wait for others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from seedkit.core.catalog import Table
from seedkit.core.fixtures import FixtureTable
from seedkit.errors import SeedkitError
from seedkit.postgres.loading.labels import FixtureLabels


class WrittenChoices:
    """The choices of a run; `fixtures` are its own by the OID of their table, `may_ask` as that of `FixtureLoads`.

    The keys that they are made from are read when they are first asked for, and then nothing else is needed.
    """

    def __init__(
        self,
        fixtures: Mapping[int, Sequence[FixtureTable]],
        labels: FixtureLabels,
        read: Callable[[int], Table],
        may_ask: Callable[[FixtureTable, Table], bool],
    ) -> None:
        self._fixtures, self._labels, self._read, self._may_ask = fixtures, labels, read, may_ask
        self._known: dict[str, bool] = {}

    def are_written(self, fixture: FixtureTable) -> bool:
        """Whether all choices of a fixture are among values that it lists, or keys that rows without labels tell."""
        tables = fixture.chosen_from()
        return tables is not None and all(map(self._is_written, sorted(tables)))

    def _is_written(self, name: str) -> bool:
        if name not in self._known:
            self._known[name] = False  # for tables that choose from each other
            with suppress(SeedkitError):  # is told where the rows are loaded
                self._known[name] = self._are_told(self._labels.find(name))
        return self._known[name]

    def _are_told(self, table: Table | None) -> bool:
        if table is None:
            return False
        fixtures = [
            (fixture, self._read(oid))
            for oid in (table.oid, *table.partitions)
            for fixture in self._fixtures.get(oid, ())
        ]
        ask = any(fixture.labelled or self._may_ask(fixture, table) for fixture, table in fixtures)
        return not ask and self._labels.candidates_written(table)
