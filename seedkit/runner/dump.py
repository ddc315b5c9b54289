"""From a database to fixtures: rows of tables, and on request the rows that they refer to."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain

from msgspec import Struct

from seedkit.core.fixture_language.file_names import file_stem
from seedkit.core.fixture_language.sql_expressions import expression_problem
from seedkit.core.names import in_quotes
from seedkit.core.reports.columns import few
from seedkit.core.writing.dump_formats import dump_text
from seedkit.core.writing.dump_plan import DumpPlan, plan_dump
from seedkit.core.writing.dump_rows import CopiedRows, number_of
from seedkit.core.writing.format_names import DumpFormat
from seedkit.core.writing.yaml_text import require_unicode
from seedkit.errors import LoadError, UsageError
from seedkit.files.dump_targets import DumpTarget
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.dumping.reading import let_read, read_referenced_tables, read_rows, snapshot
from seedkit.postgres.rights import READING, rights_told
from seedkit.postgres.time_outs import time_outs_told
from seedkit.progress import current
from seedkit.runner.all_tables import all_tables

_log = logging.getLogger("seedkit")


class DumpRequest(Struct, frozen=True, kw_only=True):
    """Which rows to dump: of tables as typed, or `all_tables`, but the `excluded`; written in a `format`.

    `condition` is SQL, for the one table that is named then. `with_row_security` takes those that the role may see, and
    runs the tables' policies for it. Each lock is waited for no longer than `lock_timeout`.
    """

    tables: tuple[str, ...]
    all_tables: bool = False
    excluded: tuple[str, ...] = ()
    format: DumpFormat = DumpFormat.YAML
    condition: str | None = None
    with_references: bool = False
    with_row_security: bool = False
    lock_timeout: str | None = "5s"

    def __post_init__(self) -> None:
        if self.all_tables == bool(self.tables):
            raise UsageError("a dump is of the tables that are named, or of --all", hint="Write one of the two.")
        if self.condition is not None and len(self.tables) != 1:
            raise UsageError("--where goes with one table", hint="Dump the others in a command of their own.")
        if problem := expression_problem(self.condition or "true"):
            raise UsageError(f"--where takes one SQL condition: {problem}", hint='Write --where "role_id = 5".')


class DumpedTable(Struct, frozen=True, kw_only=True):
    """What a dump wrote of one table."""

    name: str
    rows: int
    place: str


def dump(connection: Connection, request: DumpRequest, target: DumpTarget) -> list[DumpedTable]:
    """Write the rows of one moment as fixtures, tables that are referred to first; on an idle connection of ours.

    Raises CatalogError for a name that isn't there, UsageError for a file that is, LoadError where row-level security
    would hide rows and that was not asked for.
    """
    with (
        time_outs_told(connection),
        rights_told(connection, READING),
        explained("dumping"),
        target,
        snapshot(connection, request.lock_timeout, row_security=request.with_row_security),
    ):
        current().turn_to("reading the catalog")
        plan = _plan(connection, request)
        _mind_row_security(connection, plan, request)
        let_read(connection, plan)
        target.expect(
            [dump.name for dump in plan.tables if dump.named], [dump.name for dump in plan.tables if not dump.named]
        )
        _require_names(plan, request.format, target)
        return list(_dumped_tables(connection, plan, target, request.format))


def _plan(connection: Connection, request: DumpRequest) -> DumpPlan:
    catalog = read_catalog(connection)
    excluded = {catalog.table(table).oid for table in request.excluded}
    chosen = all_tables(connection, catalog) if request.all_tables else map(catalog.table, request.tables)
    named = [oid for oid in dict.fromkeys(relation.oid for relation in chosen) if oid not in excluded]
    if not named:
        raise UsageError("there is no table to dump", hint="Leave out an --exclude, or make tables first.")
    found = (read_referenced_tables if request.with_references else read_tables)(connection, named)
    tables = {oid: table for oid, table in found.items() if oid not in excluded}
    for table in tables.values():
        require_unicode(table)
    return plan_dump(catalog, tables, named, request.condition)


def _require_names(plan: DumpPlan, format_: DumpFormat, target: DumpTarget) -> None:
    """Refuse what could not say of which tables the rows are."""
    nameless = [dump.name for dump in plan.tables if not format_.holds_tables and target.is_shared(dump.name)]
    if nameless and (len(plan.tables) > 1 or file_stem(nameless[0]) is None):
        raise UsageError(
            f"{format_} can not say of which table rows are: {few(nameless)}",
            hint=_way_to_say(nameless),
        )


def _way_to_say(nameless: Sequence[str]) -> str:
    if all(map(file_stem, nameless)):
        return "Write a file for each table, with --output FOLDER."
    unfit = few([name for name in nameless if file_stem(name) is None])
    return f"No file can have the name {unfit}: dump that as YAML, which has it inside, and all else with --exclude."


def _dumped_tables(
    connection: Connection, plan: DumpPlan, target: DumpTarget, format_: DumpFormat
) -> Iterator[DumpedTable]:
    for number, table in enumerate(plan.tables, start=1):
        current().begin(table.name, number, len(plan.tables))
        with (
            current().at("reading and writing rows"),
            closing(read_rows(connection, plan, table)) as rows,  # an open COPY would block the end of the transaction
        ):
            first = next(rows, None)
            if first is None and not table.named:
                continue  # nothing refers to a row of it
            counted = _Counted(rows if first is None else chain([first], rows))
            pieces = dump_text(table, counted, format_, under_name=target.is_shared(table.name))
            place = target.write(table.name, pieces)
        yield DumpedTable(name=table.name, rows=counted.number, place=place)
    current().end()


class _Counted:
    """Passes rows on and counts them."""

    def __init__(self, chunks: Iterable[CopiedRows]) -> None:
        self._chunks = chunks
        self._progress = current()
        self.number = 0

    def __iter__(self) -> Iterator[CopiedRows]:
        for rows in self._chunks:
            self.number += number_of(rows)
            self._progress.rows = self.number
            yield rows


def _mind_row_security(connection: Connection, plan: DumpPlan, request: DumpRequest) -> None:
    """Refuse a dump of some rows only, and of policies' functions with our rights; or warn, where it was asked for."""
    for table in plan.tables:
        if not table.table.row_security:
            continue
        role = f'role "{connection.info.user}"'
        hides = f"row-level security of table {in_quotes(table.table.name)} hides what {role} may not see"
        if not request.with_row_security:
            raise LoadError(
                hides,
                hint="Dump as the table's owner or a role with BYPASSRLS, or take the rows that this role may see with "
                "--with-row-security.",
            )
        _log.warning("warning: %s: only the other rows are dumped", hides)
