"""Sequences on a page: each with its status, the used share of its limit, and what is to be known of it."""

from __future__ import annotations

from collections.abc import Sequence

from seedkit.core.names import column_of
from seedkit.core.reports.limits import NEAR, advice, limit_name
from seedkit.core.reports.runs import SequenceReport, SequenceStatus
from seedkit.core.reports.sequences import notes
from seedkit.core.sequences.headroom import Headroom
from seedkit.reports.pages.parts import bar, cell, figure, row, table, text

_FULL = 0.95
"""The used share from which a bar is shown as red."""

_SIGNS: dict[str, str] = {
    SequenceStatus.FIXED: "✓",
    SequenceStatus.IN_STEP: "✓",
    SequenceStatus.AHEAD: "✓",
    SequenceStatus.BEHIND: "✗",
    SequenceStatus.EXHAUSTED: "✗",
    SequenceStatus.SKIPPED: "?",
}
"""Beside each status, as colours alone don't reach everybody."""

_COLUMNS = (
    ("Column and sequence", False),
    ("Status", False),
    ("Used", False),
    ("Next value", True),
    ("Highest id", True),
)


def sequence_table(reports: Sequence[SequenceReport]) -> str:
    """Show sequences in the order given."""
    return f"""{table("sequences", _COLUMNS, map(_row, reports))}
<p class="legend">Used is the share of the limit that comes first: of the sequence, or of the type of its column.
It counts by the next value, or by the highest id where that is further.
The mark on each bar stands at {NEAR * 100:.0f} %.</p>"""


def _row(report: SequenceReport) -> str:
    column = text(column_of(report.table, report.column))
    sequence = text(report.shown_sequence if report.sequence else "no known sequence")
    named = f'<span class="column">{column}</span>\n<span class="sequence">{sequence}</span>'
    return row(
        f"{named}{_remarks(report)}",
        cell(badge(report.status), "wide"),
        cell(_used(report, report.headroom), "used"),
        figure(report.next_value, "next value", report.next_value_before),
        figure(report.highest_id, "highest id"),
    )


def badge(status: str) -> str:
    """Show the word of a report on a sequence."""
    sign = f'<span aria-hidden="true">{_SIGNS.get(status, "?")}</span>'
    return f'<span class="status {status.replace(" ", "_")}">{sign} {status}</span>'


def _remarks(report: SequenceReport) -> str:
    told = [f'<span class="note">{text(note)}</span>' for note in notes(report)]
    if hint := advice(report):
        told.append(f'<span class="note hint">hint: {text(hint)}</span>')
    return "".join(told)


def _used(report: SequenceReport, room: Headroom | None) -> str:
    if room is None:
        return '<span class="muted">not known</span>'
    share = room.nearest
    if share is None:
        return '<span class="muted">starts over at its end</span>'
    tone = " full" if share.fraction >= _FULL else " near" if share.fraction > NEAR else ""
    return (
        f'<span class="share"><b>{share.percent}</b> of {text(limit_name(report))}</span>'
        f"{bar(share.fraction, tone)}"
        f'<span class="left">{share.left:,} left{_further_limit(room)}</span>'
    )


def _further_limit(room: Headroom) -> str:
    """Tell the other limit's share too, where it is another: a sequence of integers that feeds a bigint."""
    if room.sequence is None or room.column is None or room.sequence.limit == room.column.limit:
        return ""
    if room.by_column:
        return f"; {room.sequence.percent} of the sequence"
    return f"; {room.column.percent} of {text(room.narrowest.limited_by)}"
