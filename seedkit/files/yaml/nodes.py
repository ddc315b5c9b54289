"""Parser events → values: lists, mappings, anchors, aliases and merge keys of YAML 1.1, without its types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TypeVar

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

from seedkit.core.fixtures import NoteError, Value
from seedkit.errors import FixtureError
from seedkit.files.paths import shown_path
from seedkit.files.yaml.anchors import Anchors
from seedkit.files.yaml.events import NextEvent, Through, error_at, line_of, open_events
from seedkit.files.yaml.parts import Part
from seedkit.files.yaml.refusals import Refusals
from seedkit.files.yaml.scalars import MERGE_TAG, is_null, is_plain, kind, scalar_text, scalar_value, tagged_collection

_Placed = TypeVar("_Placed")

DEEPEST = 100
"""How many lists and mappings may stand in each other."""


@contextmanager
def open_documents(
    path: Path, head: int = 0, note: NoteError | None = None, through: Through = lambda file: file
) -> Iterator[Iterator[tuple[Nodes, Event]]]:
    """Open a file and give its documents that aren't empty, each with the first event of its root.

    Its first `head` bytes are documents of their own. `note` takes what is wrong with single values and rows, which
    is raised otherwise: they are `UNREAD` then, and what follows is read. A file without a head is read `through` what
    is made of it.
    """
    if head == 0:
        with open_events(path, through=through) as next_event:
            yield _documents(path, next_event, note)
        return
    with open_events(path, Part(end=head)) as above, open_events(path, Part(start=head)) as below:
        yield chain(_documents(path, above, note), _documents(path, below, note))


@contextmanager
def open_part(path: Path, part: Part) -> Iterator[Iterator[tuple[Nodes, Event]]]:
    """Open a part of a file, which is read as a document of its own."""
    with open_events(path, part) as next_event:
        yield _documents(path, next_event, None)


class Nodes:
    """The nodes of one document, read from its events one by one.

    Whoever holds a node's first event reads it to its end: by `row`, `value`, `skip`, `keep_anchors`; or by `entries`
    or `items`, whose values are then nodes to be read before the next step.
    """

    def __init__(self, path: Path, next_event: NextEvent, note: NoteError | None = None) -> None:
        self.path = path
        self._refusals = Refusals(note)
        self.next_event = next_event
        self._anchors = Anchors(path)

    def row(self, event: Event) -> dict[str, Value] | None:
        """Read a node that must be a mapping of columns; None where that it is none was noted."""
        self._anchors.begin_row()
        value = self.value(event)
        if not isinstance(value, dict):
            misfit = f"a row is a mapping of columns, not {kind(value)}"
            self._refusals.refuse(error_at(self.path, event, misfit, hint=_ROW_HINT))
            return None
        return value

    def value(self, event: Event, depth: int = 0) -> Value:
        """Read any node. Aliases share the object they name: never change a value."""
        if isinstance(event, AliasEvent):
            return self._refusals.checked(lambda: self._anchors.value_of(event, event.anchor or ""))
        if isinstance(event, NodeEvent) and event.anchor is not None:
            return self._anchors.keep(event, event.anchor, lambda: self._node(event, depth))
        return self._node(event, depth)

    def merged(self, event: Event, depth: int = 0) -> dict[str, Value]:
        """Read what stands behind `<<`: a mapping, or a list of mappings, of which the first one wins."""
        value = self.value(event, depth)
        merged: dict[str, Value] = {}
        for mapping in value if isinstance(value, list) else [value]:
            if not isinstance(mapping, dict):
                raise error_at(self.path, event, f'"<<" merges mappings, not {kind(mapping)}')
            merged = {**mapping, **merged}
        return merged

    def entries(self) -> Iterator[tuple[str | None, Event, Event]]:
        """Read a mapping whose start was read: key (None for a merge), its event, its value's first event."""
        lines: dict[str | None, int] = {}
        while not isinstance(event := self.next_event(), MappingEndEvent):
            key = self._key(event)
            if key in lines:
                self._refusals.refuse(_duplicate(self.path, key, lines[key], event))
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
            _require_shallow(self.path, event, depth)
            while not isinstance(child := self.next_event(), CollectionEndEvent):
                self.keep_anchors(child, depth + 1)

    def _node(self, event: Event, depth: int) -> Value:
        if isinstance(event, ScalarEvent):
            if self._refusals.noted:
                return self._refusals.checked(lambda: scalar_value(self.path, event))
            return scalar_value(self.path, event)
        _require_shallow(self.path, event, depth)
        in_list = isinstance(event, SequenceStartEvent)
        content: Value = [self.value(item, depth + 1) for item in self.items()] if in_list else self._mapping(depth + 1)
        if isinstance(event, CollectionStartEvent) and event.tag is not None:
            return self._refusals.checked(lambda: tagged_collection(self.path, event, content))
        return content

    def _mapping(self, depth: int) -> dict[str, Value]:
        own: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        for key, _, event in self.entries():
            if key is None:
                merged = self.merged(event, depth)
            elif isinstance(event, ScalarEvent) and event.anchor is None and not self._refusals.noted:
                own[key] = scalar_value(self.path, event)
            else:
                own[key] = self.value(event, depth)
        return {**merged, **own} if merged else own

    def _key(self, event: Event) -> str | None:
        if not isinstance(event, ScalarEvent) or event.anchor is not None or event.tag is not None:
            return self._unusual_key(event)
        text = event.value
        if event.style:
            return text
        if text == "<<":
            return None
        if not text:
            raise error_at(self.path, event, "a key is missing")
        return text if is_plain(text) else scalar_text(self.path, event)

    def _unusual_key(self, event: Event) -> str | None:
        if isinstance(event, CollectionStartEvent):
            raise error_at(self.path, event, "a key must be a word, not a list or a mapping", hint=_TEMPLATE_HINT)
        if isinstance(event, ScalarEvent) and event.tag == MERGE_TAG:
            return None
        key = self.value(event)
        if not isinstance(key, str):
            raise error_at(self.path, event, f"a key must be a word, not {kind(key)}")
        return str(key)


def placed_values(nodes: Nodes, place: Callable[[Value, int], _Placed]) -> dict[str, _Placed]:
    """Read a mapping whose start was read, with the lines of its keys; its own win over those behind `<<`."""
    own: dict[str, _Placed] = {}
    merged: dict[str, _Placed] = {}
    for key, key_event, event in nodes.entries():
        if key is None:
            merged = {name: place(value, line_of(key_event)) for name, value in nodes.merged(event).items()}
        else:
            own[key] = place(nodes.value(event), line_of(key_event))
    return {**merged, **own}


_ROW_HINT = "Write {id: 1, name: Ada}; in a table without a key, {} is a row of defaults."
_TEMPLATE_HINT = "Put text that starts with {{ in quotes, or render the template first."


def _documents(path: Path, next_event: NextEvent, note: NoteError | None) -> Iterator[tuple[Nodes, Event]]:
    while not isinstance(event := next_event(), StreamEndEvent):
        if isinstance(event, DocumentStartEvent):
            root = next_event()
            if not is_null(root):
                yield Nodes(path, next_event, note), root


def _duplicate(path: Path, key: str | None, line: int, second: Event) -> FixtureError:
    return error_at(
        path,
        second,
        f'the key "{"<<" if key is None else key}" stands twice',
        detail=f"the first one is at {shown_path(path)}:{line}",
        hint="Merge several mappings with a list: <<: [*A, *B]." if key is None else None,
    )


def _require_shallow(path: Path, event: Event, depth: int) -> None:
    if depth >= DEEPEST:
        raise error_at(path, event, f"values are nested deeper than {DEEPEST} levels")


def _step(event: Event) -> int:
    if isinstance(event, CollectionStartEvent):
        return 1
    return -1 if isinstance(event, CollectionEndEvent) else 0
