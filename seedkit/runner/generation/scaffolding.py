"""The first `generate.yml` of a project: what is inferred, spelled so that reading it back gives the same rows.

Each line is read back and tried: what would not give the very values that are inferred without it is told as a comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.generation.planning.chosen import Chosen, Rung
from seedkit.core.generation.planning.foreign_keys.soft_keys import declared
from seedkit.core.generation.planning.refined import Refined
from seedkit.core.generation.planning.tables import PlannedTable, TablePlanner
from seedkit.core.generation.refinements.per import key_to, only_one
from seedkit.core.generation.refinements.refining import Refining, refining
from seedkit.core.generation.refinements.scaffold import ScaffoldColumn, ScaffoldTable, scaffold
from seedkit.errors import FixtureError, SeedkitError
from seedkit.files.refinement_files import read_refinement_text
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.time_outs import work_without_time_outs
from seedkit.runner.generation.filling.engine import Plans
from seedkit.runner.generation.inferred import inferred
from seedkit.runner.generation.refinements import NOTHING_IS_SAID
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.written import parent_of, written

_SAMPLE = 400
_TURNS = 4
"""A line that is left out may change what another one gives, once or twice."""


def scaffolded(connection: Connection, request: GenerationRequest) -> str:
    """Write what is inferred of some tables, by default of all, as `generate.yml`; looks at no row."""
    with explained("explaining tables"), work_without_time_outs(connection, roll_back=True):
        counts, plans = inferred(connection, replace(request, said=NOTHING_IS_SAID))
        planners = plans.planners_without_rows()
    meant = {oid: planner for oid, planner in planners.items() if oid in counts}
    return _Scaffolding(plans, meant).text()


class _Scaffolding(Struct):
    """Tables as they are planned, by OID."""

    plans: Plans
    planners: Mapping[int, TablePlanner]

    def text(self) -> str:
        told: dict[int, set[str]] = {oid: _kept_from(planner.plan) for oid, planner in self.planners.items()}
        for _ in range(_TURNS):
            for oid, names in self._strange(self._written(told), told).items():
                told[oid] |= names
        return self._written(told)

    def _written(self, told: Mapping[int, set[str]]) -> str:
        return scaffold([self._table(oid, told[oid]) for oid in self._ordered()])

    def _ordered(self) -> list[int]:
        return sorted(self.planners, key=lambda oid: str(self.plans.tables[oid].name))

    def _table(self, oid: int, told: Iterable[str]) -> ScaffoldTable:
        plan, silent = self.planners[oid].plan, set(told)
        columns = [
            ScaffoldColumn(
                name=chosen.column,
                spelling=written(chosen, plan, parent_of(chosen, plan, self.plans.tables), self.plans.run),
                why=str(chosen.rung),
                told=chosen.column in silent,
            )
            for chosen in plan.columns
        ]
        table = self.plans.tables[oid]
        return ScaffoldTable(name=table.name, columns=columns, per=_per(table, self.plans.tables))

    def _strange(self, text: str, told: Mapping[int, set[str]]) -> dict[int, set[str]]:
        """Name the columns whose line does not give what is inferred without it."""
        tables = {str(table.name): oid for oid, table in self.plans.tables.items()}
        said = refining(read_refinement_text(text), self.plans.tables, tables.get)
        found = {}
        for oid, planner in self.planners.items():
            refused: set[str] = set()
            refined = self._refined(oid, said, refused)
            written = {chosen.column for chosen in planner.plan.columns} - told[oid]
            found[oid] = (_differing(planner, refined) & written - _spread_alike(planner.plan)) | refused
        return found

    def _refined(self, oid: int, said: Refining, refused: set[str]) -> Mapping[str, Refined]:
        """Read what is written of a table; what is refused is left out, and its column noted."""
        planner, run = self.planners[oid], self.plans.run
        rules = declared(planner.rules)  # by which what is said is read, before names are followed
        surroundings = rules.surroundings(self.plans.rules.functions)
        setting, counted = NOTHING_IS_SAID.setting(run), planner.situation.counted
        for _ in rules.table.columns:
            try:
                return said.columns(rules, run, setting, surroundings, counted, refused)
            except SeedkitError as error:
                refused |= said.on_line(oid, None if error.origin is None else error.origin.line)
        return {}


def _kept_from(plan: PlannedTable) -> set[str]:
    """Name the columns whose line says only what a key decides."""
    return {
        chosen.column
        for chosen in plan.columns
        if chosen.rung in (Rung.KEY, Rung.NONE, Rung.UNTYPED) or "!per" in chosen.spelling or not chosen.spelling
    }


def _per(table: Table, tables: Mapping[int, Table]) -> str | None:
    """Write how many rows each row of a table's first parent could have; None where none counts them."""
    for parent in dict.fromkeys(key.references for key in table.foreign_keys if not key.soft):
        with suppress(FixtureError):
            key = key_to(table, parent, tables)
            many = "0..8" if only_one(table, key) is None else "0..1"
            return f"!per {{{tables[parent].name}: {many}}}" if parent in tables else None
    return None


def _spread_alike(plan: PlannedTable) -> set[str]:
    """Name the columns that take after rows that are there: they are not inferred again without these."""
    return {chosen.column for chosen in plan.columns if chosen.rung is Rung.EXISTING}


def _differing(planner: TablePlanner, refined: Mapping[str, Refined]) -> set[str]:
    again = TablePlanner(planner.rules, planner.run, replace(planner.situation, refined=refined)).plan
    known = {chosen.column: chosen for chosen in again.columns}
    return {
        chosen.column
        for chosen in planner.plan.columns
        if chosen.column not in known or _sample(chosen) != _sample(known[chosen.column])
    }


def _sample(chosen: Chosen) -> list[str]:
    return list(chosen.generator.values(range(_SAMPLE)))
