"""The fixture language at work: turns the rows of a file, with their tags and labels, into rows of plain values.

A row that is plain passes through as it is. What needs the database, such as the key of a labelled row, is asked of
`Labels`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from seedkit.core.catalog import Table
from seedkit.core.fakes import Fakes
from seedkit.core.fixtures import FixtureTable, Row
from seedkit.core.label_values import bare_label, reference
from seedkit.core.labels import Labels
from seedkit.core.row_plans import RowPlan, plan_rows
from seedkit.core.row_shapes import Columns
from seedkit.core.row_templates import expanded
from seedkit.core.row_values import RowValues, Setting, Surroundings
from seedkit.core.tags import MEANINGS
from seedkit.errors import blamed_on


class ReadyRow(NamedTuple):
    """A row of plain values by column; `once` and `computed` as in `RowShape`."""

    row: Row
    once: Columns = ()
    computed: tuple[tuple[str, str], ...] = ()


class RowLanguage:
    """Reads rows in one setting, with one set of labels."""

    def __init__(self, setting: Setting, labels: Labels) -> None:
        self._setting = setting
        self._labels = labels
        self._fakes = Fakes()

    def ready_rows(self, fixture: FixtureTable, table: Table) -> Iterator[ReadyRow]:
        """Give a fixture's rows, the same at every call; raises FixtureError at the row's place."""
        reading = _Reading(self._around(fixture, table))
        return (reading.ready(row, number) for number, row in enumerate(expanded(fixture), start=1))

    def row_values(self, fixture: FixtureTable, table: Table) -> Iterator[RowValues]:
        """Give a fixture's rows with values that are worked out when they are asked for."""
        reading = _Reading(self._around(fixture, table))
        return (reading.values(row, number) for number, row in enumerate(expanded(fixture), start=1))

    def _around(self, fixture: FixtureTable, table: Table) -> Surroundings:
        return Surroundings(
            setting=self._setting,
            labels=self._labels,
            fakes=self._fakes,
            tags={**MEANINGS, "!ref": reference},
            label=bare_label,
            fixture=fixture,
            table=table,
        )


class _Reading:
    """One pass over a fixture's rows."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._now = around.setting.now.isoformat()
        self._plans: dict[tuple[str, ...], RowPlan] = {}

    def ready(self, row: Row, number: int) -> ReadyRow:
        plan = self._plan(row)
        if plan.passes(row):
            return self._stamped(row, plan) if plan.stamped else ReadyRow(row)
        values = RowValues(self._around, row, plan, number)
        plain = Row(row.label, row.line, values.all())
        return ReadyRow(plain, tuple(sorted(values.once)), tuple(sorted(values.computed.items())))

    def values(self, row: Row, number: int) -> RowValues:
        return RowValues(self._around, row, self._plan(row), number)

    def _stamped(self, row: Row, plan: RowPlan) -> ReadyRow:
        values = {**row.values, **dict.fromkeys(plan.stamped, self._now)}
        return ReadyRow(Row(row.label, row.line, values), plan.stamped)

    def _plan(self, row: Row) -> RowPlan:
        names = tuple(row.values)
        plan = self._plans.get(names)
        if plan is None:
            with blamed_on(self._around.place(row.line)):
                plan = self._plans[names] = plan_rows(self._around.table, names, self._around.fixture.joins)
        return plan
