"""What the fixture language asks about rows outside of the one it reads; answered with the database at hand."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

from seedkit.core.catalog import Table
from seedkit.core.fixtures import Value

if TYPE_CHECKING:
    from seedkit.core.fixture_language.candidates import Candidates


class Labels(Protocol):
    """The labelled rows of a project's fixtures, and the keys of tables."""

    def find(self, text: str) -> Table | None:
        """Find a table by its typed name."""

    def called(self, name: str, schema: str) -> Table | None:
        """Find a table with labelled rows by its bare name, in a schema before the search path; asks no database."""

    def table(self, oid: int) -> Table:
        """Return a table by its OID."""

    def labelled_tables(self) -> Collection[int]:
        """List the OIDs of the tables whose rows may have labels."""

    def named(self, table: Table) -> Collection[str]:
        """List the labels of a table's rows."""

    def elsewhere(self, table: Table, label: str) -> str | None:
        """Say where a label stands that only runs of other environments load, None where it stands nowhere."""

    def value(self, table: Table, label: str, column: str) -> Value:
        """Return what a labelled row has in a column; raises FixtureError where no row has the label."""

    def renames(self, table: Table, text: str, column: str) -> bool:
        """Whether a text is the label of a row with another value in a column, and no row's value there itself."""

    def candidates(self, table: Table) -> Candidates:
        """Return the keys of a table's rows: of those in the fixtures, else of those in the database."""

    def own_key(self, table: Table, label: str) -> Value:
        """Return the key that a labelled row without one already has, None where its insert is to give it one."""
