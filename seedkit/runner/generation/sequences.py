"""Moves sequences before the rows come that have their numbers: a trigger may draw from one meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.reports.runs import SequenceReport, SequenceStatus
from seedkit.core.reports.sequences import report_sequence
from seedkit.core.sequences.feeding import Feeding, FeedingSequence
from seedkit.core.sequences.reading import SequenceReading, is_behind
from seedkit.postgres.connection import Connection
from seedkit.postgres.search_path import safe_path
from seedkit.postgres.sequences.room import feeds, make_room_in, read_room


class SequencesAhead(Struct):
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
    _of_tables: dict[int, list[FeedingSequence]] = field(default_factory=dict)

    def make_ready(self, table: Table, last: Mapping[str, int]) -> dict[str, int]:
        """Move the sequences of a table's columns past the last value that each will have; say what they had given."""
        given: dict[str, int] = {}
        if self.still and self.due is None:
            return given
        if not self._of_tables:
            self._of_tables = _by_table(self.known)
        meant = [sequence for sequence in self._of_tables.get(table.oid, ()) if feeds(sequence, table, last)]
        readings = (read_room if self.still else make_room_in)(self.connection, meant, last.values()) if meant else []
        for reading in readings:
            fed = [column.name for column in reading.sequence.columns if column.table_oid == table.oid and column.tells]
            given |= dict.fromkeys(fed, reading.state.base)
        behind = [reading for reading in readings if is_behind(reading)]
        if self.due is None:
            self.moved += [replace(report_sequence(reading), status=SequenceStatus.FIXED) for reading in behind]
        else:
            self.due[table.oid] = behind
        return given

    def look_again(self) -> None:
        """Note as due what the rows that are there now leave behind: the numbers of some are known only by then."""
        if self.due is None:
            return
        with safe_path(self.connection):
            behind = [reading for reading in read_room(self.connection, self.known) if is_behind(reading)]
        for reading in behind:
            for oid in dict.fromkeys(column.table_oid for column in reading.sequence.columns):
                known = self.due.get(oid, [])
                self.due[oid] = [each for each in known if each.sequence.oid != reading.sequence.oid] + [reading]

    def note(self, reports: Iterable[SequenceReport]) -> None:
        """Take note of what was fixed before a commit, for the report at the end."""
        known = {report.sequence for report in self.moved}
        fixed = (report for report in reports if report.status is SequenceStatus.FIXED)
        self.moved += [report for report in fixed if report.sequence not in known]


def _by_table(sequences: Iterable[FeedingSequence]) -> dict[int, list[FeedingSequence]]:
    found: dict[int, list[FeedingSequence]] = {}
    for sequence in sequences:
        for oid in dict.fromkeys(column.table_oid for column in sequence.columns):
            found.setdefault(oid, []).append(sequence)
    return found
