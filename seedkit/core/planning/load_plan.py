"""Decides what a run does and in which order: fixtures by the foreign keys of their tables, seeders by `depends_on`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.file_names import is_called_after
from seedkit.core.fixtures import FixtureTable
from seedkit.core.names import did_you_mean, in_quotes
from seedkit.core.planning.dependency_order import load_order, with_dependencies
from seedkit.core.planning.fillers import Fillers
from seedkit.core.planning.seeders import Seeder, circle_of
from seedkit.core.reports.runs import SkippedStep
from seedkit.errors import LoadOrderError, UsageError


class TableStep(Struct, frozen=True, kw_only=True):
    """Load the fixtures of one table; `fixtures` all mean this table."""

    table: Table
    fixtures: tuple[FixtureTable, ...]

    @property
    def name(self) -> str:
        """The table's name as a report shows it."""
        return str(self.table.name)


Step: TypeAlias = "TableStep | Seeder"
StepId: TypeAlias = "int | str"
"""A table step goes by its table's OID, a seeder by its name."""


class LoadPlan(Struct, frozen=True, kw_only=True):
    """The groups of a run in order: a seeder, a table, or several tables that refer to each other in a circle.

    Before the groups at the places of `drawing` sequences are seen to, as triggers may draw from them; its length is
    the end.
    """

    groups: tuple[tuple[Step, ...], ...]
    skipped: tuple[SkippedStep, ...] = ()
    drawing: frozenset[int] = frozenset()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in their order."""
        return tuple(step for group in self.groups for step in group)


class Selection(Struct, frozen=True, kw_only=True):
    """What a run is to do: `names` with what they depend on (all without names), but not `excluded`."""

    names: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    environment: str | None = None


class Project(Struct, frozen=True, kw_only=True):
    """What fixtures and seeders offer to a run.

    `tables` holds, by OID, at least the tables that fixtures and seeders name; `fixtures` come with their table's
    OID; `find_table` resolves one of the `table_names` to an OID. `unread` are files that hold no rows for the run.
    """

    tables: Mapping[int, Table]
    fixtures: Sequence[tuple[int, FixtureTable]]
    seeders: Sequence[Seeder]
    find_table: Callable[[str], int | None]
    table_names: Sequence[str] = ()
    unread: Sequence[SkippedStep] = ()


def plan_load(project: Project, selection: Selection) -> LoadPlan:
    """Choose and order the steps of a run.

    Raises LoadOrderError for a circle in `depends_on` or a name there that is nothing, UsageError for a selected
    name that is nothing.
    """
    steps, skipped = _steps(project, selection.environment)
    graph = _Graph(project, steps)
    chosen = graph.choose(selection)
    groups = load_order([step for step in steps if step in chosen], graph.dependencies)
    for group in groups:
        if len(group) > 1 or group[0] in graph.dependencies(group[0]):
            _refuse_seeders_in(group, steps)
    return LoadPlan(
        groups=tuple(tuple(steps[step] for step in group) for group in groups),
        skipped=(*project.unread, *skipped, *(_not_selected(steps[step]) for step in steps if step not in chosen)),
    )


def _steps(project: Project, environment: str | None) -> tuple[dict[StepId, Step], list[SkippedStep]]:
    skipped = [
        *(
            _other_environment(fixture.origin, fixture.options.environments)
            for _, fixture in project.fixtures
            if not belongs(fixture.options.environments, environment)
        ),
        *(
            _other_environment(seeder.name, seeder.environments)
            for seeder in project.seeders
            if not belongs(seeder.environments, environment)
        ),
    ]
    by_table: dict[int, list[FixtureTable]] = {}
    for oid, fixture in project.fixtures:
        if belongs(fixture.options.environments, environment):
            by_table.setdefault(oid, []).append(fixture)
    steps: dict[StepId, Step] = {}
    for oid in sorted(by_table, key=lambda oid: (project.tables[oid].is_apart, project.tables[oid].name)):
        steps[oid] = TableStep(table=project.tables[oid], fixtures=tuple(by_table[oid]))
    for seeder in sorted(project.seeders, key=lambda seeder: seeder.name):
        if belongs(seeder.environments, environment):
            steps[seeder.name] = seeder
    return steps, skipped


def belongs(environments: Sequence[str], environment: str | None) -> bool:
    """Whether what is marked for some environments, or for none, belongs to a run in one."""
    return not environments or environment in environments


def _other_environment(name: object, environments: Sequence[str]) -> SkippedStep:
    return SkippedStep(name=str(name), reason=f"only with --env {' or '.join(environments)}")


def _brings(name: str) -> str:
    return f"Rows of {name} may be its own: `seedkit seed {name}`."


def _not_selected(step: Step) -> SkippedStep:
    return SkippedStep(name=step.name, reason="not selected")


class _Graph:
    """Who depends on whom among the steps; seeders that declare `tables` stand for those tables."""

    def __init__(self, project: Project, steps: Mapping[StepId, Step]) -> None:
        self._project = project
        self._steps = steps
        self._fillers: Fillers[StepId] = Fillers()
        self._seeder_tables: dict[str, list[int]] = {}
        for step in steps.values():
            if isinstance(step, Seeder):
                self._seeder_tables[step.name] = [self._table(name, step, "tables") for name in step.tables]
        for identifier, step in steps.items():
            for oid in [step.table.oid] if isinstance(step, TableStep) else self._seeder_tables[step.name]:
                self._fillers.add(identifier, project.tables[oid])

    def dependencies(self, identifier: StepId) -> list[StepId]:
        """List the steps that must be done before a step."""
        step = self._steps[identifier]
        if isinstance(step, TableStep):
            return self._behind_foreign_keys(step.table.oid, identifier)
        needed = [found for name in step.depends_on for found in self._named(name, step)]
        for oid in self._seeder_tables[step.name]:
            needed += [filler for filler in self._fillers.own(oid) if isinstance(filler, int)]
            needed += self._behind_foreign_keys(oid, identifier)
        return needed

    def choose(self, selection: Selection) -> set[StepId]:
        """Collect the steps that a selection means, with what they depend on."""
        excluded = {step for name in selection.excluded for step in self._meant(name)}
        named = [step for name in selection.names for step in self._selected(name)]
        chosen = with_dependencies(named, self.dependencies) if selection.names else set(self._steps)
        return chosen - excluded

    def _behind_foreign_keys(self, oid: int, identifier: StepId) -> list[StepId]:
        """List what fills the tables that a table refers to, by the side of its own rows only fixtures."""
        table = self._project.tables[oid]
        referenced = {key.references: key.leads_to(table.lineage) for key in table.foreign_keys}
        found = ((step, own) for oid, own in referenced.items() for step in self._fillers.all(oid))
        return [step for step, own in found if step != identifier and (isinstance(step, int) or not own)]

    def _named(self, name: str, seeder: Seeder) -> list[StepId]:
        """Resolve a name of `depends_on`: a seeder, a table, or both; a table that nothing fills needs nothing."""
        oid = self._project.find_table(name)
        if oid is None and name == seeder.name:
            raise circle_of([name], [seeder])
        fillers = self._fillers.all(oid) if oid is not None else []
        found = [step for step in dict.fromkeys([name, *fillers]) if step in self._steps and step != seeder.name]
        if found or oid is not None or any(other.name == name for other in self._project.seeders):
            return found
        raise self._unknown(name, seeder, "depends_on")

    def _table(self, name: str, seeder: Seeder, option: str) -> int:
        oid = self._project.find_table(name)
        if oid is None or oid not in self._project.tables:
            raise self._unknown(name, seeder, option)
        return oid

    def _unknown(self, name: str, seeder: Seeder, option: str) -> LoadOrderError:
        what = "a table" if option == "tables" else "a seeder or a table"
        return LoadOrderError(
            f'{option} of seeder "{seeder.name}" names {in_quotes(name)}, which is not {what}',
            origin=seeder.origin,
            hint=did_you_mean(name, [*self._names(), *self._project.table_names]),
        )

    def _selected(self, name: str) -> list[StepId]:
        found = self._meant(name)
        if not found:
            environments = self._environments(name)
            raise UsageError(
                f'"{name}" runs only with --env {" or ".join(environments)}',
                hint=f"seedkit seed {name} --env {environments[0]}",
            )
        return found

    def _meant(self, name: str) -> list[StepId]:
        """Resolve a name of the selection; it means no step where it belongs to other environments."""
        oid = self._project.find_table(name) or 0
        found = [*([name] if name in self._steps else []), *self._fillers.within(oid)]
        if not found and not self._environments(name):
            raise UsageError(
                f"{in_quotes(name)} is neither a seeder nor a table with fixtures",
                hint=self._unread(name)
                or next((_brings(self._steps[step].name) for step in self._fillers.above(oid)), None)
                or did_you_mean(name, self._names())
                or "`seedkit seed --list` shows all of them.",
            )
        return found

    def _unread(self, name: str) -> str | None:
        """Say which file of a name holds no rows, where one does."""
        unread = self._project.unread
        return next((f"{step.name}: {step.reason}." for step in unread if is_called_after(step.name, name)), None)

    def _environments(self, name: str) -> list[str]:
        """List the environments that the seeders and fixtures of a name are marked for."""
        oid = self._project.find_table(name)
        seeders = (seeder.environments for seeder in self._project.seeders if seeder.name == name)
        tables = {table.oid for table in self._project.tables.values() if oid in table.lineage}
        fixtures = (fixture.options.environments for table, fixture in self._project.fixtures if table in tables)
        return list(dict.fromkeys(environment for marks in (*seeders, *fixtures) for environment in marks))

    def _names(self) -> list[str]:
        return [step.name for step in self._steps.values()]


def _refuse_seeders_in(circle: Iterable[StepId], steps: Mapping[StepId, Step]) -> None:
    seeders = [step for identifier in circle if isinstance(step := steps[identifier], Seeder)]
    if not seeders:
        return
    raise circle_of([steps[identifier].name for identifier in circle], seeders)
