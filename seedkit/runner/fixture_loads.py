"""Makes the loads of a run's fixtures: rows in the fixture language, with the labels of the whole project."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from msgspec.structs import replace

from seedkit.context.run import SeedRun
from seedkit.core.catalog import Table
from seedkit.core.fixture_language.pointers import refers_by_name
from seedkit.core.fixture_language.rest import REST_TAG
from seedkit.core.fixture_language.row_language import RowLanguage
from seedkit.core.fixture_language.row_values import Setting
from seedkit.core.fixtures import FixtureTable
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.names import TableName, quote_identifier
from seedkit.core.planning.load_plan import LoadPlan, Project, TableStep, belongs
from seedkit.core.rows.blocks import RowSource
from seedkit.core.rows.fixture_source import fixture_source
from seedkit.core.rows.labelled_rows import LabelledRows
from seedkit.errors import CatalogError
from seedkit.postgres.catalog.tables import read_tables
from seedkit.postgres.loading.labels import FixtureLabels, stored_by_label
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.progress import current
from seedkit.runner.fixture_warnings import FixtureWarnings
from seedkit.runner.read_shares import ReadShares
from seedkit.runner.written_choices import WrittenChoices, chosen_tables


class FixtureLoads:
    """The loads of one run; `environment` is the run's."""

    def __init__(
        self, run: SeedRun, project: Project, plan: LoadPlan, environment: str | None, setting: Setting
    ) -> None:
        self._run, self._setting = run, setting
        self._shares = ReadShares(plan, current())
        self._warnings = FixtureWarnings()
        self._by_name: dict[tuple[str, str], Table | None] = {}
        self._fixtures: dict[int, list[FixtureTable]] = {}
        self._others: dict[int, list[FixtureTable]] = {}
        for oid, fixture in project.fixtures:
            belonging = self._fixtures if belongs(fixture.options.environments, environment) else self._others
            belonging.setdefault(oid, []).append(fixture)
        self._know_referenced(plan)
        self._circular = _circular(plan)
        self._rows = rows = LabelledRows(self._fixtures, self._others)
        self._labelled = {oid for oid, found in self._fixtures.items() if any(fixture.labelled for fixture in found)}
        self._labels = labels = FixtureLabels(
            run.connection,
            rows,
            circular=self._circular,
            labelled=self._labelled,
            loaded={step.table.oid for step in plan.steps if isinstance(step, TableStep)},
            find=self._find,
            called=self._called,
            read=self._read,
        )
        self._language = rows.language = RowLanguage(setting, labels)
        self._choices = WrittenChoices(self._fixtures, labels, self._read, self._may_ask)
        loaded = [fixture for step in plan.steps if isinstance(step, TableStep) for fixture in step.fixtures]
        self._chosen = self._choices.tables(loaded)
        run.stored = partial(stored_by_label, run.connection, labels)

    @property
    def ids_from_labels(self) -> frozenset[TableName]:
        """The tables whose fixtures make ids from labels."""
        found = (oid for oid, fixtures in self._fixtures.items() if any(map(_makes_ids, fixtures)))
        return frozenset(self._run.tables[oid].name for oid in found)

    def load(self, step: TableStep) -> TableLoad:
        """Offer the rows of a step for loading, and warn of what their files seem to say and don't."""
        for fixture in step.fixtures:
            self._warnings.of_file(fixture)
        return TableLoad(table=step.table, sources=tuple(self.source(fixture, step.table) for fixture in step.fixtures))

    def file_language(self) -> RowLanguage:
        """Read rows by what the files alone tell, without asking the database or drawing keys."""
        from seedkit.core.rows.written_labels import WrittenLabels

        rows = LabelledRows(self._fixtures, self._others)
        labels = WrittenLabels(rows, labelled=self._labelled, find=self._find, called=self._called, read=self._read)
        rows.language = RowLanguage(self._setting, labels)
        return rows.language

    def source(self, fixture: FixtureTable, table: Table) -> RowSource:
        """Offer the rows of one fixture."""
        fixture = self._shares.of(replace(fixture, warn=self._warnings.of_column))
        source = fixture_source(
            fixture,
            table,
            self._language.reading,
            may_query=self._may_ask(fixture, table),
            question=self._choices.question(fixture),
            keys=self._rows.passing(fixture, table) if table.oid in self._chosen else None,
        )
        return replace(source, on_conflict=self._run.on_conflict) if fixture.options.on_conflict is None else source

    def loads(self, plan: LoadPlan) -> list[TableLoad]:
        """Offer the rows of all tables of a plan."""
        return [self.load(step) for step in plan.steps if isinstance(step, TableStep)]

    def may_ask(self, step: TableStep) -> bool:
        """Whether the language may have to ask the database while it reads the rows of a step."""
        return any(self._may_ask(fixture, step.table) for fixture in step.fixtures)

    def _may_ask(self, fixture: FixtureTable, table: Table) -> bool:
        if {"!ref", REST_TAG} & fixture.tags or (fixture.labelled and table.oid in self._circular):
            return True
        if chosen_tables(fixture) is None:
            return True
        if any(oid in self._labelled for key in table.foreign_keys for oid in self._written_by(key)):
            return True
        return bool(self._labelled) and refers_by_name(table, self._labels)

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

    def _called(self, name: str, schema: str) -> Table | None:
        """Find a table with labelled rows by its bare name; it has been read, as all that have fixtures."""
        if (name, schema) not in self._by_name:
            self._by_name[name, schema] = self._look_up(name, schema)
        return self._by_name[name, schema]

    def _look_up(self, name: str, schema: str) -> Table | None:
        bare = quote_identifier(name) if "." in name else name
        for text in (f"{quote_identifier(schema)}.{bare}", bare):
            with suppress(CatalogError):  # it fits several, so it is plain for none
                relation = self._run.catalog.find(text, kinds="rp")
                if relation is not None and relation.oid in self._labelled:
                    return self._run.tables[relation.oid]
        return None

    def _read(self, oid: int) -> Table:
        if oid not in self._run.tables:
            self._run.tables |= read_tables(self._run.connection, [oid])
        return self._run.tables[oid]


def _makes_ids(fixture: FixtureTable) -> bool:
    return fixture.labelled and fixture.ids_from_labels


def _circular(plan: LoadPlan) -> set[int]:
    """Collect the tables whose rows may refer to rows that are not inserted yet."""
    return {
        step.table.oid
        for group in plan.groups
        for step in group
        if isinstance(step, TableStep) and (len(group) > 1 or step.table.refers_to_itself)
    }
