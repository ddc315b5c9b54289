"""`generate.yml`: what it says of tables and columns, with its lines. Knows no tables."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from yaml import Event, MappingStartEvent, NodeEvent, ScalarEvent

from seedkit.core.fixtures import Value
from seedkit.core.generation.refinements.said import FILE, Refinements, Said, TableSaid
from seedkit.core.names import did_you_mean
from seedkit.errors import FixtureError
from seedkit.files.attachments import attachment
from seedkit.files.paths import shown_path
from seedkit.files.yaml.events import error_at, line_of
from seedkit.files.yaml.nodes import Nodes, open_documents, placed_values
from seedkit.files.yaml.scalars import is_null, kind

ROWS_KEY = "_rows"
_HINT = "Write users: {_rows: 1000, plan: !choice {free: 90, pro: 10}}."


def read_refinements(path: Path, folders: Sequence[Path] = ()) -> Refinements:
    """Read a file; raises FixtureError. `folders` are those that `!file` may read besides the file's own."""
    rows: Said | None = None
    tables: list[TableSaid] = []
    columns: dict[str, Said] = {}
    with open_documents(path) as documents:
        for number, (nodes, root) in enumerate(documents):
            if number or not isinstance(root, MappingStartEvent) or root.tag is not None:
                raise error_at(path, root, "refinements are one mapping of tables", hint=_HINT)
            for name, key, event in nodes.entries():
                if name == ROWS_KEY:
                    rows = Said(nodes.value(event), line_of(key))
                elif name is None or _is_template(name, event):
                    nodes.value(event)
                elif (table := _table(nodes, name, key, event)) is not None:
                    tables.append(table)
                else:
                    columns[name] = Said(nodes.value(event), line_of(key))
    return Refinements(
        path=shown_path(path),
        rows=rows,
        tables=tuple(tables),
        columns=columns,
        attachment=partial(attachment, path.parent, folders),
    )


def read_refinement_text(text: str) -> Refinements:
    """Read what has yet to be written into a file."""
    with TemporaryDirectory(prefix="seedkit-") as folder:
        path = Path(folder, FILE)
        path.write_text(text, encoding="utf-8")
        return read_refinements(path)


def _is_template(name: str, event: Event) -> bool:
    """Whether a key is there to be merged, as `DEFAULTS: &DEFAULTS` is in fixtures."""
    return isinstance(event, NodeEvent) and event.anchor is not None and name.isupper()


def _table(nodes: Nodes, name: str, key: Event, event: Event) -> TableSaid | None:
    """Read what is said of a table; None for a pattern of columns, which has a point and no mapping of columns."""
    if is_null(event):
        return TableSaid(name=name, line=line_of(key), alone=True)
    if isinstance(event, MappingStartEvent) and event.tag is None:
        said = _columns(nodes, event)
        return TableSaid(name=name, line=line_of(key), rows=said.pop(ROWS_KEY, None), columns=said)
    if "." not in name:
        raise _misfit(nodes, name, event)
    return None


def _columns(nodes: Nodes, event: MappingStartEvent) -> dict[str, Said]:
    if event.anchor is not None:  # to be merged elsewhere: read as a value, whose lines are lost
        value = nodes.value(event)
        return {name: Said(said, line_of(event)) for name, said in (value if isinstance(value, dict) else {}).items()}
    return placed_values(nodes, Said)


def _misfit(nodes: Nodes, name: str, event: Event) -> FixtureError:
    value: Value = nodes.value(event) if isinstance(event, (ScalarEvent, NodeEvent)) else None
    if did_you_mean(name, [ROWS_KEY]):
        return error_at(nodes.path, event, f'"{name}" is no table', hint=f'Did you mean "{ROWS_KEY}"?')
    return error_at(
        nodes.path, event, f'"{name}" takes a mapping of columns, or ~ to be left alone, not {kind(value)}', hint=_HINT
    )
