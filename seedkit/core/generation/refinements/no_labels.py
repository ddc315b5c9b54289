"""Where rows are generated no row has a label."""

from __future__ import annotations

from collections.abc import Collection

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.candidates import Candidates
from seedkit.core.fixtures import Value
from seedkit.errors import FixtureError


class NoLabels:
    """The labels of rows that have none, and no table whose keys could be chosen from."""

    def find(self, text: str) -> Table | None:
        """Find no table: what refers to one is planned, and not drawn."""
        del text
        return None

    def called(self, name: str, schema: str) -> Table | None:
        """Find no table."""
        del name, schema
        return None

    def table(self, oid: int) -> Table:
        """Raise KeyError: none is asked for."""
        raise KeyError(oid)

    def labelled_tables(self) -> Collection[int]:
        """List none."""
        return ()

    def named(self, table: Table) -> Collection[str]:
        """List no label."""
        del table
        return ()

    def elsewhere(self, table: Table, label: str) -> str | None:
        """Say that it stands nowhere."""
        del table, label
        return None

    def value(self, table: Table, label: str, column: str) -> Value:
        """Raise FixtureError."""
        raise FixtureError(f'no row of table "{table.name}" is labelled "{label}" where "{column}" is generated')

    def renames(self, table: Table, text: str, column: str) -> bool:
        """Say that it is no label."""
        del table, text, column
        return False

    def candidates(self, table: Table) -> Candidates:
        """Raise FixtureError."""
        raise FixtureError(f'the keys of "{table.name}" are not there before its rows are')

    def own_key(self, table: Table, label: str) -> Value:
        """Give none."""
        del table, label
        return None
