"""Nodes → rows: a list of rows, or labels with rows. Does not decide which of them a file is."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from yaml import Event, MappingStartEvent, SequenceStartEvent

from seedkit.core.fixture_language.own_labels import with_label
from seedkit.core.fixtures import Row
from seedkit.files.yaml.events import error_at, line_of
from seedkit.files.yaml.nodes import Nodes
from seedkit.files.yaml.scalars import is_null
from seedkit.files.yaml.templates import is_merged_only


def rows_of(nodes: Nodes, event: Event, ignored: Collection[str]) -> Iterator[Row]:
    """Read a node that is a list of rows, labels with rows, or nothing; `ignored` labels have no row."""
    if isinstance(event, SequenceStartEvent):
        return listed_rows(nodes, event)
    if isinstance(event, MappingStartEvent):
        return labelled_rows(nodes, event, ignored)
    if is_null(event):
        return iter(())
    raise error_at(nodes.path, event, "rows are a list, or labels with rows")


def listed_rows(nodes: Nodes, start: Event) -> Iterator[Row]:
    """Read the rows of a list, one by one."""
    require_untagged(nodes, start)
    for event in nodes.items():
        values = nodes.row(event)
        if values is not None:
            yield Row(None, line_of(event), values)


def labelled_rows(nodes: Nodes, start: Event, ignored: Collection[str]) -> Iterator[Row]:
    """Read the rows of a mapping, one by one; `$LABEL` in a row is its label."""
    require_untagged(nodes, start)
    for label, key, event in nodes.entries():
        if label is None:
            raise error_at(nodes.path, key, '"<<" merges into a row, not among labels')
        if label in ignored or is_merged_only(nodes.path, label, event):
            nodes.keep_anchors(event)
        elif (values := nodes.row(event)) is not None:
            yield Row(label, line_of(key), with_label(values, label))


def require_untagged(nodes: Nodes, start: Event) -> None:
    """Refuse a tag on what holds rows."""
    tag = getattr(start, "tag", None)
    if tag is not None:
        raise error_at(nodes.path, start, f'what holds rows takes no tag, such as "{tag}"')
