"""Runs seeders, each once and in a savepoint, and says where in its file one failed."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cached_property, partial
from typing import TYPE_CHECKING

from seedkit.context.run import SeedRun, seeder_at_work
from seedkit.context.seeder import SeedContext
from seedkit.core.names import did_you_mean
from seedkit.core.planning.seeders import Seeder
from seedkit.core.reports.runs import SeederReport
from seedkit.errors import SeederError, SeedkitError, lines
from seedkit.files.seeder_modules import traceback_origin
from seedkit.orm.django_transactions import models_at_work
from seedkit.orm.run_sessions import session_hint
from seedkit.postgres.borrowing import borrowed
from seedkit.postgres.factories import kept_factories
from seedkit.postgres.transactions.heard_savepoints import heard_savepoints
from seedkit.postgres.transactions.seeder_session import (
    SessionSettings,
    SessionState,
    before_a_seeder,
    restore_settings,
    session_state,
    transaction_was_ended,
)
from seedkit.postgres.transactions.seeding import ended_transaction, refuse_ended_transaction
from seedkit.runner.repeatable import seeded_generators
from seedkit.runner.returned_rows import refuse_returned_rows

if TYPE_CHECKING:
    from seedkit.core.reports.generation import GenerationReport
    from seedkit.orm.row_tally import RowTally
    from seedkit.postgres.transactions.self_waits import SelfWaits
    from seedkit.runner.early_settling import EarlySettling
    from seedkit.runner.generation.refinements import WhatIsSaid

_OF_DJANGO = (
    " Django's asynchronous methods (acreate, …) work in such a thread, outside of the run: call create and the like."
)
"""Said where asgiref is loaded, whose thread for them stays to the end of the process."""


def _generated(
    run: SeedRun,
    said: Callable[[], WhatIsSaid],
    seeder: str,
    asked: Mapping[str, int | None],
    columns: Mapping[str, object],
    *,
    top_up: bool,
) -> GenerationReport:
    from seedkit.runner.generation.in_a_seed import generated  # few runs generate rows

    return generated(run, said(), seeder, asked, columns, top_up=top_up)


class SeederRuns:
    """The seeders of a run, and which of them are done; `reports` come in the order of their ends."""

    def __init__(
        self, run: SeedRun, seeders: Sequence[Seeder], session: SessionSettings, said: Callable[[], WhatIsSaid]
    ) -> None:
        self.reports: list[SeederReport] = []
        self._run = run
        self._session = session
        self._seeders = {seeder.name: seeder for seeder in seeders}
        self._begun: set[str] = set()
        self._failure: SeedkitError | None = None
        self._at_work: list[str] = []
        self._waits: SelfWaits | None = None
        run.generate = partial(_generated, run, said)

    @cached_property
    def early(self) -> EarlySettling:
        """What sees to sequences before the end of the run."""
        from seedkit.runner.early_settling import EarlySettling

        return EarlySettling(self._run)

    def call(self, name: str, callers: tuple[str, ...]) -> None:
        """Run a seeder by name, unless it has begun already; raises SeederError for none, or one of its callers."""
        self.run_once(_called(name, callers, self._seeders), callers)

    def run_once(self, seeder: Seeder, callers: tuple[str, ...] = ()) -> None:
        """Run a seeder, unless it has begun already; raises SeedkitError with the line of the seeder's file.

        Once one has failed the run has failed, even if the seeder that called it goes on.
        """
        if seeder.name in self._begun:
            return
        self._begun.add(seeder.name)
        started = time.monotonic()
        try:
            self._run_in_savepoint(seeder, (*callers, seeder.name))
        except (Exception, SystemExit) as error:
            self._failure = self._failure or self._explained(seeder, error)
            raise self._failure from error
        if self._failure is not None:
            raise self._failure
        self.reports.append(SeederReport(name=seeder.name, seconds=time.monotonic() - started))

    def _run_in_savepoint(self, seeder: Seeder, calling: tuple[str, ...]) -> None:
        connection = self._run.connection
        before = self._made_ready()
        try:
            with (
                connection.transaction(),
                seeder_at_work(self._run),
                _no_thread_left(seeder),
                self._watched(seeder, before.backend),
                seeded_generators(self._run.random_seed, seeder.name),
                self._run.sessions.of_a_seeder(partial(self._run.count, seeder.name)),
            ):
                uses = self._run.uses
                with (
                    models_at_work(connection, seeder.name) as models,
                    heard_savepoints(connection, partial(self._savepoint, models)),
                    kept_factories(connection),
                ):
                    returned = seeder.function(SeedContext(self._run, seeder.name, partial(self.call, callers=calling)))
                refuse_returned_rows(seeder, returned, lambda: self._run.uses != uses or self._others_wrote(before))
                refuse_ended_transaction(connection, seeder.name)
                self._run.count(seeder.name, models.counts())
        except (Exception, SystemExit) as error:
            if transaction_was_ended(connection, before):  # then the savepoint is gone, and "nothing was kept" is false
                ended = ended_transaction(seeder.name)
                ended.origin = traceback_origin(error, seeder)
                raise ended from error
            raise
        restore_settings(connection, before, self._session)

    def _savepoint(self, models: RowTally, sql: str) -> None:
        models.is_moved_by(sql)
        self._run.sessions.moved_by(sql)

    def _made_ready(self) -> SessionState:
        """See that what the seeder draws from sequences is free; give the session's state."""
        with self._run.turn, borrowed(self._run.connection) as connection:
            before, written = before_a_seeder(connection)
            self.early.settle(connection, written)
        return before

    def _others_wrote(self, before: SessionState) -> bool:
        """Whether anything was committed since: a seeder may have done so on a connection of its own."""
        with self._run.turn, borrowed(self._run.connection) as connection:
            return session_state(connection).written != before.written

    @contextmanager
    def _watched(self, seeder: Seeder, backend: int) -> Iterator[None]:
        """Have an end put to a wait for the run itself, and threads take turns; one watch is for all at work."""
        first = not self._at_work
        self._at_work.append(seeder.name)
        try:
            if first:
                from seedkit.postgres.transactions.self_waits import SelfWaits

                self._waits = SelfWaits(self._run.connection, backend, lambda: self._at_work[-1])
            with (
                self._waits.watching() if first and self._waits else nullcontext(),
                self._run.turn.handed_over() if first else nullcontext(),
            ):
                yield
        finally:
            self._at_work.pop()

    def _explained(self, seeder: Seeder, error: BaseException) -> SeedkitError:
        found = None if self._waits is None else self._waits.error
        if found is not None:
            found.origin = traceback_origin(error, seeder)
            return found
        told = _explained(seeder, error)
        told.hint = self.early.in_a_real_run(error, "the seeder") or told.hint
        return told


def _called(name: str, callers: tuple[str, ...], seeders: Mapping[str, Seeder]) -> Seeder:
    """Find a seeder that others call, each the next one: none of these, which wait for it."""
    if name not in seeders:
        raise SeederError(f'there is no seeder "{name}"', hint=did_you_mean(name, seeders))
    if name in callers:
        raise SeederError(
            f"seeders call each other in a circle: {' → '.join((*callers[callers.index(name) :], name))}",
            hint="What both need goes into a third one, or into a plain function that both call.",
        )
    return seeders[name]


@contextmanager
def _no_thread_left(seeder: Seeder) -> Iterator[None]:
    """Refuse a thread that outlives its seeder: what it does later is done in no run. Daemons are their owners' own."""
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before and not thread.daemon]
    if left:
        raise SeederError(
            f'seeder "{seeder.name}" ended with a thread still at work: {", ".join(left)}',
            hint="Join it in the seeder (an executor: `with ThreadPoolExecutor() as pool:`), or make it a daemon."
            + (_OF_DJANGO if "asgiref" in sys.modules else ""),
        )


def _explained(seeder: Seeder, error: BaseException) -> SeedkitError:
    if isinstance(ours := getattr(error, "orig", None), SeedkitError):  # SQLAlchemy has put its own around it
        error = ours.with_traceback(error.__traceback__)
    if isinstance(error, SeedkitError):
        error.origin = error.origin or traceback_origin(error, seeder)
        error.exit_code = 1  # the run had begun, whatever the call would have meant outside
        return error
    reason, *further = str(error).strip().splitlines() or ["no message"]
    return SeederError(
        f'seeder "{seeder.name}" failed with {type(error).__name__}: {reason}',
        origin=traceback_origin(error, seeder),
        detail=lines(further) if further else None,
        hint=session_hint(error) or "Nothing of the run was kept. `--debug` shows the traceback.",
    )
