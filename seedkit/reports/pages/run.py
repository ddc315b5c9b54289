"""What a run did, as a page: of `seed` and of `generate`, also of one that failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from seedkit.core.reports.columns import few
from seedkit.core.reports.generation import GeneratedTable, GenerationReport, generation_summary
from seedkit.core.reports.limits import notes_on_label_ids
from seedkit.core.reports.runs import SeedReport, SequenceReport, SkippedStep
from seedkit.core.reports.seed_summary import seed_summary
from seedkit.core.reports.times import StepTime
from seedkit.reports.pages.parts import bar, cell, figure, items, page, row, section, sentence, summary, table, text
from seedkit.reports.pages.sequences import sequence_table

_SHOWN = 0.0005
"""Seconds of a part that are worth a line."""


def seed_html(report: SeedReport, times: Sequence[StepTime], now: datetime) -> str:
    """Show what a seed did."""
    database = report.server.database
    told = seed_summary(report)
    columns = (("Table", False), ("Inserted", True), ("Updated", True), ("Unchanged", True), ("From", False))
    rows = (
        row(
            f'<span class="column">{text(each.table)}</span>',
            figure(each.inserted, "inserted"),
            figure(each.updated, "updated"),
            figure(each.unchanged, "unchanged"),
            cell(text(each.source), "wide"),
        )
        for each in report.tables
    )
    notes = [f"note: {note}" for note in notes_on_label_ids(report)]
    return page(
        heading=f"Seed of {database}",
        summary=f"{database}: {told[0]}",
        server=report.server,
        now=now,
        top=summary("right" if report.right else "wrong", told[0], map(sentence, (*told[1:], *notes))),
        main=_main(
            section("Tables", table("rows", columns, rows)) if report.tables else "",
            _times(times),
            _sequences(report.sequences),
            _left("Not run", report.skipped),
        ),
    )


def generation_html(report: GenerationReport, times: Sequence[StepTime], now: datetime) -> str:
    """Show what `generate` added."""
    database = report.server.database
    told = generation_summary(report)
    columns = (("Table", False), ("Rows", True), ("Asked for", True), ("There before", True))
    rows = (
        row(
            f'<span class="column">{text(each.table)}</span>{"".join(map(_note, _remarks(each)))}',
            figure(each.rows, "rows"),
            figure(each.asked, "asked for"),
            figure(each.there, "there before"),
        )
        for each in report.tables
    )
    again = f"The same values come again from {report.repeated_by}"
    return page(
        heading=f"Rows generated for {database}",
        summary=f"{database}: {told}",
        server=report.server,
        now=now,
        top=summary("right" if report.right else "wrong", told, [sentence(again)]),
        main=_main(
            section("Tables", table("rows", columns, rows)) if report.tables else "",
            _times(times),
            _sequences(report.sequences),
            _left("Left alone", report.left_alone),
        ),
    )


def _remarks(table: GeneratedTable) -> Iterator[str]:
    if table.parent_of:
        yield f"for {few([str(child) for child in table.parent_of])}"
    yield from table.reasons


def _note(told: str) -> str:
    return f'<span class="note">{text(told)}</span>'


def failed_html(command: str, error: str, times: Sequence[StepTime], now: datetime) -> str:
    """Show that a run failed, with its error, and what it had spent its time on by then."""
    first, *others = error.split("\n")
    return page(
        heading=f"{command} failed",
        summary=f"{command} failed: {first}",
        server=None,
        now=now,
        top=summary("wrong", f"error: {first}", (text(line) for line in others if line.strip())),
        main=_times(times),
    )


def _main(*sections: str) -> str:
    return "\n".join(filter(None, sections))


def _times(times: Sequence[StepTime]) -> str:
    """Show what took how long: each step with its share of all, and what was done in it."""
    whole = sum(step.seconds for step in times)
    if not whole:
        return ""
    columns = (("Step", False), ("What was done", False), ("Time", False))
    rows = (
        row(
            f'<span class="column">{text(step.name)}</span>' if step.name else "around the steps",
            cell(_parts(step.parts), "wide"),
            cell(_time(step.seconds, whole), "used"),
        )
        for step in times
    )
    return section("Time", table("times", columns, rows))


def _time(seconds: float, whole: float) -> str:
    return f"<b>{seconds:,.2f} s</b> {100 * seconds / whole:.0f} %{bar(seconds / whole, kind='bar time')}"


def _parts(parts: Iterable[tuple[str, float]]) -> str:
    told = (
        f'<li>{text(doing)}<span class="took">{seconds:,.3f} s</span></li>'
        for doing, seconds in parts
        if seconds >= _SHOWN
    )
    return f'<ul class="parts">{"".join(told)}</ul>'


def _sequences(reports: Sequence[SequenceReport]) -> str:
    return section("Sequences", sequence_table(reports)) if reports else ""


def _left(heading: str, steps: Sequence[SkippedStep]) -> str:
    if not steps:
        return ""
    return section(heading, items(map(_not_done, steps)))


def _not_done(step: SkippedStep) -> str:
    return f'<span class="column">{text(step.name)}</span><span class="note">{text(step.reason)}</span>'
