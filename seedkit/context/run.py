"""What all seeders of a run share, and which run is at work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from seedkit.context.drawn_rows import DrawnRows
from seedkit.core.catalog import Table
from seedkit.core.names import ExactName, in_quotes
from seedkit.core.relations import Catalog
from seedkit.core.reports.runs import SequenceReport, TableReport
from seedkit.core.rows.keys import OnConflict
from seedkit.errors import CatalogError, UsageError
from seedkit.orm.run_sessions import RunSessions
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.connection import Connection, takes_statements
from seedkit.postgres.factories import OurFactories
from seedkit.postgres.loading.unwritable import UnwritableValueError
from seedkit.postgres.turns import Turn, turn_of

if TYPE_CHECKING:
    from seedkit.core.reports.generation import GenerationReport
    from seedkit.orm.row_tally import RowCounts


_Done = TypeVar("_Done")


class Generate(Protocol):
    """Fills tables with so many rows each, None for the usual number, inside of the run."""

    def __call__(
        self, seeder: str, asked: Mapping[str, int | None], columns: Mapping[str, object], *, top_up: bool
    ) -> GenerationReport:
        """Fill them for a seeder, and say what was done."""
        ...


def _no_generation(
    seeder: str, asked: Mapping[str, int | None], columns: Mapping[str, object], *, top_up: bool
) -> GenerationReport:
    del columns, top_up
    raise UsageError(f'seeder "{seeder}" can not fill {", ".join(asked)}: this run generates no rows')


def _no_labels(text: str) -> object:
    raise UsageError(f'"{text}" can not be looked up: this run has no fixtures')


@dataclass(slots=True, kw_only=True)
class SeedRun:
    """What all seeders of a run share.

    `inserted` are the OIDs of the tables that were given rows; `repairs` what was fixed before the end. In a dry run
    they only have sequences judged, as ROLLBACK does not undo a repair. `on_conflict` holds where none is written.
    `stored` looks a labelled row up, as `SeedContext.ref`; `generate` fills tables, as `SeedContext.generate`. `turn`
    is for the threads of a seeder: a connection nests savepoints, and can't have them side by side. `uses` counts how
    often seeders took the connection.
    """

    connection: Connection
    catalog: Catalog
    tables: dict[int, Table]
    random_seed: int
    now: datetime
    dry_run: bool = False
    on_conflict: OnConflict = OnConflict.UPDATE
    reports: list[TableReport] = field(default_factory=list)
    inserted: set[int] = field(default_factory=set)
    repairs: list[SequenceReport] = field(default_factory=list)
    stored: Callable[[str], object] = _no_labels
    generate: Generate = _no_generation
    turn: Turn = field(init=False)
    uses: int = 0
    sessions: RunSessions = field(init=False)
    _loading: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.turn = turn_of(self.connection)
        self.sessions = RunSessions(self.connection, self.turn)

    @contextmanager
    def at_work(self) -> Iterator[OurFactories]:
        """Work for a seeder, in turn with its threads, whatever it has set up its connection to give."""
        with self.turn, OurFactories(self.connection) as ours:
            yield ours

    @contextmanager
    def loading(self, table: Table) -> Iterator[None]:
        """Have one load of a table at a time; raises UsageError where its rows come from code that loads it as well."""
        if table.oid in self._loading:
            raise UsageError(
                f"db.insert({in_quotes(table.name)}, ...) was called while rows for the same table were being read",
                hint="Insert them before or after: the generator of the rows must not insert into their own table.",
            )
        self._loading.add(table.oid)
        try:
            yield
        finally:
            self._loading.discard(table.oid)

    def table(self, name: str) -> Table:
        """Find a table by a typed name, also one that the run has created; raises CatalogError with near names."""
        if self.catalog.find(name, kinds="rp") is None:
            self.catalog = read_catalog(self.connection)
        oid = self.catalog.table(name).oid
        if oid not in self.tables and not self._read(oid):  # somebody has dropped it, and maybe made another one
            self.catalog = read_catalog(self.connection)
            oid = self.catalog.table(name).oid
            self._read(oid)
        return self.tables[oid]

    def with_altered_tables(self, work: Callable[[], _Done], rows: DrawnRows | None = None) -> _Done:
        """Do what names columns, and where one is missing once more if a table has been altered meanwhile.

        Where `rows` are too many by then to be drawn once more, the error stays, and says so.
        """
        try:
            return work()
        except UnwritableValueError as error:
            if rows is not None and (number := rows.number_of(error.value)):
                error.stands_in(number)
            raise
        except CatalogError as error:
            if not self._reads_otherwise():
                raise
            if rows is not None and not rows.kept:
                error.hint = rows.hint or error.hint
                raise
        return work()

    def _reads_otherwise(self) -> bool:
        """Read all tables again that the run knows, and say whether one has changed."""
        found = read_tables(self.connection, list(self.tables)) if takes_statements(self.connection) else {}
        changed = any(self.tables[oid] != table for oid, table in found.items())
        self.tables |= found
        return changed

    def _read(self, oid: int) -> bool:
        self.tables |= read_tables(self.connection, [oid])
        return oid in self.tables

    def count(self, seeder: str, written: Mapping[ExactName, RowCounts]) -> None:
        """Report what a seeder has written past `db.insert`; what is not there by now is no table of the database's."""
        for name, rows in written.items():
            with suppress(CatalogError):
                table = self.table(name)
                self.inserted.add(table.oid)
                self.reports.append(
                    TableReport(table=table.name, source=seeder, inserted=rows.inserted, updated=rows.updated)
                )


_running: ContextVar[SeedRun | None] = ContextVar("seedkit_running", default=None)


def running_seed() -> SeedRun | None:
    """Return the run whose seeder calls from this thread or task, or None outside of one."""
    return _running.get()


@contextmanager
def seeder_at_work(run: SeedRun) -> Iterator[None]:
    """Let `fix_sequence` find the run while one of its seeders is at work."""
    token = _running.set(run)
    try:
        yield
    finally:
        _running.reset(token)


def refuse_inside_a_seeder(connection: Connection) -> None:
    """Raise UsageError where a run on the connection has a seeder at work: it would run that one once more."""
    if turn_of(connection).is_handed_over:
        raise UsageError(
            "a seeder of a run can not begin another run on its connection",
            hint="Insert rows by db.insert, run another seeder by db.call, or name in depends_on what is to be done "
            "before.",
        )
