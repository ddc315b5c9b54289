"""Labels as the files alone tell them: for looking through fixtures without asking the database, or drawing keys."""

from __future__ import annotations

from collections.abc import Callable, Collection

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.candidates import Candidates
from seedkit.core.fixtures import Value
from seedkit.core.rows.label_holders import LabelHolders
from seedkit.core.rows.labelled_rows import LabelledColumn, LabelledRows
from seedkit.errors import FixtureError


class NotWrittenError(FixtureError):
    """What a value will be, only the database can tell."""


class WrittenLabels:
    """The labels of `written`, in `labelled` tables (OIDs); `find`, `called` and `read` as those that ask have them."""

    def __init__(
        self,
        written: LabelledRows,
        *,
        labelled: Collection[int],
        find: Callable[[str], Table | None],
        called: Callable[[str, str], Table | None],
        read: Callable[[int], Table],
    ) -> None:
        self._written, self._labelled, self._find, self._called, self._read = written, labelled, find, called, read
        self._holders = LabelHolders(written, read)
        self._columns: dict[tuple[int, str], LabelledColumn] = {}

    def find(self, text: str) -> Table | None:
        """Find a table by its typed name."""
        return self._find(text)

    def called(self, name: str, schema: str) -> Table | None:
        """Find a table with labelled rows by its bare name, in a schema before the search path."""
        return self._called(name, schema)

    def table(self, oid: int) -> Table:
        """Return a table by its OID."""
        return self._read(oid)

    def named(self, table: Table) -> Collection[str]:
        """List the labels of a table's rows; raises FixtureError where two rows have the same."""
        return self._holders.named(table)

    def labelled_tables(self) -> Collection[int]:
        """List the OIDs of the tables whose rows may have labels."""
        return self._labelled

    def elsewhere(self, table: Table, label: str) -> str | None:
        """Say which fixture of other environments has a label."""
        return self._written.elsewhere(table, label)

    def value(self, table: Table, label: str, column: str) -> Value:
        """Return what a labelled row has in a column; raises NotWrittenError where no file tells it."""
        table = self._holders.holder(table, label)
        known = self._columns.get((table.oid, column))
        if known is None:
            known = self._columns[table.oid, column] = LabelledColumn()
            self._written.tell(table, column, known)
        values = known.new | known.values
        if label not in values:
            raise NotWrittenError(f'what "{label}" has in "{column}" is not written')
        return values[label]

    def renames(self, table: Table, text: str, column: str) -> bool:  # noqa: ARG002 - as the labels that ask
        """Whether a text is a label; that no row has it as its value there, the database alone can tell."""
        return text in self.named(table)

    def candidates(self, table: Table) -> Candidates:
        """Raise NotWrittenError: which rows there will be, nothing tells before they are loaded."""
        raise NotWrittenError(f'the keys of "{table.name}" are not written')

    def own_key(self, table: Table, label: str) -> Value:  # noqa: ARG002 - as the labels that ask
        """Return None: the row's insert is to give it its key."""
        return None
