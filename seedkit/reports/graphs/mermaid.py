"""A graph of tables as a Mermaid flowchart: what Markdown shows on GitHub, GitLab and in many an editor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from seedkit.core.graphs.tables import GraphKey, GraphTable, TableGraph
from seedkit.printable import on_one_line

MOST_KEYS = 500
"""`maxEdges` as Mermaid has it unless told otherwise: beyond it draws nothing but an error."""

_CLASSES = """\
    classDef fixture fill:#e6f4ea,stroke:#1a7a41,color:#1d2126
    classDef seeder fill:#e3edf9,stroke:#3d74b8,color:#1d2126"""


def mermaid(graph: TableGraph) -> str:
    """Write the flowchart; an arrow leads to the table that is referred to, a dotted one where the key may be NULL."""
    ids = _ids(graph)
    keys = (_key(key, ids) for key in graph.keys)
    return "\n".join(["flowchart RL", *_tables(graph, ids), *keys, _CLASSES])


def _ids(graph: TableGraph) -> Mapping[int, str]:
    """Name the nodes after their tables, so that a graph that is kept changes only where the tables do.

    A word such as `end` means something to Mermaid, so all have something before it.
    """
    ids: dict[int, str] = {}
    for table in graph.tables:
        name = re.sub(r"[^a-zA-Z0-9]", "_", table.name)
        ids[table.number] = f"t_{name}" if f"t_{name}" not in ids.values() else f"t_{name}_{len(ids)}"
    return ids


def _tables(graph: TableGraph, ids: Mapping[int, str]) -> Iterator[str]:
    for circle in sorted({table.circle for table in graph.tables}):
        members = [table for table in graph.tables if table.circle == circle]
        if circle:
            yield f'    subgraph circle{circle} ["a circle"]'
        for table in members:
            yield f"    {ids[table.number]}[{_text(table.name)}]{_class(table)}"
        if circle:
            yield "    end"


def _class(table: GraphTable) -> str:
    return ":::fixture" if table.fixtures else ":::seeder" if table.seeders else ""


def _key(key: GraphKey, ids: Mapping[int, str]) -> str:
    arrow = "-.->" if key.optional else "-->"
    return f"    {ids[key.child]} {arrow}|{_text(', '.join(key.columns))}| {ids[key.parent]}"


def _text(text: str) -> str:
    r"""Quote a label; what Mermaid or Markdown could read is a numeric entity.

    >>> print(_text('order "items"'))
    "order #34;items#34;"
    """
    return '"' + re.sub(r"[^\w ,.$\\-]", lambda found: f"#{ord(found[0])};", on_one_line(text)) + '"'
