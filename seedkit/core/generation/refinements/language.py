"""The fixture language for generated rows: what no generator of a block makes is worked out row by row."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.fakes import Fakes
from seedkit.core.fixture_language.row_plans import RowPlan
from seedkit.core.fixture_language.row_values import RowValues, Setting, Surroundings
from seedkit.core.fixture_language.tag_names import LANGUAGE_TAGS
from seedkit.core.fixture_language.tags import MEANINGS
from seedkit.core.fixtures import FixtureOptions, FixtureTable, Quoted, Row, Value
from seedkit.core.generation.columns.derived import Make
from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.values import Interval, Json, NotEvaluatedError, Padded
from seedkit.core.generation.refinements.meant import tags_in
from seedkit.core.generation.refinements.no_labels import NoLabels
from seedkit.core.generation.refinements.said import FILE, Refinements, RowFunction, Said
from seedkit.core.generation.schema import is_enum
from seedkit.core.names import column_of
from seedkit.core.values.copy_text import field_text, field_value
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.core.values.python_values import fixture_value
from seedkit.errors import Origin, SeedkitError, blamed_on


@dataclass(slots=True)
class Language:
    """Reads what is said of a table's columns, for one row or for all."""

    table: Table
    said: Refinements
    setting: Setting
    fakes: Fakes = field(default_factory=Fakes)
    _around: Surroundings = field(init=False)

    def __post_init__(self) -> None:
        fixture = FixtureTable(
            table=str(self.table.name),
            origin=Origin(path=self.said.path or Path(FILE)),
            options=FixtureOptions(),
            rows=lambda: iter(()),
            tags=LANGUAGE_TAGS,
            attachment=self.said.attachment,
        )
        self._around = Surroundings(
            setting=self.setting,
            labels=NoLabels(),
            fakes=self.fakes,
            tags=MEANINGS,
            label=lambda _row, _column, text: text,
            fill=lambda _row: {},
            fixture=fixture,
            table=self.table,
            labels_of_ids={},
        )

    def text(self, column: str, said: Said) -> str:
        """Give the COPY text of what is the same in every row; raises FixtureError at its line."""
        return self.making(column, said, (), 0)(0, ())

    def plain(self, column: str, said: Said) -> Value:
        """Give a part of a value without its tags, the same in every row."""
        values = RowValues(self._around, Row("1", said.line, {column: said.value}), _plan_of((column,)), 1)
        with blamed_on(self.said.place(said.line)):
            return values.plain(column, said.value)

    def making(self, column: str, said: Said, reads: Sequence[str], attempt: int) -> Make:
        """Give what makes a row's COPY text, by its number and the COPY texts of the columns that it reads."""
        names = (*reads, column)
        plan = _plan_of(names)
        encode = encoder_for(self.table.column(column))

        def make(row: int, texts: Sequence[str]) -> str:
            read: dict[str, Value] = {name: _quoted(text) for name, text in zip(reads, texts, strict=True)}
            label = f"{row + 1}/{attempt}" if attempt else str(row + 1)
            values = RowValues(self._around, Row(label, said.line, {**read, column: said.value}), plan, row + 1)
            with self._placed(said.line):
                return field_text(encode(values.value(column)))

        return make

    @contextmanager
    def _placed(self, line: int) -> Iterator[None]:
        """Give an error the place of what is said, none where no file says it."""
        try:
            yield
        except SeedkitError as error:
            error.origin = error.origin and self.said.place(line)
            raise

    def worked_out(self, column: str, function: RowFunction, reads: Sequence[str]) -> Make:
        """Give what makes a row's COPY text by somebody's function, which is given the columns that it reads."""
        encode = encoder_for(self.table.column(column))
        columns = [self.table.column(name) for name in reads]

        def make(row: int, texts: Sequence[str]) -> str:
            del row
            given = {each.name: _python_value(each, text) for each, text in zip(columns, texts, strict=True)}
            try:
                found = function(given)
            except Exception as error:
                error.add_note(f"seedkit: this comes from the function for {column_of(self.table.name, column)}")
                raise
            return field_text(encode(fixture_value(found)))

        return make

    def reads(self, column: str, said: Said) -> tuple[str, ...]:
        """List the columns that a value takes up; raises FixtureError or CatalogError for what is none, or itself."""
        with blamed_on(self.said.place(said.line)):
            names = dict.fromkeys(self.table.column(name).name for name in _names(said.value))
        return tuple(name for name in names if name != column)


def _plan_of(names: Sequence[str]) -> RowPlan:
    return RowPlan(
        columns={name: name for name in names},
        pointers={},
        literals={},
        fills={},
        told=(),
        stamped=(),
        missing_key=None,
        label_key=None,
        recognised_otherwise=False,
        renames=False,
    )


def _python_value(column: Column, text: str) -> object:
    """Read a COPY text as what Python has for the type; a text where that is not known."""
    value = field_value(text)
    if value is None or is_enum(column):
        return value
    try:
        found = cast(value, column.base_type)
    except NotEvaluatedError:
        return value
    return found.document if isinstance(found, Json) else value if isinstance(found, Interval | Padded) else found


def _quoted(text: str) -> Value:
    value = field_value(text)
    return None if value is None else Quoted(value)


def _names(value: Value) -> Iterator[str]:
    """Give the names of columns in a value's tags."""
    for tagged in tags_in(value):
        if tagged.tag == "!after" and isinstance(tagged.value, list) and tagged.value:
            if isinstance(tagged.value[0], str):
                yield tagged.value[0]
        elif tagged.tag == "!format" and isinstance(tagged.value, str):
            yield from _in_braces(tagged.value)


def _in_braces(template: str) -> Iterator[str]:
    """Give the names in a template; one that can't be read is told when it is filled."""
    try:
        yield from (name for _, name, _, _ in string.Formatter().parse(template) if name)
    except ValueError:
        return
