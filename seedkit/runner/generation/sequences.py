"""Moves sequences before the rows come that have their numbers: a trigger may draw from one meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from seedkit.core.catalog import Table
from seedkit.core.reports.runs import SequenceReport, SequenceStatus
from seedkit.core.reports.sequences import report_sequence
from seedkit.core.sequences.feeding import Feeding, FeedingSequence
from seedkit.core.sequences.reading import SequenceReading, is_behind
from seedkit.errors import SequenceError
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
    _of_tables: dict[int, list[FeedingSequence]] = field(default_factory=dict)

    def make_ready(self, table: Table, columns: Sequence[str], last: int) -> None:
        """Move the sequences of a table's columns past the last number that will be written.

        Raises SequenceError where one ends before that.
        """
        if self.still and self.due is None:
            return
        if not self._of_tables:
            self._of_tables = _by_table(self.known)
        meant = [sequence for sequence in self._of_tables.get(table.oid, ()) if feeds(sequence, table, columns)]
        readings = (read_room if self.still else make_room_in)(self.connection, meant, [last]) if meant else []
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


def _by_table(sequences: Iterable[FeedingSequence]) -> dict[int, list[FeedingSequence]]:
    found: dict[int, list[FeedingSequence]] = {}
    for sequence in sequences:
        for oid in dict.fromkeys(column.table_oid for column in sequence.columns):
            found.setdefault(oid, []).append(sequence)
    return found


def _refuse_short(reading: SequenceReading, table: Table, last: int) -> None:
    if reading.state.increment > 0 and reading.state.maximum < last:
        name = reading.sequence.name
        raise SequenceError(
            f"{name} ends at {reading.state.maximum:,}, and the rows of {table.name} go up to {last:,}",
            hint=f"Ask for fewer rows, or write: alter sequence {name} no maxvalue;",
        )


def fed_columns(
    sequences: Iterable[FeedingSequence],
) -> tuple[dict[int, frozenset[str]], dict[int, dict[str, list[tuple[int, str]]]]]:
    """Say which columns sequences feed, and for each of them which have the same sequence, itself among them."""
    fed: dict[int, set[str]] = {}
    sharing: dict[int, dict[str, list[tuple[int, str]]]] = {}
    for sequence in sequences:
        alike = [(column.table_oid, column.name) for column in sequence.columns]
        for oid, name in alike:
            fed.setdefault(oid, set()).add(name)
            if len(alike) > 1:
                sharing.setdefault(oid, {})[name] = alike
    return {oid: frozenset(names) for oid, names in fed.items()}, sharing
