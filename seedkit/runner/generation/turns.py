"""The transactions of a run: one, or with `--commit-every` one after the other; each ends with every sequence right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import TracebackType

from msgspec import Struct, field

from seedkit.core.catalog import Table
from seedkit.core.reports.runs import SequenceReport
from seedkit.errors import SeedkitError
from seedkit.postgres.connection import Connection, chain, in_transaction, unit_of_work
from seedkit.postgres.loading.deferred_checks import deferred_checks
from seedkit.postgres.search_path import leave_safe_path
from seedkit.postgres.time_outs import time_outs_told
from seedkit.postgres.transactions.seeding import (
    bound_waits,
    keep_other_seeds_waiting,
    let_other_seeds_begin,
    settled_values,
    touched_tables,
)
from seedkit.postgres.transactions.write_locks import take_write_locks
from seedkit.progress import current
from seedkit.runner.generation.sequences import SequencesAhead
from seedkit.runner.settling import settled


def nothing() -> None:
    """Begin with nothing."""


class Turns(Struct, kw_only=True):
    """A run's transactions on a connection, used as a context: an error takes back the one that is open.

    `ours` says that the transaction is begun here. `in_pieces` there are several: these follow each other without a
    gap in one session, so that no other run comes between; `begin_further` is what
    each but the first begins with. `written` are the tables that the run fills, once known.
    """

    connection: Connection
    ahead: SequencesAhead
    ours: bool
    roll_back: bool
    lock_timeout: str | None
    in_pieces: bool = False
    begin_further: Callable[[], None] = nothing
    written: dict[int, Table] = field(default_factory=dict)
    sequences: list[SequenceReport] = field(default_factory=list)
    _touched: set[int] = field(default_factory=set)
    _open: ExitStack = field(default_factory=ExitStack)
    _turn: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Turns:
        with ExitStack() as opening:
            opening.enter_context(unit_of_work(self.connection, roll_back=self.roll_back))
            opening.push(self._end)
            self._begin()
            if self.in_pieces:
                keep_other_seeds_waiting(self.connection)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def _begin(self) -> None:
        """Begin a turn in a transaction that has just begun; only PostgreSQL's own names are found at first."""
        with ExitStack() as beginning:
            beginning.enter_context(settled_values(self.connection, ours=self.ours, nodes_in_turn=True))
            if self.ours and self.lock_timeout is not None:
                bound_waits(self.connection, self.lock_timeout)
            self._turn = beginning.pop_all()

    def _end(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the last turn; other runs may begin with its transaction's end."""
        self._turn.__exit__(kind, error, trace)
        if not self.in_pieces or not in_transaction(self.connection):
            return
        if error is not None:
            chain(self.connection, commits=False)  # what has failed takes no statement
        let_other_seeds_begin(self.connection)

    def time_outs_told(self) -> AbstractContextManager[None]:
        """Have errors say which time-out they come from, and where others than us have set it."""
        bounded = self.ours and self.lock_timeout is not None
        return time_outs_told(self.connection, ours=("lock_timeout",) if bounded else ())

    def settle(self) -> None:
        """See to it that constraints hold and sequences are right, as before each commit."""
        with current().at("checking constraints"), deferred_checks(self.connection, list):
            touched = touched_tables(self.connection, check=self.ours)
        self._touched.update(touched or ())
        names = {oid: table.name for oid, table in self.written.items()}
        of_all_pieces = None if touched is None else self._touched
        known = self.ahead.feeding if touched is not None and set(touched) <= names.keys() else None
        with current().at("seeing to sequences"):
            self.sequences = settled(
                self.connection, names, of_all_pieces, self.ahead.moved, dry_run=self.ahead.still, known=known
            )

    def next_piece(self) -> None:
        """Commit what was done, and go on in another transaction."""
        self.settle()
        self._go_on(commits=True)
        self.ahead.note(self.sequences)

    def _go_on(self, *, commits: bool) -> None:
        self._turn.close()
        chain(self.connection, commits=commits)
        self._begin()
        leave_safe_path(self.connection)
        take_write_locks(self.connection, list(self.written.values()))
        self.begin_further()

    @contextmanager
    def attempt(self, given_up: Callable[[SeedkitError], None], *, in_pieces: bool) -> Iterator[None]:
        """Take back what fails, and no more than that: in a savepoint, or what came since the last commit."""
        try:
            with self.time_outs_told(), ExitStack() as savepoint:
                if not in_pieces:
                    savepoint.enter_context(self.connection.transaction())
                yield
        except SeedkitError as error:
            if self.connection.closed:
                raise
            if in_pieces:
                self._go_on(commits=False)
            given_up(error)
