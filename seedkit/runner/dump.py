"""From a database to fixtures: rows of tables, and on request the rows that they refer to."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain

from seedkit.core.writing.dump_plan import DumpPlan, TableDump, plan_dump
from seedkit.core.writing.dump_rows import fixture_text
from seedkit.errors import UsageError
from seedkit.files.dump_targets import DumpTarget
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.dumping.reading import read_referenced_tables, read_rows, snapshot

_log = logging.getLogger("seedkit")


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpRequest:
    """Which rows to dump: of tables as typed; `condition` is SQL, for the one table that is named then.

    Each lock is waited for no longer than `lock_timeout`.
    """

    tables: tuple[str, ...]
    condition: str | None = None
    with_references: bool = False
    lock_timeout: str | None = "5s"

    def __post_init__(self) -> None:
        if self.condition is not None and len(self.tables) != 1:
            raise UsageError("--where goes with one table", hint="Dump the others in a command of their own.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpedTable:
    """What a dump wrote of one table."""

    name: str
    rows: int
    place: str


def dump(connection: Connection, request: DumpRequest, target: DumpTarget) -> list[DumpedTable]:
    """Write the rows of one moment as fixtures, tables that are referred to first; on an idle connection of ours.

    Raises CatalogError for a name that isn't there, UsageError for a file that is.
    """
    with explained("dumping"), target, snapshot(connection, request.lock_timeout):
        plan = _plan(connection, request)
        target.expect(
            [dump.name for dump in plan.tables if dump.named], [dump.name for dump in plan.tables if not dump.named]
        )
        _warn_of_row_security(connection, plan)
        return list(_dumped_tables(connection, plan, target))


def _plan(connection: Connection, request: DumpRequest) -> DumpPlan:
    catalog = read_catalog(connection)
    named = list(dict.fromkeys(catalog.table(table).oid for table in request.tables))
    tables = (read_referenced_tables if request.with_references else read_tables)(connection, named)
    return plan_dump(catalog, tables, named, request.condition)


def _dumped_tables(connection: Connection, plan: DumpPlan, target: DumpTarget) -> Iterator[DumpedTable]:
    for number, table in enumerate(plan.tables, start=1):
        _log.info("%s", table.name, extra={"step": number, "steps": len(plan.tables)})
        with closing(read_rows(connection, plan, table)) as rows:  # an open COPY would block the end of the transaction
            first = next(rows, None)
            if first is None and not table.named:
                continue  # nothing refers to a row of it
            counted = _Counted(rows if first is None else chain([first], rows))
            pieces = fixture_text(table, counted, under_name=target.is_shared(table.name))
            place = target.write(table.name, pieces)
        yield DumpedTable(name=table.name, rows=counted.number, place=place)


class _Counted:
    """Passes rows on and counts them."""

    def __init__(self, rows: Iterable[Sequence[str | None]]) -> None:
        self._rows = rows
        self.number = 0

    def __iter__(self) -> Iterator[Sequence[str | None]]:
        for row in self._rows:
            self.number += 1
            yield row


def _warn_of_row_security(connection: Connection, plan: DumpPlan) -> None:
    for table in plan.tables:
        if table.table.row_security:
            _log.warning("%s", _hidden(table, connection.info.user))


def _hidden(table: TableDump, role: str) -> str:
    return (
        f'warning: row-level security of table "{table.table.name}" hides what role "{role}" may not see: '
        "only the other rows are dumped"
    )
