"""Moves sequences before the rows come that have their numbers: a trigger may draw from one meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field, replace

from seedkit.core.catalog import Table
from seedkit.core.reports.runs import SequenceReport, SequenceStatus
from seedkit.core.reports.sequences import report_sequence
from seedkit.core.sequences.feeding import Feeding, FeedingSequence
from seedkit.core.sequences.reading import SequenceReading, is_behind
from seedkit.errors import SequenceError
from seedkit.late_dataclasses import dataclass
from seedkit.postgres.connection import Connection
from seedkit.postgres.sequences.room import feeds, make_room_in, read_room


@dataclass(slots=True)
class SequencesAhead:
    """The sequences that were moved past the numbers of rows to come.

    PostgreSQL takes no move back, so none is made where all has to stay `still`, as in a dry run. Where rows go
    elsewhere, the moves are `due` there, by the tables' OIDs. `moved` says how each was found before; `known` are those
    that feed columns of the tables that get rows, as this session finds them. `feeding` is what feeds these by their
    schemas, where it holds to the end: the tables are locked until then.
    """

    connection: Connection
    still: bool
    due: dict[int, list[SequenceReading]] | None = None
    moved: list[SequenceReport] = field(default_factory=list)
    known: Sequence[FeedingSequence] = ()
    feeding: Feeding | None = None

    def make_ready(self, table: Table, columns: Sequence[str], last: int) -> None:
        """Move the sequences of a table's columns past the last number that will be written.

        Raises SequenceError where one ends before that.
        """
        meant = [sequence for sequence in self.known if feeds(sequence, table, columns)]
        if not meant or (self.still and self.due is None):
            return
        readings = (read_room if self.still else make_room_in)(self.connection, meant, [last])
        for reading in readings:
            _refuse_short(reading, table, last)
        behind = [reading for reading in readings if is_behind(reading)]
        if self.due is None:
            self.moved += [replace(report_sequence(reading), status=SequenceStatus.FIXED) for reading in behind]
        else:
            self.due[table.oid] = behind

    def note(self, reports: Iterable[SequenceReport]) -> None:
        """Take note of what was fixed before a commit, for the report at the end."""
        known = {report.sequence for report in self.moved}
        fixed = (report for report in reports if report.status is SequenceStatus.FIXED)
        self.moved += [report for report in fixed if report.sequence not in known]


def _refuse_short(reading: SequenceReading, table: Table, last: int) -> None:
    if reading.state.increment > 0 and reading.state.maximum < last:
        name = reading.sequence.name
        raise SequenceError(
            f"{name} ends at {reading.state.maximum:,}, and the rows of {table.name} go up to {last:,}",
            hint=f"Ask for fewer rows, or write: alter sequence {name} no maxvalue;",
        )
