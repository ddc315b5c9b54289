"""What a run found and did, as values: the same for text, JSON and Python."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import singledispatch

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.names import SequenceName, TableName, column_of
from seedkit.core.reports.gate_rules import FAIL_ON_BEHIND, FailOn, IgnoreRule
from seedkit.core.sequences.feeding import FedColumn
from seedkit.core.sequences.headroom import Headroom
from seedkit.core.sequences.unlinked import UnlinkedSequence


@singledispatch
def as_text(report: object) -> str:
    """Write a report as the command shows it: `str(report)`. How, is registered by who sets it in columns."""
    return repr(report)


class SequenceStatus(StrEnum):
    """The words of a report on a sequence."""

    FIXED = "fixed"
    IN_STEP = "in step"
    AHEAD = "ahead"
    BEHIND = "behind"
    EXHAUSTED = "exhausted"
    SKIPPED = "skipped"


class SequenceReport(Struct, frozen=True, kw_only=True):
    """One sequence and the column it feeds; the sequence is None where a default draws from one that can't be known.

    `next_value_before` and `next_value` are what `nextval` would give, None where there is none or it is unknown.
    `highest_id` is the lowest for a descending sequence. `reason` says why a sequence was skipped or is exhausted;
    `warning` what is to be known about one that is right. `removable` says of one that was skipped that what is in
    the way of judging it can be taken out of it.
    `headroom` is None where the state is unknown. `indexed` says that no table had to be scanned for the highest id.
    `columns` are all that the sequence feeds, `deciding` is the one with the highest id. `ids_beyond` counts ids that
    the sequence can't give, up to one more than a thousand; `farthest_id` is the farthest of them. `node` is the one of
    a cluster whose sequence it is, where each node has its own.
    """

    table: TableName
    column: str
    sequence: SequenceName | None
    status: SequenceStatus
    next_value_before: int | None = None
    next_value: int | None = None
    highest_id: int | None = None
    reason: str | None = None
    hint: str | None = None
    warning: str | None = None
    headroom: Headroom | None = None
    indexed: bool = True
    columns: tuple[FedColumn, ...] = ()
    deciding: FedColumn | None = None
    ids_beyond: int = 0
    farthest_id: int | None = None
    removable: bool = False
    node: int | None = None

    @property
    def shown_sequence(self) -> str:
        """The sequence's name as it is shown, with the node where that is not the one that all clients come to."""
        if self.sequence is None:
            return "-"
        return f"{self.sequence} (node {self.node})" if self.node else str(self.sequence)

    def __str__(self) -> str:
        return as_text(self)

    @property
    def right(self) -> bool:
        """Whether the next insert through the default will find a free value."""
        return self.status in (SequenceStatus.FIXED, SequenceStatus.IN_STEP, SequenceStatus.AHEAD)

    @property
    def repairable(self) -> bool:
        """Whether it is right, or behind with nothing known to be in the way of its repair."""
        return self.right or (self.status is SequenceStatus.BEHIND and self.reason is None)


class TableReport(Struct, frozen=True, kw_only=True):
    """What a run did to the rows of one table; `source` is the fixture's path or the seeder's name.

    `swallowed` were sent and are not there: a trigger or a rule took them, without a word of the server.
    """

    table: TableName
    source: str
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    swallowed: int = 0

    @property
    def rows(self) -> int:
        """The rows that the source holds."""
        return self.inserted + self.updated + self.unchanged + self.swallowed

    def __add__(self, other: TableReport) -> TableReport:
        """Add up two reports on the same table."""
        return replace(
            self,
            inserted=self.inserted + other.inserted,
            updated=self.updated + other.updated,
            unchanged=self.unchanged + other.unchanged,
            swallowed=self.swallowed + other.swallowed,
        )


def per_source(reports: Iterable[TableReport]) -> tuple[TableReport, ...]:
    """Add up the reports of each table and source: a seeder may insert into a table many times."""
    sums: dict[tuple[object, str], TableReport] = {}
    for report in reports:
        place = (report.table, report.source)
        sums[place] = sums[place] + report if place in sums else report
    return tuple(sums.values())


class SeederReport(Struct, frozen=True, kw_only=True):
    """One seeder that ran; `seconds` is wall-clock time."""

    name: str
    seconds: float


class SkippedStep(Struct, frozen=True, kw_only=True):
    """A fixture or seeder that was not run, and why."""

    name: str
    reason: str


class ServerIdentity(Struct, frozen=True, kw_only=True):
    """Where a run took place; `standby` says that the server itself told that nothing can be written to it."""

    version: str
    database: str
    host: str
    port: int | None
    user: str
    standby: bool = False

    def __str__(self) -> str:
        place = self.host if self.port is None or self.host.startswith("/") else f"{self.host}:{self.port}"
        return f'PostgreSQL {self.version}, database "{self.database}" on {place} as {self.user}'


class IgnoredSequence(Struct, frozen=True, kw_only=True):
    """A sequence that `check` is told to ignore, as it was found, and why."""

    found: SequenceReport | UnlinkedSequence
    reason: str

    @property
    def column(self) -> str | None:
        """The column under which it is reported, None where nothing links it to one."""
        return None if isinstance(self.found, UnlinkedSequence) else column_of(self.found.table, self.found.column)

    @property
    def sequence(self) -> SequenceName | None:
        """Its name, where it is known."""
        return self.found.name if isinstance(self.found, UnlinkedSequence) else self.found.sequence

    @property
    def status(self) -> str:
        """The word of the report on it."""
        return "unlinked" if isinstance(self.found, UnlinkedSequence) else self.found.status


class RepairReport(Struct, frozen=True, kw_only=True):
    """The outcome of `fix-sequence` or `check`.

    `unlinked` are the sequences that nothing in the catalog links to a column, where all were looked at: neither right
    nor wrong. `ignored` are not among the sequences; `idle_rules` are entries of the ignore list that match nothing,
    and `fail_on` what ends the command with 1. `of_check` says which of the two it is of, where that was asked for.
    """

    server: ServerIdentity
    sequences: tuple[SequenceReport, ...]
    dry_run: bool = False
    unlinked: tuple[UnlinkedSequence, ...] = ()
    ignored: tuple[IgnoredSequence, ...] = ()
    idle_rules: tuple[IgnoreRule, ...] = ()
    fail_on: tuple[FailOn, ...] = FAIL_ON_BEHIND
    of_check: bool = False

    def __str__(self) -> str:
        return as_text(self)

    @property
    def right(self) -> bool:
        """Whether every sequence that is not ignored was judged and is in front of its ids."""
        return all(sequence.right for sequence in self.sequences)

    @property
    def repairable(self) -> bool:
        """Whether every sequence is right, or behind with nothing known to be in the way of its repair."""
        return all(sequence.repairable for sequence in self.sequences)


class SeedReport(Struct, frozen=True, kw_only=True):
    """The outcome of `seed`; `seconds` is wall-clock time from the connection to the commit.

    `ids_from_labels` are the tables whose fixtures make ids from labels. `unlinked` are sequences that nothing links to
    the keys whose names they bear, and that would give ids that are taken: an application may draw from them.
    """

    server: ServerIdentity
    tables: tuple[TableReport, ...]
    seeders: tuple[SeederReport, ...]
    sequences: tuple[SequenceReport, ...]
    skipped: tuple[SkippedStep, ...]
    seconds: float
    dry_run: bool = False
    ids_from_labels: frozenset[TableName] = frozenset()
    unlinked: tuple[UnlinkedSequence, ...] = ()

    def __str__(self) -> str:
        return as_text(self)

    @property
    def right(self) -> bool:
        """Whether every sequence of the run was judged and is in front of its ids; in a dry run: could be put there."""
        return all(sequence.repairable if self.dry_run else sequence.right for sequence in self.sequences)
