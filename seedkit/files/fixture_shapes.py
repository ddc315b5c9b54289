"""Which of its shapes a fixture file has: a list's first event tells, or a mapping's events read once.

Reads no values but the options.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from yaml import AliasEvent, Event, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

from seedkit.core.fixtures import OPTIONS_KEY, FixtureOptions
from seedkit.errors import FixtureError, Origin
from seedkit.files.fixture_heads import head_above_list
from seedkit.files.fixture_options import read_options
from seedkit.files.packed_files import windows
from seedkit.files.paths import is_json, is_packed, shown_path, unpacked_name
from seedkit.files.surveys import Content, Entry, Shape, Survey
from seedkit.files.yaml.events import Through, error_at, line_of
from seedkit.files.yaml.nodes import Nodes, open_documents
from seedkit.files.yaml.rows import require_untagged
from seedkit.files.yaml.templates import is_merged_only

LARGE_BYTES = 1 << 16
"""Larger files are written by programs."""


def survey(path: Path, is_table: Callable[[str], bool]) -> Survey:
    """Look at a file; FixtureError where it has none of the shapes.

    A large one of labelled rows is opened only, as one that is a list.
    """
    if _is_large(path) and (found := (_json_survey if is_json(path) else _thinned_survey)(path, is_table)):
        return found
    try:
        return _survey(path, is_table)
    except FixtureError:
        head = head_above_list(path)
        if head == 0:
            raise
    return _survey(path, is_table, head)


def _thinned_survey(path: Path, is_table: Callable[[str], bool]) -> Survey | None:
    """Look at a file without most of its rows; what is wrong is told by a look at all of it."""
    from seedkit.files.thinned_files import NotThinned, ThinnedFile

    with suppress(NotThinned, FixtureError):
        return _survey(path, is_table, through=ThinnedFile)
    return None


def _json_survey(path: Path, is_table: Callable[[str], bool]) -> Survey | None:
    """Look at an object of lists, as programs write it; all else of JSON is looked at as YAML is."""
    from seedkit.files.json_files import lists_in

    entries = [
        Entry(document=0, line=each.line, key=each.key, content=Content.LIST, json=each) for each in lists_in(path)
    ]
    return _mapping_survey(path, entries, is_table) if entries else None


def _is_large(path: Path) -> bool:
    with suppress(OSError):  # whoever opens it says why it can't be read
        return path.exists() and (is_packed(path) or path.stat().st_size >= LARGE_BYTES)
    return False


def _survey(path: Path, is_table: Callable[[str], bool], head: int = 0, through: Through = lambda file: file) -> Survey:
    entries: list[Entry] = []
    keys: list[int] = []
    with open_documents(path, head, through=through) as documents:
        for number, (nodes, root) in enumerate(documents):
            if isinstance(root, SequenceStartEvent):
                return _list_survey(nodes, root, entries, head)
            for entry in _entries(nodes, root, number, keys):
                entries.append(entry)
                if entry.content is Content.ROW and (begun := _labels_survey(path, entries, is_table)):
                    return replace(begun, keys=tuple(keys))
    found = _mapping_survey(path, entries, is_table)
    return replace(found, keys=tuple(keys)) if all(keys) else found


def _labels_survey(path: Path, entries: Sequence[Entry], is_table: Callable[[str], bool]) -> Survey | None:
    """Tell a large file of labelled rows by the first one, if its options stand above that or nowhere."""
    options, options_line = _options(entries)
    if len(entries) > 1 + bool(options_line) or not (options.table or is_table(unpacked_name(path).stem)):
        return None
    if entries[-1].key in options.ignore or not _is_large(path):
        return None
    if _times_named(path, OPTIONS_KEY.encode()) > bool(options_line):
        return None
    return Survey(shape=Shape.LABELS, options=options, options_line=options_line, entries=(entries[-1],))


def _times_named(path: Path, name: bytes) -> int:
    return sum(window.count(name) for window in windows(path, overlap=len(name) - 1))


def _list_survey(nodes: Nodes, root: Event, before: Sequence[Entry], head: int) -> Survey:
    options, options_line = _options(before)
    if any(isinstance(entry.content, Content) for entry in before):
        raise error_at(nodes.path, root, "this document is a list of rows, the ones above it are mappings")
    return Survey(shape=Shape.LIST, options=options, options_line=options_line, head=head)


def _mapping_survey(path: Path, found: Sequence[Entry], is_table: Callable[[str], bool]) -> Survey:
    options, options_line = _options(found)
    entries = tuple(entry for entry in found if isinstance(entry.content, Content) and entry.key not in options.ignore)
    shape = Shape.LABELS if options.table else _shape(entries, is_table(unpacked_name(path).stem), is_table)
    _require_rows(path, entries, {Content.TEXT, Content.ROW} if shape is Shape.TABLES else {Content.TEXT})
    return Survey(shape=shape, options=options, options_line=options_line, entries=entries)


def _shape(entries: Collection[Entry], stem_is_table: bool, is_table: Callable[[str], bool]) -> Shape:  # noqa: FBT001
    contents = {entry.content for entry in entries}
    if Content.LIST in contents:
        return Shape.TABLES
    named = [is_table(entry.key) for entry in entries]
    if stem_is_table:
        return Shape.TABLES if all(named) and Content.ROW not in contents else Shape.LABELS
    return Shape.TABLES if any(named) or Content.ROW not in contents else Shape.LABELS


def _require_rows(path: Path, entries: Collection[Entry], misfits: Collection[Content]) -> None:
    for entry in entries:
        if entry.content in misfits:
            raise FixtureError(
                f'"{entry.key}" holds neither a list of rows nor labels with rows',
                origin=Origin(path=shown_path(path), line=entry.line),
                hint=_SHAPES_HINT,
            )


def _options(entries: Sequence[Entry]) -> tuple[FixtureOptions, int | None]:
    for entry in entries:
        if isinstance(entry.content, FixtureOptions):
            return entry.content, entry.line
    return FixtureOptions(), None


def _line_begun(root: MappingStartEvent, key: Event) -> int:
    """Give the line that a key begins, 0 where it is none of a block."""
    mark: Any = key.start_mark
    return 0 if root.flow_style or mark.column else line_of(key)


def _rows_at(event: Event) -> tuple[int, int] | None:
    if not isinstance(event, SequenceStartEvent | MappingStartEvent) or event.flow_style or event.tag or event.anchor:
        return None
    mark: Any = event.start_mark
    return mark.line, mark.column


def _entries(nodes: Nodes, root: Event, document: int, keys: list[int]) -> Iterator[Entry]:
    if not isinstance(root, MappingStartEvent):
        nodes.value(root)
        raise error_at(nodes.path, root, "the file holds text, not rows", hint=_SHAPES_HINT)
    require_untagged(nodes, root)
    for key, event, value in nodes.entries():
        keys.append(_line_begun(root, event))
        if key is None:
            raise error_at(nodes.path, event, '"<<" merges into a row, not at the top of a file')
        if key == OPTIONS_KEY and document > 0:
            raise error_at(nodes.path, event, f'"{OPTIONS_KEY}" stands in the first document of a file')
        if is_merged_only(nodes.path, key, value):
            nodes.keep_anchors(value)  # defaults may be an alias of it
            continue
        rows_at = _rows_at(value)
        content = read_options(nodes, value) if key == OPTIONS_KEY else _content(nodes, value)
        yield Entry(document=document, line=line_of(event), key=key, content=content, rows_at=rows_at)


def _content(nodes: Nodes, event: Event) -> Content:
    if isinstance(event, MappingStartEvent):
        return _mapping_content(nodes)
    if isinstance(event, ScalarEvent):
        return Content.NOTHING if nodes.value(event) is None else Content.TEXT
    nodes.skip(event)
    return Content.LIST if isinstance(event, SequenceStartEvent) else Content.EITHER


def _mapping_content(nodes: Nodes) -> Content:
    could_be_rows: set[bool] = set()
    while not isinstance(key := nodes.next_event(), MappingEndEvent):
        nodes.skip(key)
        value = nodes.next_event()
        could_be_rows.add(_could_be_row(key, value))
        nodes.skip(value)
    if not could_be_rows:
        return Content.EITHER
    return Content.MAPPINGS if all(could_be_rows) else Content.ROW


def _could_be_row(key: Event, value: Event) -> bool:
    if isinstance(key, ScalarEvent) and key.value == "<<":
        return False
    return isinstance(value, AliasEvent) or (isinstance(value, MappingStartEvent) and value.tag is None)


_SHAPES_HINT = "A fixture is a list of rows (- {id: 1}), labels with rows (ada: {id: 1}), or tables with either."
