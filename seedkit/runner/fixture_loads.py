"""Makes the loads of a run's fixtures: rows in the fixture language, with the labels of the whole project."""

from __future__ import annotations

import logging
from dataclasses import replace
from itertools import islice
from pathlib import Path

from seedkit.context import SeedRun
from seedkit.core.catalog import Table
from seedkit.core.fixture_language.row_language import RowLanguage
from seedkit.core.fixture_language.row_values import Setting
from seedkit.core.fixtures import FixtureTable
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.planning.load_plan import LoadPlan, Project, TableStep, belongs
from seedkit.core.rows.blocks import RowSource
from seedkit.core.rows.fixture_source import fixture_source
from seedkit.core.rows.labelled_rows import LabelledRows
from seedkit.errors import Origin
from seedkit.postgres.catalog.tables import read_tables
from seedkit.postgres.loading.labels import FixtureLabels
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.printable import on_one_line

_log = logging.getLogger("seedkit")
_WARNINGS = 10
"""So many are shown of a file: it may have been written by a program."""
_ASKING_TAGS = frozenset({"!ref", "!choice"})


class FixtureLoads:
    """The loads of one run; `environment` is the run's."""

    def __init__(
        self, run: SeedRun, project: Project, plan: LoadPlan, environment: str | None, setting: Setting
    ) -> None:
        self._run = run
        self._warned: set[Path] = set()
        self._told: set[tuple[Path, str]] = set()
        self._fixtures: dict[int, list[FixtureTable]] = {}
        self._others: dict[int, list[FixtureTable]] = {}
        for oid, fixture in project.fixtures:
            belonging = self._fixtures if belongs(fixture.options.environments, environment) else self._others
            belonging.setdefault(oid, []).append(fixture)
        self._know_referenced(plan)
        self._circular = _circular(plan)
        self._setting = setting
        rows = LabelledRows(self._fixtures, self._others)
        labels = FixtureLabels(run.connection, rows, self._circular, find=self._find, read=self._read)
        self._language = rows.language = RowLanguage(setting, labels)
        run.stored = labels.stored

    def load(self, step: TableStep) -> TableLoad:
        """Offer the rows of a step for loading, and warn of what their files seem to say and don't."""
        for fixture in step.fixtures:
            self._warn(fixture)
        return TableLoad(table=step.table, sources=tuple(self.source(fixture, step.table) for fixture in step.fixtures))

    def file_language(self) -> RowLanguage:
        """Read rows by what the files alone tell, without asking the database or drawing keys."""
        from seedkit.core.rows.written_labels import WrittenLabels

        rows = LabelledRows(self._fixtures, self._others)
        rows.language = RowLanguage(self._setting, WrittenLabels(rows, find=self._find, read=self._read))
        return rows.language

    def source(self, fixture: FixtureTable, table: Table) -> RowSource:
        """Offer the rows of one fixture."""
        fixture = replace(fixture, warn=self._tell)
        source = fixture_source(fixture, table, self._language.reading, may_query=self._may_ask(fixture, table))
        return replace(source, on_conflict=self._run.on_conflict) if fixture.options.on_conflict is None else source

    def loads(self, plan: LoadPlan) -> list[TableLoad]:
        """Offer the rows of all tables of a plan."""
        return [self.load(step) for step in plan.steps if isinstance(step, TableStep)]

    def _warn(self, fixture: FixtureTable) -> None:
        """Warn once of a file: several tables may stand in it, and rows of join tables."""
        if fixture.origin.path in self._warned:
            return
        self._warned.add(fixture.origin.path)
        lost = list(islice(fixture.lost_values(), _WARNINGS + 1))
        for value in lost[:_WARNINGS]:
            _log.warning("warning: %s", value)
        if len(lost) > _WARNINGS:
            _log.warning("warning: there are more of these in %s", on_one_line(str(fixture.origin.path)))

    def may_ask(self, step: TableStep) -> bool:
        """Whether the language may have to ask the database while it reads the rows of a step."""
        return any(self._may_ask(fixture, step.table) for fixture in step.fixtures)

    def _tell(self, origin: Origin, column: str, text: str) -> None:
        """Warn of a column's values once a file: it may be read several times, and all its rows may be alike."""
        if (origin.path, column) not in self._told:
            self._told.add((origin.path, column))
            _log.warning("warning: %s", on_one_line(f"{origin}: {text}"))

    def _may_ask(self, fixture: FixtureTable, table: Table) -> bool:
        if fixture.tags & _ASKING_TAGS or (fixture.labelled and table.oid in self._circular):
            return True
        referenced = {oid for key in table.foreign_keys for oid in self._written_by(key)}
        return any(found.labelled for oid in referenced for found in self._fixtures.get(oid, ()))

    def _written_by(self, key: ForeignKey) -> tuple[int, ...]:
        """List the tables whose fixtures may have the rows that a foreign key refers to."""
        return (key.references, *key.above, *self._run.tables[key.references].partitions)

    def _know_referenced(self, plan: LoadPlan) -> None:
        """Read the tables that planned ones refer to before any rows: a thread that reads rows may not ask for them."""
        tables = [step.table for step in plan.steps if isinstance(step, TableStep)]
        referenced = {key.references for table in tables for key in table.foreign_keys}
        if missing := referenced - self._run.tables.keys():
            self._run.tables |= read_tables(self._run.connection, missing)

    def _find(self, text: str) -> Table | None:
        relation = self._run.catalog.find(text, kinds="rp")
        return self._read(relation.oid) if relation else None

    def _read(self, oid: int) -> Table:
        if oid not in self._run.tables:
            self._run.tables |= read_tables(self._run.connection, [oid])
        return self._run.tables[oid]


def _circular(plan: LoadPlan) -> set[int]:
    """Collect the tables whose rows may refer to rows that are not inserted yet."""
    return {
        step.table.oid
        for group in plan.groups
        for step in group
        if isinstance(step, TableStep) and (len(group) > 1 or step.table.refers_to_itself)
    }
