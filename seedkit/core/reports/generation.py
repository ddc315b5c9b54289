"""What `generate` has added, table by table, and what bounded it, as values."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from seedkit.core.names import ExactName, TableName
from seedkit.core.reports.runs import SequenceReport, ServerIdentity, SkippedStep, as_text
from seedkit.core.reports.sequences import counted, sequence_summary
from seedkit.core.sequences.unlinked import UnlinkedSequence

STANDARD_OUTPUT = "standard output"
"""Where rows go that others are to read at once."""


class GeneratedTable(Struct, frozen=True, kw_only=True):
    """What a table was given, beside the rows that were `there`, and why it is not more where it is not.

    `full` says that a key of it has no more values, which nothing can be done about. `parent_of` are the tables for
    whose rows it was filled, where nobody named it. `failed` says that it was given up after an error.
    """

    table: TableName
    rows: int
    asked: int
    there: int = 0
    full: bool = False
    failed: bool = False
    parent_of: tuple[TableName, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def exact_name(self) -> ExactName:
        """The table's name, as a program means it."""
        return ExactName(self.table.name, self.table.schema)

    @property
    def complete(self) -> bool:
        """Whether all its rows are there, or all that it can hold."""
        return not self.failed and (self.full or self.rows >= self.asked)


class GenerationReport(Struct, frozen=True, kw_only=True):
    """The outcome of `generate`; `seconds` is wall-clock time. What is `left_alone` got no rows, and was not named.

    `generator` is the version of what makes values, and with the random seed and the day gives the same ones again.
    `words_from` names whose words they were, where these are not ours: their version decides, too.
    `no_tables` says that there was none that could be filled at all. `out` is where the rows went, None where they are
    in the database. `like_existing` says that statistics of the rows that were there decided, too. `unlinked` are
    sequences that nothing links to the keys whose names they bear, and that would give ids that are taken.
    """

    server: ServerIdentity
    tables: tuple[GeneratedTable, ...]
    sequences: tuple[SequenceReport, ...]
    left_alone: tuple[SkippedStep, ...]
    seconds: float
    generator: int
    random_seed: int
    now: date
    locale: str = "en"
    words_from: str | None = None
    dry_run: bool = False
    no_tables: bool = False
    out: str | None = None
    like_existing: bool = False
    unlinked: tuple[UnlinkedSequence, ...] = ()

    def __str__(self) -> str:
        return as_text(self)

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def right(self) -> bool:
        """Whether every table has its rows, and every sequence is right; in a dry run: could be put there."""
        return all(table.complete for table in self.tables) and all(
            sequence.repairable if self.dry_run else sequence.right for sequence in self.sequences
        )

    @property
    def repeated_by(self) -> str:
        """What the same values come from again."""
        return repeated_by(
            self.generator,
            self.random_seed,
            self.now,
            self.locale,
            self.words_from,
            like_existing=self.like_existing,
        )


def generation_summary(report: GenerationReport) -> str:
    """Say what `generate` did."""
    took = f"({report.seconds:.2f} s)"
    filled = counted(sum(table.rows > 0 for table in report.tables), "table")
    if report.dry_run:
        return f"dry run, nothing was kept: {counted(report.rows, 'row')} would be added to {filled} {took}"
    if report.no_tables:
        return f"the database has no tables to fill: run your migrations first {took}"
    if not report.tables:
        return f"no table is empty: nothing was {'written' if report.out else 'added'} {took}"
    short = sum(not table.complete for table in report.tables)
    less = f", {counted(short, 'table')} short of rows" if short else ""
    rows = counted(report.rows, "row")
    if report.out is not None:
        return f"wrote {rows} of {filled} to {report.out}{less} {took}"
    sequences = f"; {sequence_summary(report.sequences)}" if report.sequences else ""
    return f"added {rows} to {filled}{less}{sequences} {took}"


def repeated_by(
    generator: int, random_seed: int, now: date, locale: str, words_from: str | None, *, like_existing: bool = False
) -> str:
    """Say what the same values come from again.

    >>> repeated_by(1, 0, date(2026, 11, 30), "de", "Faker 40.63.0")
    'generator 1, Faker 40.63.0, --random-seed 0 --now 2026-11-30 --locale de'
    """
    makers = f"generator {generator}" + (f", {words_from}" if words_from else "")
    spoken = "" if locale == "en" else f" --locale {locale}"
    alike = " --like-existing" if like_existing else ""
    return f"{makers}, --random-seed {random_seed} --now {now}{spoken}{alike}"
