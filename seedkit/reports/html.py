"""The report of `check` as one page that needs nothing beside itself: no script, font or picture; writes nothing.

Every text of the database passes through `html.escape`: a table may be called `<script>`. What would turn the order of
letters round is shown as its escape.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from importlib import resources

from seedkit.core.reports.gate import check_summary, failed_by, gate_lines, idle_notes
from seedkit.core.reports.limits import NEAR, advice, limit_name, limit_sentence, nearest_limit
from seedkit.core.reports.runs import RepairReport, SequenceReport, SequenceStatus
from seedkit.core.reports.sequences import notes
from seedkit.core.reports.standby import standby_summary, told_one_by_one
from seedkit.core.sequences.headroom import Headroom
from seedkit.printable import on_one_line

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


def check_html(report: RepairReport, now: datetime) -> str:
    """Show what `check` found, in the order given, as a page; `now` is the time of the check."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(on_one_line(f"{report.server.database}: {check_summary(report)}"))}</title>
<style>:root {{ --near: {NEAR:.0%}; }}
{_style()}</style>
</head>
<body>
<header>
<h1>Sequences of {_text(report.server.database)}</h1>
<p class="place">{_text(report.server)}<br>
<time datetime="{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}">{now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC</time></p>
{_summary(report)}
</header>
<main>
{_table(report) if report.sequences else _nothing(report)}{_unlinked(report)}{_ignored(report)}
</main>
</body>
</html>
"""


def _style() -> str:
    return resources.files("seedkit.reports").joinpath("page.css").read_text(encoding="utf-8")


def _summary(report: RepairReport) -> str:
    lines = [f"<p><strong>{_text(check_summary(report))}</strong></p>"]
    if standby := standby_summary(report.sequences):
        lines.append(f"<p>{_text(standby)}.</p>")
    nearest = nearest_limit(report.sequences)
    if nearest:
        lines.append(f"<p>Nearest limit: {_text(limit_sentence(nearest))}.</p>")
    if any(sequence.status is SequenceStatus.BEHIND for sequence in report.sequences):
        where = " on the primary server" if report.server.standby else ""
        lines.append(f"<p><code>seedkit fix-sequence --all</code>{where} moves the sequences that are behind.</p>")
    told = [*gate_lines(report), *idle_notes(report)]
    lines += [f"<p>{_text(line[:1].upper() + line[1:])}.</p>" for line in told]
    tone = "wrong" if failed_by(report) or not report.right else "near" if nearest else "right"
    return f'<div class="summary {tone}">{"".join(lines)}</div>'


def _table(report: RepairReport) -> str:
    rows = "\n".join(map(_row, told_one_by_one(report.sequences)))
    return f"""<table role="table">
<thead role="rowgroup"><tr role="row">
<th role="columnheader" scope="col">Column and sequence</th>
<th role="columnheader" scope="col">Status</th>
<th role="columnheader" scope="col">Used</th>
<th role="columnheader" scope="col" class="figure">Next value</th>
<th role="columnheader" scope="col" class="figure">Highest id</th>
</tr></thead>
<tbody role="rowgroup">
{rows}
</tbody>
</table>
<p class="legend">Used is the share of the limit that comes first: of the sequence, or of the type of its column.
It counts by the next value, or by the highest id where that is further.
The mark on each bar stands at {NEAR * 100:.0f} %.</p>"""


def _nothing(report: RepairReport) -> str:
    found = report.ignored or report.unlinked
    return "" if found else "<p>No column of a table draws from a sequence.</p>"


def _ignored(report: RepairReport) -> str:
    """List what is ignored, and why: never silently."""
    if not report.ignored:
        return ""
    items = "\n".join(
        f'<li><span class="column">{_text(each.column or "no column")}</span> {_badge(each.status)}'
        f'<span class="sequence">{_text(each.sequence or "no known sequence")}</span>'
        f'<span class="note">{_text(each.reason)}</span></li>'
        for each in report.ignored
    )
    return f"<h2>Ignored</h2>\n<ul>\n{items}\n</ul>"


def _row(report: SequenceReport) -> str:
    sequence = report.shown_sequence if report.sequence else "no known sequence"
    return f"""<tr role="row">
<th role="rowheader" scope="row"><span class="column">{_text(f"{report.table}.{report.column}")}</span>
<span class="sequence">{_text(sequence)}</span>{_remarks(report)}</th>
<td role="cell">{_badge(report.status)}</td>
<td role="cell" class="used">{_used(report, report.headroom)}</td>
<td role="cell" class="figure" data-label="next value">{_figure(report.next_value)}</td>
<td role="cell" class="figure" data-label="highest id">{_figure(report.highest_id)}</td>
</tr>"""


def _unlinked(report: RepairReport) -> str:
    """List the sequences that nothing links to a column."""
    if not report.unlinked:
        return ""
    items = "\n".join(
        f'<li><span class="column">{_text(sequence.name)}</span>'
        + (
            f' <span class="note">perhaps {_text(f"{sequence.table}.{sequence.column}")}: '
            f"<code>{_text(sequence.command)}</code></span>"
            if sequence.command
            else ""
        )
        + "</li>"
        for sequence in report.unlinked
    )
    return f"""<h2>Unlinked</h2>
<p>No column, default or trigger is known to draw from these; an application may.</p>
<ul>
{items}
</ul>"""


def _badge(status: str) -> str:
    sign = f'<span aria-hidden="true">{_SIGNS.get(status, "?")}</span>'
    return f'<span class="status {status.replace(" ", "_")}">{sign} {status}</span>'


def _remarks(report: SequenceReport) -> str:
    told = [f'<span class="note">{_text(note)}</span>' for note in notes(report)]
    if hint := advice(report):
        told.append(f'<span class="note hint">hint: {_text(hint)}</span>')
    return "".join(told)


def _used(report: SequenceReport, room: Headroom | None) -> str:
    if room is None:
        return '<span class="muted">not known</span>'
    share = room.nearest
    if share is None:
        return '<span class="muted">starts over at its end</span>'
    tone = " full" if share.fraction >= _FULL else " near" if share.fraction > NEAR else ""
    return (
        f'<span class="share"><b>{share.percent}</b> of {_text(limit_name(report))}</span>'
        f'<span class="bar{tone}" aria-hidden="true"><span style="width:{share.fraction:.2%}"></span></span>'
        f'<span class="left">{share.left:,} left{_further_limit(room)}</span>'
    )


def _further_limit(room: Headroom) -> str:
    """Tell the other limit's share too, where it is another: a sequence of integers that feeds a bigint."""
    if room.sequence is None or room.column is None or room.sequence.limit == room.column.limit:
        return ""
    if room.by_column:
        return f"; {room.sequence.percent} of the sequence"
    return f"; {room.column.percent} of {_text(room.narrowest.limited_by)}"


def _figure(value: int | None) -> str:
    return '<span class="muted">–</span>' if value is None else f"{value:,}".replace(",", ",<wbr>")


def _text(value: object) -> str:
    """Escape a text, and let long names break after an underscore.

    >>> _text("<b>_id")
    '&lt;b&gt;_<wbr>id'
    """
    return escape(on_one_line(str(value))).replace("_", "_<wbr>")
