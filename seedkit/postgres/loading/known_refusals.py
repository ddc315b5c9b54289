"""What constraints will refuse of rows that have not been sent: by a CHECK, a unique key, for want of a parent.

Only what is sure: of tables in which no trigger or rule may make other rows of these. Asked when a run has failed
already, in savepoints that are rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from seedkit.core.catalog import Table
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.names import Columns
from seedkit.core.reports.mistakes import Kind, Mistake
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.known_mistakes import Rows, laid_out, undone
from seedkit.postgres.loading.mistakes import mistake as found_in
from seedkit.postgres.loading.mistakes.doubts import Doubts
from seedkit.postgres.loading.mistakes.failed_checks import failing
from seedkit.postgres.loading.mistakes.missing_parents import orphans
from seedkit.postgres.loading.mistakes.taken_keys import twins
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import safe_path


class Constraint(NamedTuple):
    """A row of the query `valid_constraints`; a foreign key has no condition."""

    table: int
    name: str
    condition: str | None
    columns: list[str]


class Parents(NamedTuple):
    """A foreign key, and the rows of the run that it may lead to, by their tables; the database has others."""

    key: ForeignKey
    rows: Sequence[tuple[Table, Rows]]


def valid_constraints(connection: Connection, tables: Sequence[Table]) -> list[Constraint]:
    """List the constraints of some tables that each of their rows meets."""
    with safe_path(connection):
        rows = connection.execute(query("valid_constraints"), {"tables": [table.oid for table in tables]})
        return [Constraint(*row) for row in rows]


def changed_by_triggers(connection: Connection, tables: Sequence[Table]) -> frozenset[int]:
    """Tell, by their OIDs, the tables of which a trigger may change rows before they are written."""
    found = connection.execute(query("row_triggers"), {"tables": [table.oid for table in tables]})
    return frozenset(table for table, _, before in found if before)


def refused_rows(
    connection: Connection, table: Table, rows: Rows, checks: Sequence[Constraint], keys: Sequence[Columns]
) -> list[Mistake]:
    """List the rows that CHECKs refuse, and those whose unique keys others of the run have."""

    def ask() -> Iterator[tuple[Kind, found_in.Mistake]]:
        doubts = laid_out(connection, table, rows)
        for check in checks:
            asked, text = frozenset(check.columns), f'check "{check.name}": it must be that {check.condition}'
            ours = [found for found in doubts if asked <= {*found.shape.stable}]
            yield from ((Kind.CHECK, each) for each in failing(connection, ours, check.condition or "", asked, text))
        for key in keys:
            ours = [found for found in doubts if {*key} <= {*found.shape.stable}]
            yield from ((Kind.TWIN, each) for each in (twins(connection, ours, key) if ours else ()))

    return _told(connection, ask)


def rows_without_parents(connection: Connection, table: Table, rows: Rows, asked: Sequence[Parents]) -> list[Mistake]:
    """List the rows whose foreign keys name a row that is neither in the tables nor in the run."""

    def ask() -> Iterator[tuple[Kind, found_in.Mistake]]:
        doubts = laid_out(connection, table, rows)
        others: dict[int, list[Doubts]] = {table.oid: doubts}
        for key, parents in asked:
            for number, (parent, parent_rows) in enumerate(parents, start=1):
                if parent.oid not in others:
                    others[parent.oid] = laid_out(connection, parent, parent_rows, number=parent.oid + number)
            near = [found for parent, _ in parents for found in others[parent.oid]]
            for found in doubts:
                if {*key.columns} <= {*found.shape.stable}:
                    yield from ((Kind.PARENT, each) for each in orphans(connection, found, key, near))

    return _told(connection, ask)


def _told(connection: Connection, ask: Callable[[], Iterator[tuple[Kind, found_in.Mistake]]]) -> list[Mistake]:
    found = undone(connection, lambda: list(ask())) or []
    return [Mistake(kind=kind, origin=each.origin, text=each.text) for kind, each in found if each.origin]
