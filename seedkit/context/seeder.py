"""What a seeder is given: inserting rows, repeatable fake values, and the run's own connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar, overload

from seedkit.context.drawn_rows import DrawnRows
from seedkit.context.run import SeedRun
from seedkit.core.catalog import Table
from seedkit.core.fixture_language.fakes import random_seed_for
from seedkit.core.reports.runs import TableReport
from seedkit.core.rows.blocks import RowSource
from seedkit.core.rows.keys import OnConflict, key_constants, on_conflict_named
from seedkit.core.rows.python_rows import RowNumbers, value_blocks
from seedkit.errors import UsageError
from seedkit.orm.model_rows import ModelRows, model_rows
from seedkit.orm.table_names import TableLike, as_name, counted_names, several
from seedkit.postgres.connection import Connection, Cursor
from seedkit.postgres.factories import OurFactories
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.loading.ways import load_tables
from seedkit.progress import current

if TYPE_CHECKING:
    from faker import Faker

    from seedkit.core.reports.generation import GenerationReport
    from seedkit.orm.sessions import Session

_Session = TypeVar("_Session", bound="Session")


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
        so do mappings, where `table` is such a class, but for `default_factory`, which is of instances alone.
        A row is there already if the table has its primary key (else its `key`, else its one unique key):
        `on_conflict` then says "update" (the default, but for a forced run on production), "skip" or "error". The
        run's report counts these rows even if a savepoint of the seeder takes them back. Raises CatalogError,
        UsageError or LoadError.
        """
        with self._run.at_work() as ours:
            self._run.sessions.flush(rows_follow=True)
            policy = self._run.on_conflict if on_conflict is None else on_conflict_named(on_conflict)
            names = (key,) if isinstance(key, str) else several("key", key)
            drawn = DrawnRows(ours.theirs(rows))

            def load() -> TableReport:
                target = self._run.table(as_name(table))
                given = model_rows(drawn, table, target, names)
                return _loaded(self._run, target, _source(self._seeder, given, drawn, target, policy))

            return self._run.with_altered_tables(load, drawn)

    def generate(
        self, tables: TableLike | Mapping[Any, int], rows: int | None = None, *, top_up: bool = False, **columns: object
    ) -> GenerationReport:
        """Fill tables with rows that their schema accepts, as `seedkit.generate`, with the run's random seed and day.

        Empty tables that these refer to are filled too. The run's report counts the rows. Further keywords say what
        columns have: a constant, a tag (`seedkit.tags`), or a function that is given a row; they win over generate.yml.
        """
        with self._run.at_work():
            self._run.uses += 1
            self._run.sessions.flush()
            return self._run.generate(self._seeder, counted_names(tables, rows), columns, top_up=top_up)

    def execute(self, query: LiteralString, params: Sequence[Any] | Mapping[str, Any] | None = None) -> Cursor:
        """Run an SQL statement, values as parameters; iterate over the result for its rows."""
        with self._run.turn:
            return self.connection.execute(query, params)

    def ref(self, text: str) -> object:
        """Return the key of a labelled row (`users.ada`), or another column of it (`users.ada.email`), as it is stored.

        The row must be in the database by now. Raises FixtureError where no fixture has the label, UsageError where
        the text names no table.
        """
        with self._run.at_work():
            self._run.sessions.flush()
            return self._run.with_altered_tables(lambda: self._run.stored(text))

    def call(self, seeder: str) -> None:
        """Run another seeder now, unless this run has done so; raises SeederError for none, or in a circle."""
        if not isinstance(seeder, str):
            raise UsageError(f"db.call takes the name of a seeder, not {seeder!r}")
        self._run.sessions.flush()
        with OurFactories(self._run.connection):
            self._call(seeder)


def _loaded(run: SeedRun, target: Table, source: RowSource) -> TableReport:
    load = TableLoad(table=target, sources=(source,), filled=target.oid in run.inserted)
    run.uses += 1
    run.sessions.flush()
    run.inserted.add(target.oid)
    progress = current()
    before = progress.rows
    with run.loading(target):
        report = load_tables(run.connection, [load])[0]
    progress.rows = max(progress.rows, before + report.rows)  # a few rows are counted by nobody who sends them
    run.reports.append(report)
    return report


def _source(seeder: str, given: ModelRows, drawn: DrawnRows, target: Table, policy: OnConflict) -> RowSource:
    numbers = RowNumbers()
    return RowSource(
        name=seeder,
        may_query=True,
        may_compute=given.may_compute,
        blocks=lambda: value_blocks(
            given.rows, target, lambda columns: key_constants(target, columns, given.key, policy), numbers
        ),
        on_conflict=policy,
        key=given.key,
        number=numbers.number_of,
        numbers_of_key=drawn.numbers_of_key,
    )
