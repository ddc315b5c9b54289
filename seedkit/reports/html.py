"""The report of `check` as one page that needs nothing beside itself: no script, font or picture; writes nothing.

Every text of the database passes through `html.escape`: a table may be called `<script>`. What would turn the order of
letters round is shown as its escape.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from seedkit.core.reports.gate import check_summary, failed_by, gate_lines, idle_notes
from seedkit.core.reports.limits import NEAR, advice, limit_name, limit_sentence, nearest_limit
from seedkit.core.reports.runs import RepairReport, SequenceReport, SequenceStatus
from seedkit.core.reports.sequences import notes
from seedkit.core.reports.standby import standby_summary, told_one_by_one
from seedkit.core.sequences.headroom import Headroom
from seedkit.printable import on_one_line

_FULL = 0.95
"""The used share from which a bar is shown as red."""

_SIGNS = {
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
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>Sequences of {_text(report.server.database)}</h1>
<p class="place">{_text(report.server)}<br>
<time datetime="{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}">{now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC</time></p>
{_summary(report)}
</header>
<main>
{_table(report) if report.sequences else _nothing(report)}{_ignored(report)}
</main>
</body>
</html>
"""


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
    return "" if report.ignored else "<p>No column of a table draws from a sequence.</p>"


def _ignored(report: RepairReport) -> str:
    """List what is ignored, and why: never silently."""
    if not report.ignored:
        return ""
    items = "\n".join(
        f'<li><span class="column">{_text(each.column)}</span> {_badge(each.report.status)}'
        f'<span class="sequence">{_text(each.report.sequence or "no known sequence")}</span>'
        f'<span class="note">{_text(each.reason)}</span></li>'
        for each in report.ignored
    )
    return f"<h2>Ignored</h2>\n<ul>\n{items}\n</ul>"


def _row(report: SequenceReport) -> str:
    return f"""<tr role="row">
<th role="rowheader" scope="row"><span class="column">{_text(f"{report.table}.{report.column}")}</span>
<span class="sequence">{_text(report.sequence or "no known sequence")}</span>{_remarks(report)}</th>
<td role="cell">{_badge(report.status)}</td>
<td role="cell" class="used">{_used(report, report.headroom)}</td>
<td role="cell" class="figure" data-label="next value">{_figure(report.next_value)}</td>
<td role="cell" class="figure" data-label="highest id">{_figure(report.highest_id)}</td>
</tr>"""


def _badge(status: SequenceStatus) -> str:
    sign = f'<span aria-hidden="true">{_SIGNS[status]}</span>'
    return f'<span class="status {status.name.lower()}">{sign} {status}</span>'


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
    return f"; {room.column.percent} of {_text(room.narrowest.type_name)}"


def _figure(value: int | None) -> str:
    return '<span class="muted">–</span>' if value is None else f"{value:,}".replace(",", ",<wbr>")


def _text(value: object) -> str:
    """Escape a text, and let long names break after an underscore.

    >>> _text("<b>_id")
    '&lt;b&gt;_<wbr>id'
    """
    return escape(on_one_line(str(value))).replace("_", "_<wbr>")


_STYLE = f"""
:root {{
  --page: #fbfbfa; --card: #fff; --ink: #1d2126; --soft: #5b6470; --line: #e1e4e8; --track: #e8ebef;
  --calm: #3d74b8; --good: #1a7a41; --warn: #c77700; --warn-ink: #8a5200; --bad: #c0282d;
  --good-back: #e6f4ea; --warn-back: #fdf1dc; --bad-back: #fdeaea;
}}
@media (prefers-color-scheme: dark) {{ :root {{
  --page: #14171a; --card: #1c2024; --ink: #e6e9ec; --soft: #9aa4af; --line: #2e343b; --track: #30373e;
  --calm: #6ba3e4; --good: #6fcf97; --warn: #f0a93b; --warn-ink: #f5c066; --bad: #ff7b7b;
  --good-back: #17301f; --warn-back: #36290f; --bad-back: #3a1d1f;
}} }}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; padding: 2rem 1.5rem 3rem; max-width: 80rem; background: var(--page); color: var(--ink);
  font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }}
h1 {{ margin: 0; font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere; }}
h2 {{ margin: 2rem 0 .5rem; font-size: 1.15rem; }}
p {{ margin: 0; }}
code {{ font: .92em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }}
.place {{ margin: .4rem 0 1.25rem; color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }}
.summary {{ margin-bottom: 1.5rem; padding: .9rem 1.1rem; border-radius: .5rem; border-left: .35rem solid;
  overflow-wrap: anywhere; }}
.summary p + p {{ margin-top: .25rem; }}
.summary strong {{ font-size: 1.15rem; }}
.summary.right {{ background: var(--good-back); border-color: var(--good); }}
.summary.near {{ background: var(--warn-back); border-color: var(--warn); }}
.summary.wrong {{ background: var(--bad-back); border-color: var(--bad); }}
table {{ width: 100%; table-layout: fixed; border-collapse: collapse; border: 1px solid var(--line);
  background: var(--card); }}
th, td {{ padding: .65rem .9rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }}
thead th {{ position: sticky; top: 0; background: var(--card); color: var(--soft); font-size: .8rem; font-weight: 600;
  white-space: nowrap; box-shadow: inset 0 -1px var(--line); }}
tbody th {{ font-weight: 400; overflow-wrap: anywhere; }}
thead th:nth-child(2) {{ width: 8.5rem; }}
thead th:nth-child(3) {{ width: 17rem; }}
thead th.figure {{ width: 9.5rem; }}
.column {{ font-weight: 600; }}
.sequence, .note, .left {{ display: block; color: var(--soft); font-size: .85rem; }}
.note {{ margin-top: .3rem; color: var(--ink); }}
.hint {{ color: var(--soft); }}
.figure {{ text-align: right; font-variant-numeric: tabular-nums; }}
.muted {{ color: var(--soft); }}
.status {{ display: inline-block; padding: .1rem .55rem; border-radius: 1rem; font-size: .85rem; font-weight: 600;
  white-space: nowrap; background: var(--good-back); color: var(--good); }}
.status.behind, .status.exhausted {{ background: var(--bad-back); color: var(--bad); }}
.status.skipped {{ background: var(--warn-back); color: var(--warn-ink); }}
.used {{ font-variant-numeric: tabular-nums; }}
.share {{ overflow-wrap: anywhere; }}
.bar {{ position: relative; display: block; height: .6rem; margin: .3rem 0 .2rem; border-radius: .3rem;
  overflow: hidden; background: var(--track); print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
.bar span {{ display: block; height: 100%; min-width: 2px; background: var(--calm); }}
.bar.near span {{ background: var(--warn); }}
.bar.full span {{ background: var(--bad); }}
.bar::after {{ content: ""; position: absolute; top: 0; bottom: 0; left: {NEAR:.0%}; width: 2px;
  background: var(--card); }}
.legend {{ margin-top: 1rem; max-width: 48rem; color: var(--soft); font-size: .85rem; }}
@media (max-width: 58rem) {{
  body {{ padding: 1.25rem 1rem 2rem; }}
  table, tbody {{ display: block; border: 0; background: none; }}
  thead {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
  tbody tr {{ display: grid; grid-template-columns: 1fr 1fr; gap: .5rem .75rem; margin-bottom: .75rem;
    padding: .85rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }}
  tbody th, tbody td {{ padding: 0; border: 0; }}
  tbody th, tbody .used {{ grid-column: 1 / -1; }}
  tbody .figure {{ text-align: left; }}
  tbody .figure::before {{ content: attr(data-label); display: block; color: var(--soft); font-size: .8rem; }}
  tbody td:nth-child(2) {{ grid-column: 1 / -1; }}
}}
"""
