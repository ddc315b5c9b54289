"""What every page is made of. It needs nothing beside itself: no script, font or picture; nothing here writes.

Every text of the database passes through `html.escape`: a table may be called `<script>`. What would turn the order of
letters round is shown as its escape.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from importlib import resources

from seedkit.core.reports.limits import NEAR
from seedkit.core.reports.runs import ServerIdentity
from seedkit.printable import in_lines, on_one_line


def page(*, heading: str, summary: str, server: ServerIdentity | None, now: datetime, top: str, main: str) -> str:
    """Put a page together; `top` and `main` are HTML, the others plain text."""
    moment = now.astimezone(UTC)
    place = f"{text(server)}<br>\n" if server else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(on_one_line(summary))}</title>
<style>:root {{ --near: {NEAR:.0%}; }}
{_style()}</style>
</head>
<body>
<header>
<h1>{text(heading)}</h1>
<p class="place">{place}<time datetime="{moment:%Y-%m-%dT%H:%M:%SZ}">{moment:%Y-%m-%d %H:%M:%S} UTC</time></p>
{top}
</header>
<main>
{main}
</main>
</body>
</html>
"""


def _style() -> str:
    return resources.files("seedkit.reports.pages").joinpath("page.css").read_text(encoding="utf-8")


def summary(tone: str, first: str, others: Iterable[str] = ()) -> str:
    """Sum a page up in its tone: right, near or wrong; the further lines are HTML."""
    told = [f"<p><strong>{text(first)}</strong></p>", *(f"<p>{line}</p>" for line in others)]
    return f'<div class="summary {tone}">{"".join(told)}</div>'


def sentence(told: str) -> str:
    """Write a line of a report as a sentence."""
    return f"{text(told[:1].upper() + told[1:])}."


def table(kind: str, columns: Sequence[tuple[str, bool]], rows: Iterable[str]) -> str:
    """Set rows of HTML in a table; each column with whether it holds figures."""
    kinds = {False: "", True: ' class="figure"'}
    heads = "\n".join(
        f'<th role="columnheader" scope="col"{kinds[figures]}>{text(name)}</th>' for name, figures in columns
    )
    return f"""<table role="table" class="{kind}">
<thead role="rowgroup"><tr role="row">
{heads}
</tr></thead>
<tbody role="rowgroup">
{chr(10).join(rows)}
</tbody>
</table>"""


def row(head: str, *cells: str) -> str:
    """Set cells of HTML in a row, whose first one names it."""
    return f'<tr role="row">\n<th role="rowheader" scope="row">{head}</th>\n{chr(10).join(cells)}\n</tr>'


def cell(told: str, kind: str = "") -> str:
    """Give a cell of HTML."""
    return f'<td role="cell" class="{kind}">{told}</td>' if kind else f'<td role="cell">{told}</td>'


def figure(value: int | None, label: str, before: int | None = None) -> str:
    """Give a cell with a figure, and what it was before where that is another; the label is for narrow screens."""
    shown = '<span class="muted">–</span>' if value is None else _number(value)
    if before is not None and before != value:
        shown = f'<span class="muted">{_number(before)} →</span> {shown}'
    return f'<td role="cell" class="figure" data-label="{label}">{shown}</td>'


def bar(fraction: float, tone: str = "", kind: str = "bar") -> str:
    """Draw a share of a whole."""
    return f'<span class="{kind}{tone}" aria-hidden="true"><span style="width:{fraction:.2%}"></span></span>'


def section(heading: str, told: str) -> str:
    """Set a part of a page under a heading."""
    return f"<h2>{text(heading)}</h2>\n{told}"


def items(told: Iterable[str]) -> str:
    """List pieces of HTML."""
    return "<ul>\n" + "\n".join(f"<li>{item}</li>" for item in told) + "\n</ul>"


def code_block(code: str) -> str:
    """Show lines that are to be copied, as they are but for what would act."""
    return f"<pre><code>{escape(in_lines(code))}</code></pre>"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ",<wbr>")


def text(value: object) -> str:
    """Escape a text, and let long names break after an underscore.

    >>> text("<b>_id")
    '&lt;b&gt;_<wbr>id'
    """
    return escape(on_one_line(str(value))).replace("_", "_<wbr>")
