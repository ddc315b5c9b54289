"""The fixture language at work: turns the rows of a file, with their tags and labels, into rows of plain values.

A row that is plain passes through as it is. What needs the database, such as the key of a labelled row, is asked of
`Labels`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.fakes import Fakes
from seedkit.core.fixture_language.label_mistakes import refuse_unknown_keys
from seedkit.core.fixture_language.label_values import bare_label, filled_columns, own_key, reference
from seedkit.core.fixture_language.labels import Labels
from seedkit.core.fixture_language.pointers import renaming_tests
from seedkit.core.fixture_language.rest import REST_TAG, rest
from seedkit.core.fixture_language.row_plans import RowPlan, plan_rows
from seedkit.core.fixture_language.row_templates import Template, expanded, with_templates
from seedkit.core.fixture_language.row_values import RowValues, Setting, Surroundings, key_of_label
from seedkit.core.fixture_language.tags import MEANINGS
from seedkit.core.fixture_language.template_rows import TemplateRows, by_column
from seedkit.core.fixtures import FixtureTable, Moment, Row, Tagged, Value
from seedkit.core.names import Columns
from seedkit.errors import FixtureError, blamed_on

_TAGS = {**MEANINGS, "!ref": reference, REST_TAG: rest}


class ReadyRow(NamedTuple):
    """A row of plain values by column; `once` and `computed` as in `RowShape`."""

    row: Row
    once: Columns = ()
    computed: tuple[tuple[str, str], ...] = ()


class LabelKeys(NamedTuple):
    """The keys of rows in a column, made from their labels; whether rows that are there keep their own."""

    column: str
    once: bool
    texts: list[str]


def ready_row(values: RowValues) -> ReadyRow:
    """Work out all values of a row."""
    plain = Row(values.row.label, values.row.line, values.all())
    return ReadyRow(plain, tuple(sorted(values.once)), tuple(sorted(values.computed.items())))


class RowLanguage:
    """Reads rows in one setting, with one set of labels."""

    def __init__(self, setting: Setting, labels: Labels) -> None:
        self._setting = setting
        self._labels = labels
        self._fakes = Fakes()
        self._labels_of_ids: dict[int, dict[str, tuple[str, Path, int]]] = {}

    def reading(self, fixture: FixtureTable, table: Table) -> RowReading:
        """Begin a pass over a fixture's rows; each pass gives the same."""
        return RowReading(self._around(fixture, table))

    def _around(self, fixture: FixtureTable, table: Table) -> Surroundings:
        return Surroundings(
            setting=self._setting,
            labels=self._labels,
            fakes=self._fakes,
            tags=_TAGS,
            label=bare_label,
            fill=filled_columns,
            fixture=fixture,
            table=table,
            labels_of_ids=self._labels_of_ids.setdefault(table.lineage[-1], {}),
        )


class RowReading:
    """One pass over a fixture's rows, also in parts; raises FixtureError at the row's place."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.knows_labels = bool(around.labels.labelled_tables())
        self._now = Moment(around.setting.now.isoformat())
        self._plans: dict[tuple[str, ...], RowPlan] = {}
        self._renaming: Mapping[str, Callable[[str], bool]] | None = None
        self._number = 0

    def ready(self, rows: Iterable[Row]) -> Iterator[ReadyRow]:
        """Give the next rows as rows of plain values."""
        return map(self._ready, expanded(self._around.fixture, rows))

    def parts(self, rows: Iterable[Row]) -> Iterator[ReadyRow | TemplateRows]:
        """Give the next rows as well, those of a template together where they can be made by the column."""
        for row in with_templates(self._around.fixture, rows):
            if not isinstance(row, Template):
                yield self._ready(row)
            elif together := self._together(row):
                yield together
                self._number += together.count
            else:
                yield from map(self._ready, row.rows())

    def values(self) -> Iterator[RowValues]:
        """Give all rows with values that are worked out when they are asked for."""
        for number, row in enumerate(expanded(self._around.fixture), start=1):
            yield RowValues(self._around, row, self._plan(row), number)

    def attempt(self, row: Row) -> RowValues:
        """Take one row by itself, of a template the first one; raises FixtureError where it can't mean any."""
        self._number += 1
        first = next(expanded(self._around.fixture, [row]), row)
        return RowValues(self._around, first, self._plan(first), self._number)

    def told(self, column: str, rows: Iterable[Row]) -> Iterator[Value]:
        """Give what the next rows have in one column, None where they don't tell it; no other is worked out."""
        for row in with_templates(self._around.fixture, rows):
            if not isinstance(row, Template):
                yield self._told(column, row)
            elif row.name == column and self._tells(column, next(row.rows())):
                yield from map(str, row.numbers)
                self._number += len(row.numbers)
            else:
                yield from (self._told(column, each) for each in row.rows())

    def _tells(self, column: str, row: Row) -> bool:
        return self._plan(row).tells(column, row.values.get(column))

    def _told(self, column: str, row: Row) -> Value:
        self._number += 1
        if self._tells(column, row):
            return row.values.get(column)
        return own_key(RowValues(self._around, row, self._plan(row), self._number), column)

    def holds_labels(self, columns: Sequence[str], texts: Callable[[str], Iterable[str | None]]) -> bool:
        """Whether some of the `texts` that rows have in their columns, each as it is, are labels."""
        if self._renaming is None:
            self._renaming = renaming_tests(self._around.table, self._around.labels)
        return any(
            is_label(text)
            for column, is_label in self._renaming.items()
            if column in columns
            for text in set(texts(column))
            if text is not None
        )

    def are_plain(self, values: Mapping[str, Value]) -> bool:
        """Whether values by column mean in each row what they say."""
        row = Row(None, 0, dict(values))
        return self._plan(row).passes(row)

    def label_keys(self, columns: Sequence[str], labels: Sequence[str], lines: Sequence[int]) -> LabelKeys | None:
        """Make the keys of labelled rows with these columns; None where their labels don't tell them.

        Raises FixtureError for a label that makes the id of another one.
        """
        plan = self._plan(Row(None, lines[0], dict.fromkeys(columns)))
        if plan.missing_key is None or plan.label_key is None:
            return None
        keys = _keys_of_labels(self._around, plan, labels, lines)
        return LabelKeys(plan.missing_key, plan.recognised_otherwise, keys)

    def made(self, column: str, tagged: Tagged) -> Value:
        """Work out a value of a tag that makes the same of it in each row; raises FixtureError."""
        row = Row(None, tagged.line, {column: tagged})
        return RowValues(self._around, row, self._plan(row), self._number).value(column)

    def passed(self, count: int) -> None:
        """Count rows that were read without this reading, as they are plain."""
        self._number += count

    def _ready(self, row: Row) -> ReadyRow:
        self._number += 1
        plan = self._plan(row)
        if plan.passes(row):
            return self._stamped(row, plan) if plan.stamped else ReadyRow(row)
        return ready_row(RowValues(self._around, row, plan, self._number))

    def _together(self, template: Template) -> TemplateRows | None:
        first = next(template.rows())
        with suppress(FixtureError):  # is told of the row that it is wrong in
            return by_column(template, RowValues(self._around, first, self._plan(first), self._number + 1))
        return None

    def _stamped(self, row: Row, plan: RowPlan) -> ReadyRow:
        values = {**row.values, **dict.fromkeys(plan.stamped, self._now)}
        return ReadyRow(Row(row.label, row.line, values), plan.stamped)

    def _plan(self, row: Row) -> RowPlan:
        names = tuple(row.values)
        plan = self._plans.get(names)
        if plan is None:
            with blamed_on(self._around.place(row.line)):
                plan = plan_rows(self._around.table, names, self._around.fixture, self._around.labels)
                refuse_unknown_keys(self._around, row, plan)
                self._plans[names] = plan
        return plan


def _keys_of_labels(around: Surroundings, plan: RowPlan, labels: Sequence[str], lines: Sequence[int]) -> list[str]:
    """Make the keys of rows from their labels: together, where no id of theirs was made before."""
    made = list(map(plan.label_key, labels)) if plan.label_key else []
    ids, known = around.fixture.ids_from_labels and set(made), around.labels_of_ids
    if ids and len(ids) == len(made) and made[0].isdigit() and known.keys().isdisjoint(ids):
        path = around.fixture.origin.path
        known.update({key: (label, path, line) for key, label, line in zip(made, labels, lines, strict=True)})
        return made
    return [key_of_label(around, plan, label, line) for label, line in zip(labels, lines, strict=True)]
