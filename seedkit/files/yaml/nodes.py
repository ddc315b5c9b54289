"""Parser events → values: lists, mappings, anchors, aliases and merge keys of YAML 1.1, without its types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from yaml import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from seedkit.core.fixtures import Value
from seedkit.errors import FixtureError
from seedkit.files.paths import shown_path
from seedkit.files.yaml.anchors import Anchors
from seedkit.files.yaml.events import NextEvent, error_at, line_of, open_events
from seedkit.files.yaml.parts import Part
from seedkit.files.yaml.scalars import MERGE_TAG, is_null, kind, scalar_text, scalar_value, tagged_collection

DEEPEST = 100
"""How many lists and mappings may stand in each other."""


@contextmanager
def open_documents(path: Path, head: int = 0) -> Iterator[Iterator[tuple[Nodes, Event]]]:
    """Open a file and give its documents that aren't empty, each with the first event of its root.

    Its first `head` bytes are documents of their own.
    """
    if head == 0:
        with open_events(path) as next_event:
            yield _documents(path, next_event)
        return
    with open_events(path, Part(end=head)) as above, open_events(path, Part(start=head)) as below:
        yield chain(_documents(path, above), _documents(path, below))


class Nodes:
    """The nodes of one document, read from its events one by one.

    Whoever holds a node's first event reads the node to its end: by `row`, `value`, `skip` or `keep_anchors`,
    or by `entries` or `items`, whose values are then nodes to be read before the next step.
    """

    def __init__(self, path: Path, next_event: NextEvent) -> None:
        self.path = path
        self.next_event = next_event
        self._anchors = Anchors(path)

    def row(self, event: Event) -> dict[str, Value]:
        """Read a node that must be a mapping of columns."""
        self._anchors.begin_row()
        value = self.value(event)
        if not isinstance(value, dict):
            raise error_at(self.path, event, f"a row is a mapping of columns, not {kind(value)}", hint=_ROW_HINT)
        return value

    def value(self, event: Event, depth: int = 0) -> Value:
        """Read any node. Aliases share the object they name: never change a value."""
        if isinstance(event, AliasEvent):
            return self._anchors.value_of(event, event.anchor or "")
        if isinstance(event, NodeEvent) and event.anchor is not None:
            return self._anchors.keep(event, event.anchor, lambda: self._node(event, depth))
        return self._node(event, depth)

    def entries(self) -> Iterator[tuple[str | None, Event, Event]]:
        """Read a mapping whose start was read: key (None for a merge), its event, its value's first event."""
        lines: dict[str | None, int] = {}
        while not isinstance(event := self.next_event(), MappingEndEvent):
            key = self._key(event)
            if key in lines:
                raise _duplicate(self.path, key, lines[key], event)
            lines[key] = line_of(event)
            yield key, event, self.next_event()
        self._anchors.passed(event)

    def items(self) -> Iterator[Event]:
        """Read a sequence whose start was read: the first event of each item."""
        while not isinstance(event := self.next_event(), SequenceEndEvent):
            yield event
        self._anchors.passed(event)

    def skip(self, event: Event) -> None:
        """Pass over a node; later aliases of what stands in it won't be found."""
        depth = _step(event)
        while depth:
            depth += _step(self.next_event())

    def keep_anchors(self, event: Event, depth: int = 0) -> None:
        """Pass over a node, but read what carries an anchor."""
        if isinstance(event, NodeEvent) and event.anchor is not None and not isinstance(event, AliasEvent):
            self.value(event, depth)
        elif isinstance(event, CollectionStartEvent):
            self._require_shallow(event, depth)
            while not isinstance(child := self.next_event(), CollectionEndEvent):
                self.keep_anchors(child, depth + 1)

    def _node(self, event: Event, depth: int) -> Value:
        if isinstance(event, ScalarEvent):
            return scalar_value(self.path, event)
        self._require_shallow(event, depth)
        content: Value
        if isinstance(event, SequenceStartEvent):
            content = [self.value(item, depth + 1) for item in self.items()]
        else:
            content = self._mapping(depth + 1)
        if isinstance(event, CollectionStartEvent) and event.tag is not None:
            return tagged_collection(self.path, event, content)
        return content

    def _mapping(self, depth: int) -> dict[str, Value]:
        own: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        for key, _, event in self.entries():
            if key is None:
                merged = self._merged(event, depth)
            else:
                own[key] = self.value(event, depth)
        return {**merged, **own} if merged else own

    def _merged(self, event: Event, depth: int) -> dict[str, Value]:
        value = self.value(event, depth)
        merged: dict[str, Value] = {}
        for mapping in value if isinstance(value, list) else [value]:
            if not isinstance(mapping, dict):
                raise error_at(self.path, event, f'"<<" merges mappings, not {kind(mapping)}')
            merged = {**mapping, **merged}
        return merged

    def _key(self, event: Event) -> str | None:
        if not isinstance(event, ScalarEvent) or event.anchor is not None or event.tag is not None:
            return self._unusual_key(event)
        if event.style:
            return event.value
        if event.value == "<<":
            return None
        if not event.value:
            raise error_at(self.path, event, "a key is missing")
        return scalar_text(self.path, event)

    def _unusual_key(self, event: Event) -> str | None:
        if isinstance(event, CollectionStartEvent):
            raise error_at(self.path, event, "a key must be a word, not a list or a mapping", hint=_TEMPLATE_HINT)
        if isinstance(event, ScalarEvent) and event.tag == MERGE_TAG:
            return None
        key = self.value(event)
        if not isinstance(key, str):
            raise error_at(self.path, event, f"a key must be a word, not {kind(key)}")
        return str(key)

    def _require_shallow(self, event: Event, depth: int) -> None:
        if depth >= DEEPEST:
            raise error_at(self.path, event, f"values are nested deeper than {DEEPEST} levels")


_ROW_HINT = "Write {id: 1, name: Ada}; in a table without a key, {} is a row of defaults."
_TEMPLATE_HINT = "Put text that starts with {{ in quotes, or render the template first."


def _documents(path: Path, next_event: NextEvent) -> Iterator[tuple[Nodes, Event]]:
    while not isinstance(event := next_event(), StreamEndEvent):
        if isinstance(event, DocumentStartEvent):
            root = next_event()
            if not is_null(root):
                yield Nodes(path, next_event), root


def _duplicate(path: Path, key: str | None, line: int, second: Event) -> FixtureError:
    return error_at(
        path,
        second,
        f'the key "{"<<" if key is None else key}" stands twice',
        detail=f"the first one is at {shown_path(path)}:{line}",
        hint="Merge several mappings with a list: <<: [*A, *B]." if key is None else None,
    )


def _step(event: Event) -> int:
    if isinstance(event, CollectionStartEvent):
        return 1
    return -1 if isinstance(event, CollectionEndEvent) else 0
