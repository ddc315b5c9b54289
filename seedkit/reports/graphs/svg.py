"""A graph of tables as one picture that needs nothing beside itself, light or dark as the reader's screen is.

Every text of the database passes through `html.escape`: a table may be called `<script>`.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib import resources

from seedkit.core.graphs.layout import HEIGHT, MARGIN, Box, Drawing, Line, drawn
from seedkit.core.graphs.tables import GraphKey, GraphTable, TableGraph
from seedkit.printable import on_one_line

_LOOP = 26


def svg(graph: TableGraph, title: str) -> str:
    """Draw the graph; in a browser a pointer on a table shows its own lines alone, and needs no script for it."""
    drawing = drawn(graph)
    near = _near(graph)
    width, height = f"{drawing.width:.0f}", f"{drawing.height:.0f}"
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f"""<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">
<title>{_text(title)}</title>
<style>{_style()}{"".join(map(_pointed_at, near))}</style>
<defs>{_arrow("key")}{_arrow("circle")}</defs>
<rect class="page" width="100%" height="100%"/>
<text class="head" x="{MARGIN}" y="28">{_text(title)}</text>
{_legend(graph)}
{_titles(drawing)}
{"".join(map(_line, drawing.lines))}{"".join(_box(box, near[box.table.number]) for box in drawing.boxes)}</svg>
"""


def _style() -> str:
    return resources.files("seedkit.reports.graphs").joinpath("svg.css").read_text(encoding="utf-8")


def _near(graph: TableGraph) -> dict[int, set[int]]:
    near = {table.number: {table.number} for table in graph.tables}
    for key in graph.keys:
        near[key.child].add(key.parent)
        near[key.parent].add(key.child)
    return near


def _pointed_at(number: int) -> str:
    others = f'.line:not([data-ends~="{number}"]), .table:not([data-near~="{number}"])'
    return f'svg:has([data-table="{number}"]:hover) :is({others}) {{ opacity: .12; }}\n'


def _arrow(kind: str) -> str:
    return (
        f'<marker id="{kind}" class="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0 8 4 0 8z"/></marker>'
    )


def _legend(graph: TableGraph) -> str:
    kinds = {_kind(table) for table in graph.tables} | {"circle" for table in graph.tables if table.circle}
    told = [("fixture", "filled by fixtures"), ("seeder", "filled by seeders"), ("circle", "in a circle")]
    spans = "".join(f'<tspan class="{kind}">■ {words}   </tspan>' for kind, words in told if kind in kinds)
    return (
        f'<text class="legend" x="{MARGIN}" y="46">{spans}<tspan>an arrow leads to the table that is referred to; '
        "dashed: may be NULL</tspan></text>"
    )


def _titles(drawing: Drawing) -> str:
    return "\n".join(f'<text class="level" x="{x:.1f}" y="64">{title}</text>' for title, x in drawing.titles)


def _kind(table: GraphTable) -> str:
    return "fixture" if table.fixtures else "seeder" if table.seeders else "bare"


def _box(box: Box, near: Iterable[int]) -> str:
    table = box.table
    circle = " circle" if table.circle else ""
    ends = " ".join(map(str, sorted(near)))
    return (
        f'<g class="table {_kind(table)}{circle}" data-table="{table.number}" data-near="{ends}">'
        f"<title>{_text(_told(table))}</title>"
        f'<rect x="{box.x:.1f}" y="{box.y - HEIGHT / 2:.1f}" width="{box.width:.1f}" height="{HEIGHT}" rx="4"/>'
        f'<text x="{box.x + 10:.1f}" y="{box.y + 4:.1f}">{_text(table.name)}</text></g>\n'
    )


def _told(table: GraphTable) -> str:
    told = [f"{table.name}, level {table.level}"]
    if table.circle:
        told.append("in a circle")
    if filled := (*table.fixtures, *table.seeders):
        told.append(f"filled by {', '.join(filled)}")
    return "; ".join(told)


def _line(line: Line) -> str:
    child, parent = line.child.table, line.parent.table
    circle = bool(child.circle) and child.circle == parent.circle
    kind = "circle" if circle else "key"
    dashed = " optional" if all(key.optional for key in line.keys) else ""
    words = "; ".join(f"{child.name}.{', '.join(key.columns)} → {parent.name}{_may(key)}" for key in line.keys)
    return (
        f'<path class="line {kind}{dashed}" data-ends="{child.number} {parent.number}" marker-end="url(#{kind})" '
        f'd="{_path(line)}"><title>{_text(words)}</title></path>\n'
    )


def _may(key: GraphKey) -> str:
    return ", may be NULL" if key.optional else ""


def _path(line: Line) -> str:
    """Draw from a table's left edge to the right edge of that it refers to; beside the column within one."""
    child, parent = line.child, line.parent
    if child.table.number == parent.table.number:
        return _beside(child.right, child.y - 6, child.right, child.y + 6)
    if child.x == parent.x:
        return _beside(child.right, child.y, parent.right, parent.y)
    x, y = child.x, child.y
    parts = [f"M{x:.1f} {y:.1f}"]
    for left, right, height in (*line.lanes, (parent.right, parent.right, parent.y)):
        middle = (x + right) / 2
        parts.append(f"C{middle:.1f} {y:.1f} {middle:.1f} {height:.1f} {right:.1f} {height:.1f}H{left:.1f}")
        x, y = left, height
    return "".join(parts).removesuffix(f"H{parent.right:.1f}")


def _beside(x: float, y: float, to_x: float, to_y: float) -> str:
    bend = max(x, to_x) + _LOOP
    return f"M{x:.1f} {y:.1f}C{bend:.1f} {y:.1f} {bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"


def _text(text: str) -> str:
    return escape(on_one_line(text))
