"""What a seeder is given: inserting rows, repeatable fake values, and the run's own connection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar, overload

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.fakes import random_seed_for
from seedkit.core.names import ExactName, in_quotes
from seedkit.core.relations import Catalog
from seedkit.core.reports.runs import SequenceReport, TableReport
from seedkit.core.rows.blocks import RowSource
from seedkit.core.rows.keys import OnConflict, key_constants, on_conflict_named
from seedkit.core.rows.python_rows import value_blocks
from seedkit.errors import CatalogError, UsageError
from seedkit.orm.model_rows import model_rows
from seedkit.orm.run_sessions import RunSessions
from seedkit.orm.table_names import TableLike, as_name
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.connection import Connection, Cursor
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.loading.ways import load_tables

if TYPE_CHECKING:
    from faker import Faker

    from seedkit.orm.row_tally import RowCounts
    from seedkit.orm.sessions import Session

_Session = TypeVar("_Session", bound="Session")


def _no_labels(text: str) -> object:
    raise UsageError(f'"{text}" can not be looked up: this run has no fixtures')


@dataclass(slots=True, kw_only=True)
class SeedRun:
    """What all seeders of a run share.

    `inserted` are the OIDs of the tables that were given rows; `repairs` what was fixed before the end. In a dry run
    they only have sequences judged, as ROLLBACK does not undo a repair. `on_conflict` holds where none is written.
    `stored` looks a labelled row up, as `SeedContext.ref`. `turn` is for the threads of a seeder: a connection nests
    savepoints, and can't have them side by side. `uses` counts how often seeders took the connection.
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
    turn: threading.RLock = field(default_factory=threading.RLock)
    uses: int = 0
    sessions: RunSessions = field(init=False)
    _loading: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sessions = RunSessions(self.connection, self.turn)

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
        if oid not in self.tables:
            self.tables |= read_tables(self.connection, [oid])
        return self.tables[oid]

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


class SeedContext:
    """The argument of every seeder, usually called `db`. All of it happens in the run's one transaction."""

    def __init__(self, run: SeedRun, seeder: str, call: Callable[[str], None]) -> None:
        self._run = run
        self._seeder = seeder
        self._call = call

    @property
    def connection(self) -> Connection:
        """The psycopg connection of the run, in its open transaction; commit and rollback are the run's own.

        What the seeder's Session holds back is sent first.
        """
        self._run.uses += 1
        self._run.sessions.flush()
        return self._run.connection

    @property
    def now(self) -> datetime:
        """The run's one moment, with time zone UTC: the same in every seeder."""
        return self._run.now

    @cached_property
    def fake(self) -> Faker:
        """A Faker whose values are the same in every run, and do not depend on other seeders.

        Names are drawn without weights, which is several times faster.
        """
        from faker import Faker

        fake = Faker(use_weighting=False)
        fake.seed_instance(random_seed_for(self._run.random_seed, "seeder", self._seeder))
        return fake

    @overload
    def session(self, class_: None = None, **options: object) -> Session: ...
    @overload
    def session(self, class_: type[_Session], **options: object) -> _Session: ...

    def session(self, class_: type[Session] | None = None, **options: object) -> Session:
        """Give a SQLAlchemy Session on the run's connection, inside its transaction: the same one at each call.

        Its `commit()` keeps what was sent for the run, its `rollback()` goes back to the last of them; neither ends the
        run. What is pending at the seeder's end is sent and kept, at the end of `with db.session() as session:` too;
        where the seeder fails, all is taken back. `class_` is the kind of Session (SQLModel's, for its `exec`),
        options are those of its constructor. Used in the seeder's own thread. The run's report counts what goes through
        it, but for raw SQL. Raises UsageError without SQLAlchemy 2, or for options that it can't have.
        """
        self._run.uses += 1
        return self._run.sessions.session(class_, options)

    def insert(
        self,
        table: TableLike,
        rows: Iterable[object],
        *,
        on_conflict: str | None = None,
        key: Sequence[str] = (),
    ) -> TableReport:
        """Insert rows, or update those that are there already, and count what happened.

        `rows` are mappings, dataclasses, pydantic or SQLAlchemy instances, from any iterable, read in bounded memory.
        Of a mapped class they get the defaults that SQLAlchemy would give them, and the keys of rows they relate to;
        so do mappings, where `table` is such a class.
        A row is there already if the table has its primary key (else its `key`, else its one unique key):
        `on_conflict` then says "update" (the default, but for a forced run on production), "skip" or "error". The
        run's report counts these rows even if a savepoint of the seeder takes them back. Raises CatalogError,
        UsageError or LoadError.
        """
        with self._run.turn:
            self._run.sessions.flush(rows_follow=True)
            target = self._run.table(as_name(table))
            policy = self._run.on_conflict if on_conflict is None else on_conflict_named(on_conflict)
            given = model_rows(rows, table, target, (key,) if isinstance(key, str) else key)
            source = RowSource(
                name=self._seeder,
                may_query=True,
                may_compute=given.may_compute,
                blocks=lambda: value_blocks(
                    given.rows, target, lambda columns: key_constants(target, columns, given.key, policy)
                ),
                on_conflict=policy,
                key=given.key,
                origin=None,
                locate=lambda _shape, _number: None,
                locate_key=lambda _key, _texts: [],
            )
            return self._loaded(target, source)

    def _loaded(self, target: Table, source: RowSource) -> TableReport:
        self._run.inserted.add(target.oid)
        with self._run.loading(target):
            report = load_tables(self.connection, [TableLoad(table=target, sources=(source,))])[0]
        self._run.reports.append(report)
        return report

    def execute(self, query: LiteralString, params: Sequence[Any] | Mapping[str, Any] | None = None) -> Cursor:
        """Run an SQL statement, values as parameters; iterate over the result for its rows."""
        with self._run.turn:
            return self.connection.execute(query, params)

    def ref(self, text: str) -> object:
        """Return the key of a labelled row (`users.ada`), or another column of it (`users.ada.email`), as it is stored.

        The row must be in the database by now. Raises FixtureError where no fixture has the label, UsageError where
        the text names no table.
        """
        with self._run.turn:
            self._run.sessions.flush()
            return self._run.stored(text)

    def call(self, seeder: str) -> None:
        """Run another seeder now, unless this run has done so already; raises SeederError if there is none."""
        self._run.sessions.flush()
        self._call(seeder)
