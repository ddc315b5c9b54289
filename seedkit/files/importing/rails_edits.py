"""What in the text of a Rails fixture must change so that it means the same here. All else stays, comments too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from yaml import (
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from seedkit.core.fixtures import OPTIONS_KEY
from seedkit.core.importing.text_edits import Edit
from seedkit.core.writing.yaml_text import text_scalar, word_scalar
from seedkit.files.yaml.events import error_at

_SYMBOL = re.compile(r":[A-Za-z_]\w*\Z")
_SAFE_PLAIN = re.compile(r"[$\w][$\w.;@/()+=!?~%*'-]*(?: +[$\w.;@/()+=!?~%*'-]+)*\Z")


Enums: TypeAlias = Mapping[str, Mapping[str, str]]
"""The number of each name, by column."""


def value_edits(path: Path, events: Sequence[Event], enums: Enums) -> Iterator[Edit]:
    """Give the changes of values: symbols are text, `$LABEL` is the label in quotes too, `!binary` is YAML's own tag.

    Names of enums are their numbers. Raises FixtureError where a text in quotes holds `$LABEL` and can't do without the
    quotes.
    """
    for key, event in _values(events):
        start, end = _span(event)
        number = enums.get(key, {}).get(event.value.removeprefix(":"))
        if number is not None:
            yield Edit(start, end, number, f"{key} as a number")
        elif event.tag == "!binary":
            yield Edit(start, start, "!", "!binary")
        elif not event.style and _SYMBOL.match(event.value):
            yield Edit(start, end, text_scalar(event.value[1:]), "symbols")
        elif event.style and "$LABEL" in event.value:
            if not _SAFE_PLAIN.match(event.value):
                raise error_at(
                    path,
                    event,
                    "$LABEL stands in quotes that the text needs, and is no label here",
                    hint="Write the label itself.",
                )
            yield Edit(start, end, event.value, "$LABEL")


def option_edits(events: Sequence[Event], options: Mapping[str, str]) -> Iterator[Edit]:
    """Give the change that adds options to a file."""
    written = [f"{name}: {word_scalar(value)}" for name, value in options.items()]
    if not written:
        return
    what = ", ".join(written)
    root = next((event for event in events if isinstance(event, CollectionStartEvent)), None)
    mapping = _options_mapping(events)
    if mapping is not None:
        yield _added_to(events, mapping, written, what)
    elif root is not None:
        yield _added_to(events, root, [f"{OPTIONS_KEY}: {{{', '.join(written)}}}"], what)


def _added_to(events: Sequence[Event], mapping: CollectionStartEvent, entries: Sequence[str], what: str) -> Edit:
    """Add entries in front of a mapping's own."""
    if mapping.flow_style:
        place = _span(mapping)[0] + 1
        return Edit(place, place, "".join(f"{entry}, " for entry in entries), what)
    first: Any = events[events.index(mapping) + 1]
    place, indent = _span(first)[0], " " * first.start_mark.column
    return Edit(place, place, "".join(f"{entry}\n{indent}" for entry in entries), what)


def _options_mapping(events: Sequence[Event]) -> MappingStartEvent | None:
    for event, following in pairwise(events):
        if isinstance(event, ScalarEvent) and event.value == OPTIONS_KEY:
            return following if isinstance(following, MappingStartEvent) else None
    return None


def _values(events: Sequence[Event]) -> Iterator[tuple[str, ScalarEvent]]:
    """Give the scalars that are no keys, outside of the options, each with the key above it."""
    key = ""
    for event, is_key in _scalars(_outside_options(events)):
        if is_key:
            key = event.value
        else:
            yield key, event


def _scalars(events: Iterable[Event]) -> Iterator[tuple[ScalarEvent, bool]]:
    """Give the scalars, and whether each is a key."""
    keys_next: list[bool | None] = [None]  # for each open collection: whether a key comes next; None in a list
    for event in events:
        if isinstance(event, CollectionEndEvent):
            keys_next.pop()
        if not isinstance(event, NodeEvent):
            continue
        is_key = keys_next[-1]
        if is_key is not None:
            keys_next[-1] = not is_key
        if isinstance(event, CollectionStartEvent):
            keys_next.append(None if isinstance(event, SequenceStartEvent) else True)
        elif isinstance(event, ScalarEvent):
            yield event, bool(is_key)


def _outside_options(events: Iterable[Event]) -> Iterator[Event]:
    """Leave out what stands in the options of a file, a value below its outermost collection."""
    depth, inside = 0, False
    for before, event in pairwise(events):
        if isinstance(event, CollectionEndEvent):
            depth -= 1
            inside = inside and depth > 1
        if not inside:
            yield event
        if isinstance(event, CollectionStartEvent):
            depth += 1
            inside |= depth == 2 and isinstance(before, ScalarEvent) and before.value == OPTIONS_KEY


def _span(event: Event) -> tuple[int, int]:
    start: Any = event.start_mark
    end: Any = event.end_mark
    return start.index, end.index
