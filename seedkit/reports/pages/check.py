"""The report of `check` as a page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from glob import escape

from seedkit.core.names import SequenceName, column_of, quote_identifier
from seedkit.core.reports.gate import check_summary, failed_by, gate_lines, idle_notes
from seedkit.core.reports.limits import limit_sentence, nearest_limit
from seedkit.core.reports.runs import RepairReport, SequenceReport, SequenceStatus
from seedkit.core.reports.standby import standby_summary, told_one_by_one
from seedkit.core.sequences.unlinked import UnlinkedSequence
from seedkit.reports.pages.parts import code_block, items, page, section, sentence, summary, text
from seedkit.reports.pages.sequences import badge, sequence_table


def check_html(report: RepairReport, now: datetime) -> str:
    """Show what `check` found, in the order given, as a page; `now` is the time of the check."""
    found = report.server.database
    shown = [sequence_table(told_one_by_one(report.sequences)) if report.sequences else _nothing(report)]
    shown += [_not_judged(report), _unlinked(report), _ignored(report)]
    return page(
        heading=f"Sequences of {found}",
        summary=f"{found}: {check_summary(report)}",
        server=report.server,
        now=now,
        top=_summary(report),
        main="\n".join(filter(None, shown)),
    )


def _summary(report: RepairReport) -> str:
    lines = []
    if standby := standby_summary(report.sequences):
        lines.append(f"{text(standby)}.")
    nearest = nearest_limit(report.sequences)
    if nearest:
        lines.append(f"Nearest limit: {text(limit_sentence(nearest))}.")
    if any(sequence.status is SequenceStatus.BEHIND for sequence in report.sequences):
        where = " on the primary server" if report.server.standby else ""
        lines.append(f"<code>seedkit fix-sequence --all</code>{where} moves the sequences that are behind.")
    lines += map(sentence, (*gate_lines(report), *idle_notes(report)))
    tone = "wrong" if failed_by(report) or not report.right else "near" if nearest else "right"
    return summary(tone, check_summary(report), lines)


def _nothing(report: RepairReport) -> str:
    found = report.ignored or report.unlinked
    return "" if found else "<p>No column of a table draws from a sequence.</p>"


def _not_judged(report: RepairReport) -> str:
    """Say what those need that could not be judged: statements that let them be, and of the others why."""
    skipped = [each for each in told_one_by_one(report.sequences) if each.status is SequenceStatus.SKIPPED]
    if not skipped:
        return ""
    statements = dict.fromkeys(hint for each in skipped if (hint := _statement(each)))
    others = [each for each in skipped if not _statement(each)]
    entries = (_entry(str(each.table), quote_identifier(each.column), each.sequence) for each in skipped)
    told = [
        "<p>Nobody knows of these whether the next insert will fail.</p>",
        f"<p>So they can be judged:</p>\n{code_block(chr(10).join(statements))}" if statements else "",
        items(map(_why, others)) if others else "",
        _how_to_ignore(entries),
    ]
    return section("Not judged", "\n".join(filter(None, told)))


def _statement(report: SequenceReport) -> str | None:
    """Give a hint that is SQL, to be run as it stands."""
    return report.hint if report.hint and report.hint.endswith(";") else None


def _why(report: SequenceReport) -> str:
    name = f'<span class="column">{text(column_of(report.table, report.column))}</span>'
    hint = f'<span class="note hint">hint: {text(report.hint)}</span>' if report.hint else ""
    return f'{name}<span class="note">{text(report.reason or "the reason is not known")}</span>{hint}'


def _unlinked(report: RepairReport) -> str:
    """List the sequences that nothing links to a column, and what has one judged, or left in peace."""
    if not report.unlinked:
        return ""
    entries = (_entry("", "", sequence.name) for sequence in report.unlinked)
    return section(
        "Unlinked",
        f"<p>No column, default or trigger is known to draw from these; an application may.</p>\n"
        f"{items(map(_ways, report.unlinked))}\n{_how_to_ignore(entries)}",
    )


def _ways(sequence: UnlinkedSequence) -> str:
    """Say how a sequence is compared with a column, and how it is linked for good."""
    name = f'<span class="column">{text(sequence.name)}</span>'
    if sequence.command is None:
        command = f"<code>{text(f'seedkit fix-sequence TABLE COLUMN {sequence.name}')}</code>"
        return f'{name} <span class="note">{command} compares it with the column that it feeds.</span>'
    owner = column_of(sequence.table, sequence.column or "")
    compares = f"<code>{text(sequence.command)}</code> compares the two, and moves the sequence if it is behind."
    links = f"<code>{text(f'alter sequence {sequence.name} owned by {owner};')}</code> has it judged from now on"
    return (
        f'{name} <span class="note">perhaps {text(owner)}: {compares}</span>'
        f'<span class="note hint">{links}; it is then dropped with the column.</span>'
    )


def _entry(table: str, column: str, sequence: SequenceName | None) -> str:
    """Write an entry of the ignore list: by the sequence, where that is known."""
    given = {"sequence": str(sequence)} if sequence else {"table": table, "column": column}
    patterns = [f"{name} = {json.dumps(escape(value), ensure_ascii=False)}" for name, value in given.items()]
    return "\n".join(["[[tool.seedkit.check.ignore]]", *patterns, 'reason = "…"'])


def _how_to_ignore(entries: Iterable[str]) -> str:
    """Write what `pyproject.toml` has to say, so that the check passes over some."""
    listed = dict.fromkeys(entries)
    return (
        "<details><summary>Or have the check pass over them, by these lines in <code>pyproject.toml</code></summary>\n"
        f"{code_block(chr(10).join(listed))}\n</details>"
    )


def _ignored(report: RepairReport) -> str:
    """List what is ignored, and why: never silently."""
    if not report.ignored:
        return ""
    told = (
        f'<span class="column">{text(each.column or "no column")}</span> {badge(each.status)}'
        f'<span class="sequence">{text(each.sequence or "no known sequence")}</span>'
        f'<span class="note">{text(each.reason)}</span>'
        for each in report.ignored
    )
    return section("Ignored", items(told))
