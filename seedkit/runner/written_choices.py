"""Finds out which `!choice {ref: TABLE}` the fixtures alone answer, so that their rows need not wait for others.

That is asked when all rows before those that choose have been read: the keys of large fixtures are then known, as they
have passed. What only the database can tell is asked of it once, before the first of the rows that choose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from seedkit.core.catalog import Table
from seedkit.core.fixtures import FixtureTable
from seedkit.core.rows.blocks import Question
from seedkit.errors import SeedkitError
from seedkit.postgres.loading.labels import FixtureLabels

_TAG = "!choice"


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

    def question(self, fixture: FixtureTable) -> Question | None:
        """Ask which keys a fixture's rows choose from, if they name the tables plainly."""
        tables = chosen_tables(fixture)
        return (
            Question(is_open=lambda: not self._are_written(tables), ask=partial(self._ask, tables)) if tables else None
        )

    def tables(self, fixtures: Iterable[FixtureTable]) -> set[int]:
        """List the OIDs of the tables that some fixtures choose from, with their partitions."""
        names = {name for fixture in fixtures for name in chosen_tables(fixture) or ()}
        found = [table for name in names if (table := self._find(name))]
        return {oid for table in found for oid in (table.oid, *table.partitions)}

    def _ask(self, names: Iterable[str]) -> None:
        for name in sorted(names):
            if table := self._find(name):
                with suppress(SeedkitError):  # is told where the rows are read
                    self._labels.candidates(table)

    def _are_written(self, names: Iterable[str]) -> bool:
        return all(map(self._is_written, sorted(names)))

    def _is_written(self, name: str) -> bool:
        if name not in self._known:
            self._known[name] = False  # for tables that choose from each other
            with suppress(SeedkitError):  # is told where the rows are loaded
                self._known[name] = self._are_told(self._find(name))
        return self._known[name]

    def _are_told(self, table: Table | None) -> bool:
        if table is None:
            return False
        fixtures = [
            (fixture, self._read(oid))
            for oid in (table.oid, *table.partitions)
            for fixture in self._fixtures.get(oid, ())
        ]
        return not any(self._asks(*pair) for pair in fixtures) and self._labels.candidates_written(table)

    def _asks(self, fixture: FixtureTable, table: Table) -> bool:
        """Whether what a fixture's rows have as their key may be for the database to tell."""
        chosen = chosen_tables(fixture)
        return fixture.labelled or self._may_ask(fixture, table) or chosen is None or not self._are_written(chosen)

    def _find(self, name: str) -> Table | None:
        with suppress(SeedkitError):  # of a name that fits several tables
            return self._labels.find(name)
        return None


def chosen_tables(fixture: FixtureTable) -> frozenset[str] | None:
    """Name the tables whose keys a fixture's rows choose from; None where its file does not say so plainly."""
    return fixture.chosen_from() if _TAG in fixture.tags else frozenset()
