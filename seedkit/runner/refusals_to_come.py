"""Tells which rows of a run that has failed PostgreSQL would refuse next: by a CHECK, a key, for want of a parent.

Of rows that nothing else may change, and of parents that nothing else may bring: no trigger, no rule, no seeder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from seedkit.context.run import SeedRun
from seedkit.core.catalog import Table
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.reports.mistakes import Mistake
from seedkit.core.rows.blocks import RowSource
from seedkit.core.rows.looks import LookedRow
from seedkit.errors import Origin, SeedkitError
from seedkit.postgres.loading.known_mistakes import Rows, have_insert_triggers, refused_by
from seedkit.postgres.loading.known_refusals import (
    Constraint,
    Parents,
    changed_by_triggers,
    refused_rows,
    rows_without_parents,
    valid_constraints,
)

LookedSources: TypeAlias = "Sequence[tuple[RowSource, Sequence[LookedRow]]]"
"""Rows of one table that were looked through, by what they come from."""


class LookedTable(NamedTuple):
    """A table's rows that were looked through: all that the run has for it if they are `whole`.

    `unreadable` are the places of those with a value that its type refuses.
    """

    table: Table
    sources: LookedSources
    whole: bool
    unreadable: frozenset[Origin]

    def sure_rows(self) -> Rows:
        """Give those of which it is known how they are recognised, and all of whose values can be read."""
        return readable([(source, [row for row in rows if self._is_sure(row)]) for source, rows in self.sources])

    def _is_sure(self, row: LookedRow) -> bool:
        if row.readable is None or row.place in self.unreadable:
            return False
        return bool(row.key or not self.table.keys) and {*row.key_columns} <= {*row.readable.shape.stable}

    def brings(self, columns: Sequence[str]) -> bool:
        """Whether it is known what all rows that the run has for the table have in some columns."""
        found = [row.readable for _, rows in self.sources for row in rows]
        return self.whole and all(row is not None and {*columns} <= {*row.shape.columns} for row in found)


def readable(looked: LookedSources) -> Rows:
    """Give the rows of which something could be read."""
    return [(source, [row.readable for row in rows if row.readable]) for source, rows in looked]


def refusals_to_come(
    run: SeedRun, looked: Sequence[LookedTable], error: SeedkitError, *, seeders: bool
) -> Iterator[Mistake]:
    """Give what constraints would refuse, but for that which an error tells of; `seeders` may bring rows besides."""
    tables = [each.table for each in looked]
    changed = changed_by_triggers(run.connection, tables)
    alone = not (seeders or any(table.rules for table in tables) or have_insert_triggers(run.connection, tables))
    constraints = [found for found in valid_constraints(run.connection, tables) if found.name != refused_by(error)]
    for each in looked:
        if each.table.rules or each.table.oid in changed:
            continue
        own = [found for found in constraints if found.table == each.table.oid]
        yield from _refused(run, each, own, error)
        if alone:
            yield from _without_parents(run, each, looked, own)


def _refused(run: SeedRun, each: LookedTable, constraints: Sequence[Constraint], error: SeedkitError) -> list[Mistake]:
    recognised = {row.key_columns for _, rows in each.sources for row in rows}
    keys = [key.columns for key in each.table.keys if key.columns not in recognised and key.name != refused_by(error)]
    checks = [found for found in constraints if found.condition is not None]
    return refused_rows(run.connection, each.table, each.sure_rows(), checks, keys) if checks or keys else []


def _without_parents(
    run: SeedRun, each: LookedTable, looked: Sequence[LookedTable], constraints: Sequence[Constraint]
) -> list[Mistake]:
    sure = {found.name for found in constraints if found.condition is None}
    asked = [
        Parents(key, [(other.table, readable(other.sources)) for other in _near(key, looked)])
        for key in each.table.foreign_keys
        if key.name in sure and _parents_are_known(run, key, looked)
    ]
    return rows_without_parents(run.connection, each.table, each.sure_rows(), asked) if asked else []


def _near(key: ForeignKey, looked: Sequence[LookedTable]) -> list[LookedTable]:
    return [other for other in looked if key.leads_to(other.table.lineage)]


def _parents_are_known(run: SeedRun, key: ForeignKey, looked: Sequence[LookedTable]) -> bool:
    referenced = run.tables.get(key.references)
    hidden = referenced is None or referenced.row_security or bool(key.only_in)
    return not hidden and all(other.brings(key.referenced_columns) for other in _near(key, looked))
