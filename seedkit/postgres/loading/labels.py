"""The labelled rows of a project's fixtures: what each has in a column, from the file, else from the database.

A labelled row without a key takes the key that its row in the database has. Where it is not there yet and something
refers to it already, its key is drawn from the column's default before, and the row is then inserted with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.label_mistakes import unknown_label
from seedkit.core.fixture_language.references import Reference, own_key_column, possible_references
from seedkit.core.fixtures import Value
from seedkit.core.names import in_quotes
from seedkit.core.rows.label_holders import LabelHolders
from seedkit.core.rows.labelled_rows import LabelledColumn, LabelledRows
from seedkit.errors import FixtureError, UsageError
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.drawn_keys import drawn_keys
from seedkit.postgres.loading.stored_rows import stored_keys, stored_texts, stored_value, stored_values

if TYPE_CHECKING:
    from seedkit.core.fixture_language.candidates import Candidates
    from seedkit.core.fixture_language.packed_texts import PackedTexts


class FixtureLabels:
    """Answers what the fixture language asks; read once for each table and column, and kept to the end of the run.

    `written` is what the project's fixtures tell; `find` gives a table by its typed name, `called` one of the
    `labelled` ones by its bare name and a schema, `read` one by its OID. `circular` are the OIDs of tables whose rows
    may refer to rows that are not inserted yet; `loaded` of those that the run loads.
    """

    def __init__(
        self,
        connection: Connection,
        written: LabelledRows,
        *,
        circular: Collection[int],
        labelled: Collection[int],
        loaded: Collection[int],
        find: Callable[[str], Table | None],
        called: Callable[[str, str], Table | None],
        read: Callable[[int], Table],
    ) -> None:
        self._find, self._called, self._read = find, called, read
        self._labelled, self._loaded = labelled, loaded
        self._connection = connection
        self._written = written
        self._circular = circular
        self._columns: dict[tuple[int, str], LabelledColumn] = {}
        self._holders = LabelHolders(written, read)
        self._renamed: dict[tuple[int, str], set[str]] = {}
        self._found: dict[str, Table | None] = {}
        self._candidates: dict[int, Candidates] = {}

    def find(self, text: str) -> Table | None:
        """Find a table by its typed name."""
        if text not in self._found:
            self._found[text] = self._find(text)
        return self._found[text]

    def called(self, name: str, schema: str) -> Table | None:
        """Find a table with labelled rows by its bare name, in a schema before the search path."""
        return self._called(name, schema)

    def table(self, oid: int) -> Table:
        """Return a table by its OID."""
        return self._read(oid)

    def labelled_tables(self) -> Collection[int]:
        """List the OIDs of the tables whose rows may have labels."""
        return self._labelled

    def named(self, table: Table) -> Collection[str]:
        """List the labels of a table's rows; raises FixtureError where two rows have the same."""
        return self._holders.named(table)

    def holder(self, table: Table, label: str) -> Table:
        """Return the table in whose fixtures a row of a table has its label; raises FixtureError for several."""
        return self._holders.holder(table, label)

    def elsewhere(self, table: Table, label: str) -> str | None:
        """Say which fixture of other environments has a label."""
        return self._written.elsewhere(table, label)

    def value(self, table: Table, label: str, column: str) -> Value:
        """Return what a labelled row has in a column; raises FixtureError where it can't be known."""
        table = self.holder(table, label)
        known = self._column(table, column)
        if label in known.values:
            return known.values[label]
        raise FixtureError(
            f'what the row "{label}" of table {in_quotes(table.name)} has in "{column}"'
            " is not known before it is inserted",
            hint=_way_to_tell(table, column) if table.oid in self._loaded else f"Load {table.name} as well.",
        )

    def renames(self, table: Table, text: str, column: str) -> bool:
        """Whether a text is the label of a row with another value in a column, and no row's value there itself."""
        if text not in self.named(table):
            return False
        table = self.holder(table, text)
        place = (table.oid, column)
        if place not in self._renamed:
            values = self._column(table, column).values
            renamed = self._written.free_texts(table, column, {label for label in values if values[label] != label})
            self._renamed[place] = renamed - stored_texts(self._connection, table, column, renamed)
        return text in self._renamed[place]

    def candidates(self, table: Table) -> Candidates:
        """Return the keys of a table's rows: of those in the fixtures if all of them tell it, else all there are."""
        if not self.candidates_written(table):
            self._candidates[table.oid] = _to_choose_from(stored_keys(self._connection, table, own_key_column(table)))
        return self._candidates[table.oid]

    def candidates_written(self, table: Table) -> bool:
        """Read the keys of a table's rows, if the fixtures tell all of them."""
        if table.oid not in self._candidates:
            partitions = [self._read(oid) for oid in table.partitions if self._written.has(oid)]
            if written := self._written.keys(table, own_key_column(table), partitions):
                self._candidates[table.oid] = _to_choose_from(written)
        return table.oid in self._candidates

    def own_key(self, table: Table, label: str) -> Value:
        """Return the key of a labelled row that leaves it out, if something needs to know it before its insert."""
        column = own_key_column(table)
        if table.oid in self._circular or (table.oid, column) in self._columns:
            return self.value(table, label, column)
        return None

    def _column(self, table: Table, column: str) -> LabelledColumn:
        place = (table.oid, column)
        if place not in self._columns:
            known = self._columns[place] = LabelledColumn()
            self._written.tell(table, column, known)
            self._ask_database(table, column, known)
        return self._columns[place]

    def _ask_database(self, table: Table, column: str, known: LabelledColumn) -> None:
        known.values |= known.new | stored_values(self._connection, table, column, known.unknown)
        missing = [label for label in known.unknown if label not in known.values]
        if missing and column == own_key_column(table) and table.oid in self._loaded:
            drawn = drawn_keys(self._connection, table, column, len(missing), known.numbers)
            known.values |= zip(missing, drawn, strict=True)


def _way_to_tell(table: Table, column: str) -> str:
    """Say how a fixture tells what its rows have in a column."""
    if column != own_key_column(table):
        return "Write it down in the fixture."
    return (
        f'Write "{column}" in the row; _fixture: {{ids: from-labels}}, for ids that are made from the labels; or '
        "_fixture: {key: [...]}, with the columns that tell the rows apart."
    )


def _to_choose_from(keys: PackedTexts) -> Candidates:
    from seedkit.core.fixture_language.candidates import Candidates

    return Candidates(keys)


def stored_by_label(connection: Connection, labels: FixtureLabels, text: str) -> object:
    """Return what the row of `users.ada` or `users.ada.email` has in the database, by default its key.

    Raises UsageError where the text names no table, FixtureError where no row has the label, or it is not there.
    """
    hint = 'Write "TABLE.LABEL", or "TABLE.LABEL.COLUMN".'
    if not isinstance(text, str):
        raise UsageError(f"{text!r} is no labelled row", hint=hint)
    meant = [
        (table, reference)
        for reference in possible_references(text)
        if reference.table and (table := labels.find(reference.table)) is not None
    ]
    for table, reference in meant:
        if reference.label in labels.named(table):
            return _stored(connection, labels, table, reference)
    if meant:
        table, reference = meant[0]
        raise unknown_label(labels, reference.label, table)
    raise UsageError(f'"{text}" is no labelled row', hint=hint)


def _stored(connection: Connection, labels: FixtureLabels, table: Table, reference: Reference) -> object:
    table = labels.table(labels.holder(table, reference.label).oid)
    key = own_key_column(table)
    column = table.column(reference.column or key).name
    value = labels.value(table, reference.label, key)
    return stored_value(connection, table, key, value, column)
