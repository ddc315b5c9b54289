"""A graph of tables in Graphviz's language: `seedkit graph --format dot | dot -Tsvg`."""

from __future__ import annotations

from collections.abc import Iterator

from seedkit.core.graphs.tables import GraphKey, GraphTable, TableGraph
from seedkit.printable import on_one_line

_HEAD = """\
digraph tables {
    rankdir=RL;
    node [shape=box, style=filled, fillcolor=white, fontname="monospace", fontsize=11];
    edge [fontname="monospace", fontsize=9];"""


def dot(graph: TableGraph) -> str:
    """Write the graph; an edge leads to the table that is referred to, a dashed one where the key may be NULL."""
    tables, keys = map(_table, graph.tables), (_key(key, graph) for key in graph.keys)
    return "\n".join([_HEAD, *tables, *_levels(graph), *_circles(graph), *keys, "}"])


def _table(table: GraphTable) -> str:
    colour = "#cdebd6" if table.fixtures else "#cfe0f5" if table.seeders else "white"
    filled = ", ".join((*table.fixtures, *table.seeders))
    told = f", tooltip={_text(f'filled by {filled}')}" if filled else ""
    return f"    {_text(table.name)} [fillcolor={_text(colour)}{told}];"


def _levels(graph: TableGraph) -> Iterator[str]:
    for level in sorted({table.level for table in graph.tables}):
        members = " ".join(_text(table.name) for table in graph.tables if table.level == level and not table.circle)
        if members:
            yield f"    {{ rank=same; {members} }}"


def _circles(graph: TableGraph) -> Iterator[str]:
    for circle in sorted({table.circle for table in graph.tables} - {0}):
        members = " ".join(_text(table.name) for table in graph.tables if table.circle == circle)
        yield f'    subgraph cluster_{circle} {{ label="a circle"; color="#c0282d"; {members} }}'


def _key(key: GraphKey, graph: TableGraph) -> str:
    style = ", style=dashed" if key.optional else ""
    child, parent = (_text(graph.by_number[number].name) for number in (key.child, key.parent))
    return f"    {child} -> {parent} [label={_text(', '.join(key.columns))}{style}];"


def _text(text: str) -> str:
    r"""Quote a label: a backslash begins an escape there.

    >>> print(_text('a"b' + chr(92)))
    "a\"b\\"
    """
    shown = on_one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}"'
