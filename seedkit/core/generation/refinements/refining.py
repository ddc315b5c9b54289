"""Makes of all that is said what planning and counting ask for, table by table; raises what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seedkit.core.catalog import Table
from seedkit.core.generation.expressions.evaluation import Surroundings
from seedkit.core.generation.refinements.meant import Find, Per, TableRefinement, default_rows, meant
from seedkit.core.generation.refinements.per import key_to, refuse_circle, refuse_many
from seedkit.core.generation.refinements.said import NOTHING, Refinements, Said
from seedkit.core.generation.schema import TableRules
from seedkit.errors import blamed_on

if TYPE_CHECKING:
    from seedkit.core.fixture_language.row_values import Setting
    from seedkit.core.generation.planning.chosen import Run
    from seedkit.core.generation.planning.numbering import Numbering
    from seedkit.core.generation.refinements.checking import RefusedTexts
    from seedkit.core.generation.refinements.language import Language
    from seedkit.core.generation.refinements.refined import SaidColumn


@dataclass(frozen=True, slots=True, kw_only=True)
class Refining:
    """What is said of the tables of a run, found by their OIDs."""

    said: Refinements
    rows: int | None = None
    _tables: Mapping[int, TableRefinement] = field(default_factory=dict, repr=False)

    def rows_of(self, oid: int) -> int | Per | None:
        """Say how many rows a table is to get: its own number, else the one for all; None where nothing says so."""
        rows = self._of(oid).rows
        return self.rows if rows is None else rows

    def usual(self, otherwise: int) -> Callable[[int], int]:
        """Give what says how many rows a table gets; with `!per` about, as parents are filled first."""

        def rows(oid: int) -> int:
            said = self.rows_of(oid)
            if isinstance(said, Per):
                return max(1, rows(said.parent) * (said.least + said.most) // 2)
            return otherwise if said is None else said

        return rows

    def counted_by_parents(self, oids: Iterable[int], tables: Mapping[int, Table]) -> dict[int, Per]:
        """Say which tables get rows for each row of a parent; raises FixtureError at the line where that can't be."""
        found = {}
        for oid in oids:
            said = self._of(oid)
            if isinstance(said.rows, Per):
                with blamed_on(self.said.place(said.rows_said.line) if said.rows_said else None):
                    refuse_many(tables[oid], key_to(tables[oid], said.rows.parent, tables), said.rows)
                found[oid] = said.rows
        return found

    def leaves_alone(self, oid: int) -> bool:
        """Whether a table is to get no rows."""
        return self._of(oid).alone

    def speaks_of(self, oid: int) -> bool:
        """Whether anything is said of a column of a table."""
        return bool(self._of(oid).columns)

    def on_line(self, oid: int, line: int | None) -> set[str]:
        """Name the columns of a table of which a line speaks."""
        return {name for name, value in self._of(oid).columns.items() if value.line == line}

    def columns(  # noqa: PLR0917 - what a table is planned with
        self,
        rules: TableRules,
        run: Run,
        setting: Setting,
        surroundings: Surroundings,
        counted: Mapping[str, Numbering],
        without: Collection[str] = (),
        refused: RefusedTexts | None = None,
    ) -> dict[str, SaidColumn]:
        """Give what is said of a table's columns, for its planning; raises FixtureError at the line of a misfit."""
        found = self._of(rules.table.oid).columns
        values = {name: value for name, value in found.items() if name not in without}
        if not values:
            return {}
        from seedkit.core.generation.refinements.checking import nothing_refused, refuse_misfits
        from seedkit.core.generation.refinements.language import Language

        language = Language(rules.table, self.said, setting)
        said = _said(rules, values, language)
        refuse_misfits(rules, said, run, surroundings, counted, refused=refused or nothing_refused)
        return said

    def _of(self, oid: int) -> TableRefinement:
        return self._tables.get(oid) or TableRefinement()


def _said(rules: TableRules, values: Mapping[str, Said], language: Language) -> dict[str, SaidColumn]:
    """Give what is said column by column; a function is given all that is made of no other column."""
    from seedkit.core.generation.refinements.refined import SaidColumn

    said = {name: SaidColumn(name, value, language) for name, value in values.items() if value.function is None}
    later = {name for name, column in said.items() if column.reads or column.left} | (values.keys() - said.keys())
    known = tuple(column.name for column in rules.sent_columns if column.name not in later)
    return said | {name: SaidColumn(name, value, language, known) for name, value in values.items() if name not in said}


NOTHING_SAID = Refining(said=NOTHING)


def refining(said: Refinements, tables: Mapping[int, Table], find: Find) -> Refining:
    """Find the tables and columns that are meant; raises SeedkitError at the line of what names none."""
    found = meant(said, tables, find)
    per = {oid: table.rows for oid, table in found.items() if isinstance(table.rows, Per)}
    for oid in per:
        rows = found[oid].rows_said
        with blamed_on(said.place(rows.line) if rows else None):
            refuse_circle(oid, per, tables)
    return Refining(said=said, rows=default_rows(said), _tables=found)
