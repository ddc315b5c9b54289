"""`!like` in fixtures: a row has what a generated row of its number has.

The number of a row is its literal key where that is a whole number, so that templates go through blocks of rows as
generation does; else a label's hash, or its place in the file. What belongs together, such as the name and the mail
address of a person, agrees in a row, as it hangs on the same number.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from msgspec import Struct, field

from seedkit.core.catalog import Table
from seedkit.core.column_types import TypeKind
from seedkit.core.fixture_language.fakes import random_seed_for
from seedkit.core.fixture_language.row_values import RowValues
from seedkit.core.fixtures import Quoted, Tagged, Value
from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.planning.choosing import chosen_for
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.likes import families_of
from seedkit.core.generation.refinements.likes import depends_on_today, like, like_part
from seedkit.core.generation.schema import TableRules
from seedkit.core.generation.spans import Narrowing
from seedkit.core.generation.streams import BLOCK, rows_of_block
from seedkit.core.names import in_quotes
from seedkit.core.values.copy_text import field_value
from seedkit.errors import FixtureError

_TRIES = 1_000
_NUMBERS = 8 * BLOCK
"""Numbers of rows that have no number of their own: a block of values is made for each row of another block."""
_KEPT = 12
_LARGEST = 2**31
_TRUTHS = {"t": "true", "f": "false"}


class FixtureLikes(Struct, frozen=True):
    """Gives the values of `!like`, by what `number_of` gives; keeps a run's generators, and of each some blocks.

    Without a meaning it gives what is inferred by the table's `rules`.
    """

    run: Run
    number_of: Callable[[RowValues], int]
    rules: Callable[[Table], TableRules] = lambda table: TableRules(table=table)
    _rules: dict[int, TableRules] = field(default_factory=dict)
    _columns: dict[tuple[int, str, str, bool], _LikeColumn] = field(default_factory=dict)

    def __call__(self, row: RowValues, column: str, name: str) -> Value:
        """Give what a row has in a column; raises FixtureError for what is no meaning, or does not fit the column."""
        table = row.around.table
        is_part = isinstance(row.row.values[row.given[column]], list | dict)
        key = (table.oid, column, name, is_part)
        found = self._columns.get(key)
        if found is None and not name:
            if table.oid not in self._rules:
                self._rules[table.oid] = self.rules(table)
            found = self._columns[key] = _LikeColumn.inferred(self._rules[table.oid], column, self.run)
        elif found is None:
            found = self._columns[key] = _LikeColumn.of(table, column, name, self.run, is_part=is_part)
        if found.dated:
            row.once.add(column)
        return found.value(row, column, self.number_of(row))


class _LikeColumn(Struct):
    """The values of a meaning in a column, or in a part of it; `unique` ones have to differ.

    A whole value `is_document` where the column holds such; in a document numbers and truths are `bare`.
    """

    name: str
    generator: Generator
    dated: bool
    is_document: bool
    bare: bool
    unique: bool
    _blocks: OrderedDict[int, Sequence[str]] = field(default_factory=OrderedDict)

    @classmethod
    def of(cls, table: Table, name: str, meaning: str, run: Run, *, is_part: bool) -> _LikeColumn:
        """Find the generator for a column of a table, or for a part of its values."""
        column = table.column(name)
        unique = any(key.columns == (name,) for key in table.keys) and column.value_type.kind is TypeKind.SCALAR
        facts = Facts(rules=TableRules(table=table), column=column, narrowing=Narrowing(), unique=unique)
        is_document = column.value_type.is_document
        generator = (like_part if is_part else like)(facts, meaning, run)
        return cls(
            name=meaning,
            generator=generator,
            dated=depends_on_today(meaning),
            is_document=is_document and not is_part and not families_of(meaning),
            bare=is_document and not families_of(meaning) & {"text", "time"},
            unique=unique and not is_part,
        )

    @classmethod
    def inferred(cls, rules: TableRules, name: str, run: Run) -> _LikeColumn:
        """Find the generator that a column gets by its rules; raises FixtureError where nothing is known."""
        column = rules.table.column(name)
        chosen = chosen_for(facts_of(rules, column), run)
        if chosen.refused is not None:
            raise FixtureError(f"table {in_quotes(rules.table.name)} {chosen.refused}")
        return cls(
            name=name,
            generator=chosen.generator,
            dated=True,
            is_document=column.value_type.is_document,
            bare=False,
            unique=any(key.columns == (name,) for key in rules.table.keys),
        )

    def value(self, row: RowValues, column: str, number: int) -> Value:
        """Give the value of a row; where it has to be another than those before, by further numbers."""
        value = self._at(number)
        if not self.unique or value is None:
            return value
        hashes = row.around.hashes.setdefault(column, set())
        for attempt in range(1, _TRIES):
            found = random_seed_for(0, str(value))
            if found not in hashes:
                hashes.add(found)
                return value
            value = self._at(random_seed_for(0, row.name, str(attempt)) % _NUMBERS)
        raise FixtureError(
            f"!like {self.name} finds no further value after {len(hashes):,} different ones",
            hint='Build the value with !format, such as !format "{id}@example.com".',
        )

    def _at(self, number: int) -> Value:
        block, place = divmod(number, BLOCK)
        values = self._blocks.get(block)
        if values is None:
            values = self._blocks[block] = list(self.generator.values(rows_of_block(block)))
            if len(self._blocks) > _KEPT:
                self._blocks.popitem(last=False)
        text = field_value(values[place])
        if text is not None and self.is_document:
            return Tagged(tag="!json", value=Quoted(text), line=0)
        if text is None or self.bare:
            return text if text is None else _TRUTHS.get(text, text)
        return Quoted(text)


def row_number(row: RowValues) -> int:
    """Say which generated row a fixture's row is like, from 0."""
    name, fixture = row.name, row.around.fixture.origin.path.name
    if row.row.label is None:
        if name == f"{fixture}:{row.number}":
            return random_seed_for(0, fixture) % 8 * BLOCK + row.number - 1
        if name.isascii() and name.isdigit() and 0 < int(name[:20]) <= _LARGEST:
            return int(name) - 1
    return random_seed_for(0, name) % _NUMBERS
