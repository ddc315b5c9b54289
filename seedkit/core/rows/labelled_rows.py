"""What a project's fixtures tell of their labelled rows, and which of them only the database can tell. Asks none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct, field

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.row_language import RowLanguage
from seedkit.core.fixture_language.row_templates import expanded
from seedkit.core.fixture_language.row_values import RowValues
from seedkit.core.fixtures import FixtureTable, Quoted, Value
from seedkit.core.names import in_quotes
from seedkit.core.rows.fixture_source import told_values
from seedkit.core.rows.keys import on_conflict_named, row_key
from seedkit.core.rows.row_encoders import fixture_constants
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.errors import FixtureError, LoadError, Origin

if TYPE_CHECKING:
    from seedkit.core.fixture_language.packed_texts import PackedTexts
    from seedkit.core.rows.passing_keys import PassingKeys

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}\Z")
_BATCH = 4_096
"""Keys that are kept at a time."""

KeyTexts: TypeAlias = "tuple[tuple[str, str | None], ...]"
"""The columns by which a row is recognised, and their texts."""


class LabelledColumn(Struct, kw_only=True):
    """What labelled rows have in one column of a table; `unknown` are those for which the fixtures do not tell it.

    `new` is what some of these will have if the database has no such row yet.
    """

    values: dict[str, Value] = field(default_factory=dict)
    unknown: dict[str, KeyTexts] = field(default_factory=dict)
    new: dict[str, Value] = field(default_factory=dict)
    numbers: set[int] = field(default_factory=set)

    def note(self, value: Value) -> None:
        """Keep the highest and the lowest whole number of the column, whatever row it stands in."""
        if isinstance(value, str) and _WHOLE.match(value):
            known = {*self.numbers, int(value)}
            self.numbers = {max(known), min(known)}


class LabelledRows:
    """The rows of a project's fixtures, given by the OID of their table, as the language reads them.

    `others` are the fixtures that only runs of other environments load.
    """

    def __init__(
        self,
        fixtures: Mapping[int, Sequence[FixtureTable]],
        others: Mapping[int, Sequence[FixtureTable]] = MappingProxyType({}),
    ) -> None:
        self.language: RowLanguage
        self._fixtures = fixtures
        self._others = others
        self._passing: dict[tuple[int, Origin], PassingKeys] = {}

    def kin(self, table: Table) -> list[int]:
        """List the tables with fixtures that have some of a table's rows: those below a partitioned one, or above."""
        return [oid for oid in (*table.partition_of, *table.partitions) if self.has(oid)]

    def labels(self, table: Table) -> dict[str, Origin]:
        """Return the labels of a table's rows with their places; raises FixtureError where two rows have the same."""
        found: dict[str, Origin] = {}
        for fixture in self._fixtures.get(table.oid, ()):
            for label, line, _ in expanded(fixture) if fixture.labelled else ():
                place = Origin(path=fixture.origin.path, line=line)
                if label in found:
                    message = f'two rows of table {in_quotes(table.name)} are labelled "{label}"'
                    raise FixtureError(message, origin=place, detail=f"The first one is at {found[label]}.")
                if label is not None:
                    found[label] = place
        return found

    def elsewhere(self, table: Table, label: str) -> str | None:
        """Say which fixture of other environments has a label; one that can't be read is passed over."""
        for fixture in self._others.get(table.oid, ()):
            with suppress(FixtureError):
                line = next((row.line for row in expanded(fixture) if row.label == label), None)
                if line is not None:
                    environments = " or --env ".join(fixture.options.environments)
                    place = Origin(path=fixture.origin.path, line=line)
                    return f'"{label}" stands at {place}, which loads only with --env {environments}.'
        return None

    def tell(self, table: Table, column: str, known: LabelledColumn) -> None:
        """Write down what the rows have in a column; reading one of them may need others of the same column."""
        for row in self._rows(table):
            label = row.row.label
            if row.gives(column):
                value = row.value(column)
                known.note(value)
                if label is not None and column not in row.computed:
                    known.values[label] = value
            elif label is not None:
                if key := _key_of(row):
                    known.unknown[label] = key
                if row.derives(column):
                    known.new[label] = row.value(column)

    def has(self, oid: int) -> bool:
        """Whether a table has fixtures."""
        return oid in self._fixtures

    def keys(self, table: Table, column: str, partitions: Sequence[Table] = ()) -> PackedTexts:
        """List what all rows of a table have in their key; nothing where the fixtures don't tell all of them.

        Those in the fixtures of its partitions are among them.
        """
        from seedkit.core.fixture_language.packed_texts import PackedTexts

        keys = PackedTexts()
        pairs = [(fixture, filled) for filled in (table, *partitions) for fixture in self._fixtures.get(filled.oid, ())]
        passing = self._passing.get((pairs[0][1].oid, pairs[0][0].origin)) if len(pairs) == 1 else None
        if passing and (passed := passing.all_of(column)):
            return passed
        for fixture, filled in pairs:
            for told in told_values(fixture, filled, self.language.reading, column):
                for batch in _batches(told):
                    if not all(issubclass(kind, str) for kind in set(map(type, batch))):
                        return PackedTexts()
                    keys.extend(batch)
        return keys

    def passing(self, fixture: FixtureTable, table: Table) -> PassingKeys | None:
        """Return what takes the keys of a fixture's rows as they pass; nothing where they go by labels."""
        from seedkit.core.rows.passing_keys import PassingKeys

        if fixture.labelled or table.key_column is None:
            return None
        return self._passing.setdefault((table.oid, fixture.origin), PassingKeys(table.key_column))

    def free_texts(self, table: Table, column: str, texts: set[str]) -> set[str]:
        """Return those of some texts that no row has in a column, nor one that may be equal."""
        fold = _folded if table.column(column).spelled_variously else str
        wanted = {fold(text) for text in texts}
        fixtures = self._fixtures.get(table.oid, ()) if texts else ()
        told = (part for fixture in fixtures for part in told_values(fixture, table, self.language.reading, column))
        taken = {text for part in told for value in part if isinstance(value, str) and (text := fold(value)) in wanted}
        return {text for text in texts if fold(text) not in taken}

    def _rows(self, table: Table) -> Iterator[RowValues]:
        for fixture in self._fixtures.get(table.oid, ()):
            yield from self.language.reading(fixture, table).values()


def _batches(values: Iterable[Value]) -> Iterator[list[Any]]:
    remaining = iter(values)
    return iter(lambda: list(islice(remaining, _BATCH)), [])


def _folded(text: str) -> str:
    return text.rstrip().casefold()


def _key_of(row: RowValues) -> KeyTexts:
    """Tell by what a row that leaves out its key is recognised; empty where nothing does, so it is new."""
    table, options = row.around.table, row.around.fixture.options
    known = {column.name for column in table.columns}
    names = [name for name in row.given if name in known]
    if (derived := row.plan.missing_key) and row.gives(derived):
        names.append(derived)
    constants = fixture_constants(row.around.fixture, table, names)
    names += constants
    try:
        key = row_key(table, names, options.key, on_conflict_named(options.on_conflict or "update"), None)
    except LoadError:
        return ()
    texts = ((name, encoder_for(table.column(name))(_value(row, name, constants))) for name in key)
    return tuple(pair for pair in texts if pair[0] not in row.once)


def _value(row: RowValues, name: str, constants: Mapping[str, str]) -> Value:
    return Quoted(constants[name]) if name in constants else row.value(name)
