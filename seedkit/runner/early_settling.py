"""Keeps the sequences of the tables that a run has filled so far right for what draws from them: seeders and triggers.

Not instead of the settling at the end: a sequence that can't be judged or moved here is judged there once more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from seedkit.context.run import SeedRun
from seedkit.core.names import TableName
from seedkit.core.reports.runs import SequenceReport, SequenceStatus
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.repair_options import BY_VISIBLE_ROWS
from seedkit.errors import SeedkitError
from seedkit.postgres.borrowing import borrowed
from seedkit.postgres.connection import Connection
from seedkit.postgres.search_path import safe_path
from seedkit.postgres.sequences.feeding import read_feeding
from seedkit.postgres.sequences.reading import has_id
from seedkit.postgres.sequences.repair import check_here, repair_sequences
from seedkit.postgres.transactions.repeated_keys import RepeatedKey, repeated_key
from seedkit.postgres.transactions.seeder_session import RowsWritten, before_a_seeder
from seedkit.progress import current


class EarlySettling:
    """The sequences of what has been filled, as they were when they were last seen to.

    In a dry run they are only judged, as ROLLBACK does not take `nextval` back; those that are behind are remembered.
    """

    def __init__(self, run: SeedRun) -> None:
        self._run = run
        self._settled: dict[int, int] = {}
        self._looked_at: dict[int, int] = {}
        self._feeding: dict[int, FeedingSequence] = {}
        self._read: set[int] = set()
        self._behind: dict[int, SequenceReport] = {}

    def before_rows(self) -> None:
        """Move what would give a taken id next, before rows whose triggers may draw from it.

        What is behind ids that are far off may give free ones to all of them, and did where rows were made elsewhere.
        """
        with current().at("seeing to sequences"), borrowed(self._run.connection) as connection:
            _, written = before_a_seeder(connection)
            marks = self._written(written)
            if changed := self._changed(marks, written, since=self._looked_at):
                with self._fed_by(connection, changed) as sequences:
                    self._see_to(connection, _about_to_repeat(connection, sequences))
                self._looked_at = marks

    @contextmanager
    def told_of_dry_runs(self) -> Iterator[None]:
        """Say of a key that a trigger draws, and that is taken, where a real run would have made it free."""
        try:
            yield
        except SeedkitError as error:
            error.hint = self.in_a_real_run(error, "these rows") or error.hint
            raise

    def settle(self, connection: Connection, written: RowsWritten) -> None:
        """Move what is behind in tables that were written since the last time; the locks for it are given back at once.

        PostgreSQL gives those of a savepoint back that is rolled back, and takes back no `nextval` and no `setval`.
        """
        marks = self._written(written)
        if changed := self._changed(marks, written, since=self._settled):
            with self._fed_by(connection, changed) as sequences:
                self._see_to(connection, sequences)
            self._settled = self._looked_at = marks

    def _written(self, written: RowsWritten) -> dict[int, int]:
        engine = self._run.catalog.engine
        unseen = engine.tables if self._run.uses else ()  # PostgreSQL counts no row of those that Citus keeps
        return dict.fromkeys((*self._run.inserted, *unseen), 0) | written.by_table

    def _changed(self, marks: Mapping[int, int], written: RowsWritten, since: Mapping[int, int]) -> set[int]:
        """Tell the tables that were written since they had other marks."""
        counts = written.counts and not self._run.catalog.engine.is_citus
        return {oid for oid in marks if not counts or marks[oid] != since.get(oid)}

    @contextmanager
    def _fed_by(self, connection: Connection, tables: set[int]) -> Iterator[list[FeedingSequence]]:
        """Give the sequences of some tables, in a savepoint that is rolled back."""
        with connection.transaction(force_rollback=True), safe_path(connection):
            if unread := tables - self._read:
                self._feeding |= {sequence.oid: sequence for sequence in read_feeding(connection, unread).sequences}
                self._read |= unread
            yield [sequence for sequence in self._feeding.values() if _feeds_any(sequence, tables)]

    def _see_to(self, connection: Connection, sequences: Sequence[FeedingSequence]) -> None:
        if not self._run.dry_run:
            self._run.repairs += repair_sequences(connection, sequences, BY_VISIBLE_ROWS)
            return
        for sequence, found in zip(sequences, check_here(connection, sequences, BY_VISIBLE_ROWS), strict=True):
            self._behind.pop(sequence.oid, None)
            if found.status is SequenceStatus.BEHIND:
                self._behind[sequence.oid] = found

    def in_a_real_run(self, error: BaseException, before: str) -> str | None:
        """Say what a real run would have moved, where a dry one draws a key that is taken as it moves nothing."""
        moved = self._would_have_moved(error)
        if moved is None:
            return None
        return (
            f"A real run moves {moved.sequence} past {moved.highest_id} before {before}, so that this is free; "
            "a dry run moves no sequence."
        )

    def _would_have_moved(self, error: BaseException) -> SequenceReport | None:
        if not self._behind:
            return None
        with borrowed(self._run.connection) as connection:
            key = repeated_key(connection, error)
            found = [report for report in self._behind.values() if key and _feeds(report, key)]
            return next((report for report in found if self._was_drawn_from(connection, report)), None)

    def _was_drawn_from(self, connection: Connection, report: SequenceReport) -> bool:
        feeding = [sequence for sequence in self._feeding.values() if sequence.name == report.sequence]
        with safe_path(connection):
            [now] = check_here(connection, feeding, BY_VISIBLE_ROWS)
        return now.next_value != report.next_value


def _about_to_repeat(connection: Connection, sequences: Sequence[FeedingSequence]) -> list[FeedingSequence]:
    """Give those whose next value some row has."""
    reports = check_here(connection, sequences, BY_VISIBLE_ROWS)
    return [
        sequence
        for sequence, report in zip(sequences, reports, strict=True)
        if report.status is SequenceStatus.BEHIND
        and report.next_value is not None
        and has_id(connection, report.table, report.column, report.next_value)
    ]


def _feeds_any(sequence: FeedingSequence, tables: Collection[int]) -> bool:
    return any(column.table_oid in tables for column in sequence.columns)


def _feeds(report: SequenceReport, key: RepeatedKey) -> bool:
    table = TableName(schema=key.schema, name=key.table)
    return any(column.table == table and column.name in key.columns for column in report.columns)
