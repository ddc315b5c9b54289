"""The labelled rows of a project's fixtures: what each has in a column, from the file, else from the database.

A labelled row without a key takes the key that its row in the database has. Where it is not there yet and something
refers to it already, its key is drawn from the column's default here, and the row is then inserted with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.references import own_key_column, possible_references
from seedkit.core.fixture_language.row_language import RowLanguage
from seedkit.core.fixture_language.row_templates import expanded
from seedkit.core.fixture_language.row_values import RowValues
from seedkit.core.fixtures import FixtureTable, Value
from seedkit.core.rows.keys import on_conflict_named, row_key
from seedkit.core.values.encoding import encoder_for
from seedkit.errors import FixtureError, LoadError, Origin, UsageError
from seedkit.postgres.connection import Connection, query
from seedkit.postgres.identifiers import trusted, type_of
from seedkit.postgres.loading.stages import table_identifier
from seedkit.postgres.sequences.room import make_room

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}\Z")
CHUNK = 1_000
"""Rows looked up in one statement."""

_Key: TypeAlias = "tuple[tuple[str, str | None], ...]"
"""The columns by which a row is recognised, and their texts."""


@dataclass(slots=True, kw_only=True)
class _Column:
    """What labelled rows have in one column of a table; `unknown` are those for which the file does not tell it."""

    values: dict[str, Value] = field(default_factory=dict)
    unknown: dict[str, _Key] = field(default_factory=dict)
    numbers: set[int] = field(default_factory=set)

    def note(self, value: Value) -> None:
        """Keep the highest and the lowest whole number of the column, whatever row it stands in."""
        if isinstance(value, str) and _WHOLE.match(value):
            known = {*self.numbers, int(value)}
            self.numbers = {max(known), min(known)}


class FixtureLabels:
    """Answers what the fixture language asks; read once for each table and column, and kept to the end of the run.

    `fixtures` are the project's by the OID of their table; `find` gives a table by its typed name, `read` by its OID.
    `circular` are the OIDs of tables whose rows may refer to rows that are not inserted yet.
    """

    def __init__(
        self,
        connection: Connection,
        fixtures: Mapping[int, Sequence[FixtureTable]],
        circular: Collection[int],
        find: Callable[[str], Table | None],
        read: Callable[[int], Table],
    ) -> None:
        self.language: RowLanguage
        self._find = find
        self._read = read
        self._connection = connection
        self._fixtures = fixtures
        self._circular = circular
        self._columns: dict[tuple[int, str], _Column] = {}
        self._labels: dict[int, dict[str, Origin]] = {}
        self._keys: dict[int, list[str]] = {}

    def find(self, text: str) -> Table | None:
        """Find a table by its typed name."""
        return self._find(text)

    def table(self, oid: int) -> Table:
        """Return a table by its OID."""
        return self._read(oid)

    def named(self, table: Table) -> Collection[str]:
        """List the labels of a table's rows; raises FixtureError where two rows have the same."""
        if table.oid not in self._labels:
            self._labels[table.oid] = self._read_labels(table)
        return self._labels[table.oid].keys()

    def value(self, table: Table, label: str, column: str) -> Value:
        """Return what a labelled row has in a column."""
        known = self._column(table, column)
        if label in known.values:
            return known.values[label]
        raise FixtureError(
            f'what the row "{label}" of table "{table.name}" has in "{column}" is not known before it is inserted',
            hint="Write it down in the fixture.",
        )

    def keys(self, table: Table) -> Sequence[str]:
        """Return the keys of a table's rows: of those in the fixtures if all of them tell it, else all there are."""
        if table.oid not in self._keys:
            column = own_key_column(table)
            self._keys[table.oid] = self._written_keys(table, column) or self._stored_keys(table, column)
        return self._keys[table.oid]

    def own_key(self, table: Table, label: str) -> Value:
        """Return the key of a labelled row that leaves it out, if something needs to know it before its insert."""
        column = own_key_column(table)
        if table.oid in self._circular or (table.oid, column) in self._columns:
            return self.value(table, label, column)
        return None

    def stored(self, text: str) -> object:
        """Return what the row of `users.ada` or `users.ada.email` has in the database, by default its key.

        Raises UsageError where the text names no table and no label of it, FixtureError for a row that is not there.
        """
        for reference in possible_references(text):
            table = self.find(reference.table) if reference.table else None
            if table is not None and reference.label in self.named(table):
                key = own_key_column(table)
                column = table.column(reference.column or key).name
                return self._stored_value(table, key, self.value(table, reference.label, key), column)
        raise UsageError(f'"{text}" is no labelled row', hint='Write "TABLE.LABEL", or "TABLE.LABEL.COLUMN".')

    def _stored_value(self, table: Table, key: str, value: Value, column: str) -> object:
        statement = sql.SQL("select {} from {} where {} = {}::{}").format(
            sql.Identifier(column),
            table_identifier(table),
            sql.Identifier(key),
            sql.Literal(encoder_for(table.column(key))(value)),
            type_of(table.column(key)),
        )
        row: tuple[object] | None = self._connection.execute(statement).fetchone()
        if row is None:
            raise FixtureError(
                f'the row of table "{table.name}" is not in the database yet',
                hint=f'Load it before: @seeder(depends_on=["{table.name.name}"]).',
            )
        return row[0]

    def _rows(self, table: Table) -> Iterator[RowValues]:
        for fixture in self._fixtures.get(table.oid, ()):
            yield from self.language.reading(fixture, table).values()

    def _read_labels(self, table: Table) -> dict[str, Origin]:
        found: dict[str, Origin] = {}
        for fixture in self._fixtures.get(table.oid, ()):
            for label, line, _ in expanded(fixture) if fixture.labelled else ():
                place = Origin(path=fixture.origin.path, line=line)
                if label in found:
                    message = f'two rows of table "{table.name}" are labelled "{label}"'
                    raise FixtureError(message, origin=place, detail=f"The first one is at {found[label]}.")
                if label is not None:
                    found[label] = place
        return found

    def _column(self, table: Table, column: str) -> _Column:
        place = (table.oid, column)
        if place not in self._columns:
            known = self._columns[place] = _Column()
            self._read_column(table, column, known)
            self._ask_database(table, column, known)
        return self._columns[place]

    def _read_column(self, table: Table, column: str, known: _Column) -> None:
        for row in self._rows(table):
            label = row.row.label
            if row.gives(column):
                value = row.value(column)
                known.note(value)
                if label is not None and column not in row.computed:
                    known.values[label] = value
            elif label is not None and (key := _key_of(row)):
                known.unknown[label] = key

    def _ask_database(self, table: Table, column: str, known: _Column) -> None:
        by_columns: dict[tuple[str, ...], dict[str, tuple[str | None, ...]]] = {}
        for label, key in known.unknown.items():
            names, texts = zip(*key, strict=True)
            by_columns.setdefault(names, {})[label] = texts
        for names, keys in by_columns.items():
            for start in range(0, len(keys), CHUNK):
                chunk = dict(islice(keys.items(), start, start + CHUNK))
                known.values |= self._stored(table, column, names, chunk)
        missing = [label for label in known.unknown if label not in known.values]
        if missing and column == own_key_column(table):
            known.values |= zip(missing, self._drawn(table, column, len(missing), known.numbers), strict=True)

    def _stored(
        self, table: Table, column: str, key: Sequence[str], rows: Mapping[str, Sequence[str | None]]
    ) -> dict[str, Value]:
        """Look rows up by their keys; gives label → value of the column as text, for those that are there."""
        conditions = (
            sql.SQL("target.{0} is not distinct from given.{0}::{1}").format(
                sql.Identifier(name), type_of(table.column(name))
            )
            for name in key
        )
        statement = sql.SQL(
            "select given.label, target.{column}::text from unnest({arrays}) as given (label, {key}) "
            "join {table} as target on {conditions}"
        ).format(
            column=sql.Identifier(column),
            arrays=sql.SQL(", ").join([sql.SQL("%s::text[]")] * (len(key) + 1)),
            key=sql.SQL(", ").join(map(sql.Identifier, key)),
            table=table_identifier(table),
            conditions=sql.SQL(" and ").join(conditions),
        )
        texts = [list(texts) for texts in zip(*rows.values(), strict=True)]
        return dict(self._connection.execute(statement, [list(rows), *texts]).fetchall())

    def _drawn(self, table: Table, column: str, count: int, taken: Collection[int]) -> list[str]:
        """Draw keys from the column's default, as inserts would; other rows of the fixtures will have `taken`."""
        make_room(self._connection, table, [column], taken)
        name = table_identifier(table).as_string()
        row = self._connection.execute(query("column_default"), {"table": name, "column": column}).fetchone()
        if row is None or row[0] is None:
            raise FixtureError(
                f'rows of table "{table.name}" have labels but no "{column}", and it has no default',
                hint=f'Give each of them a "{column}".',
            )
        drawn = sql.SQL("select ({})::text from generate_series(1, {})").format(trusted(row[0]), sql.Literal(count))
        return [text for (text,) in self._connection.execute(drawn)]

    def _written_keys(self, table: Table, column: str) -> list[str]:
        """List the keys that the fixtures tell; none where they don't tell all of them."""
        keys = []
        for row in self._rows(table):
            key = row.value(column) if row.gives(column) else None
            if not isinstance(key, str):
                return []
            keys.append(str(key))
        return keys

    def _stored_keys(self, table: Table, column: str) -> list[str]:
        statement = sql.SQL("select {0}::text from {1} order by {0}").format(
            sql.Identifier(column), table_identifier(table)
        )
        return [text for (text,) in self._connection.execute(statement)]


def _key_of(row: RowValues) -> _Key:
    """Tell by what a row that leaves out its key is recognised; empty where nothing does, so it is new."""
    table, options = row.around.table, row.around.fixture.options
    known = {column.name for column in table.columns}
    names = [name for name in row.given if name in known]
    try:
        key = row_key(table, names, options.key, on_conflict_named(options.on_conflict or "update"), None)
    except LoadError:
        return ()
    texts = ((name, encoder_for(table.column(name))(row.value(name))) for name in key)
    return tuple(pair for pair in texts if pair[0] not in row.once)
