"""Fixture files: which there are, and the tables whose rows each of them holds. Knows no columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache, partial
from pathlib import Path

from msgspec.structs import replace
from yaml import SequenceStartEvent

from seedkit.core.fixture_language.tag_names import LANGUAGE_TAGS
from seedkit.core.fixtures import (
    DEFAULT_LIMITS,
    FROM_LABELS,
    OPTIONS_KEY,
    FixtureLimits,
    FixtureTable,
    NoteError,
    Row,
    Spelling,
)
from seedkit.errors import FixtureError, Origin
from seedkit.files.attachments import attachment
from seedkit.files.choice_tags import tables_chosen_from
from seedkit.files.fixture_chunks import labels_chunks, list_chunks
from seedkit.files.fixture_shapes import survey
from seedkit.files.packed_files import windows
from seedkit.files.paths import DATA_SUFFIXES, FIXTURE_SUFFIXES, files_below, is_json, shown_path, unpacked_name
from seedkit.files.several_tables import tables_of
from seedkit.files.surveys import Content, Shape, Survey
from seedkit.files.yaml.events import error_at
from seedkit.files.yaml.lost_values import lost_values, may_lose_values
from seedkit.files.yaml.nodes import open_documents
from seedkit.files.yaml.rows import labelled_rows, listed_rows

_TAG = re.compile(rf"!({'|'.join(tag[1:] for tag in sorted(LANGUAGE_TAGS))})\b".encode())
_SPACE_BYTES = 64
"""How far a key may be from its colon, and a lost value too, to be found where two pieces of a file meet."""


def find_fixture_files(folder: Path) -> list[Path]:
    """List the fixture files below a folder, sorted; none where there is no folder."""
    return files_of(folder, FIXTURE_SUFFIXES)


def is_data_file(path: Path) -> bool:
    """Whether a file holds rows that any program may have written, which is no fixture where no table is called so."""
    return unpacked_name(path).suffix.lower() in DATA_SUFFIXES


def files_of(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    """List the files below the folder of fixtures that end so; raises FixtureError where it can't be read."""
    if not folder.exists():
        return []
    try:
        return files_below(folder, suffixes)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        origin = Origin(path=shown_path(Path(error.filename or folder)))
        raise FixtureError(f"cannot read the folder of fixtures: {reason}", origin=origin) from error


def read_fixture(
    path: Path, is_table: Callable[[str], bool], limits: FixtureLimits = DEFAULT_LIMITS
) -> list[FixtureTable]:
    """Find a file's tables; `is_table` tells whether a name names one. Raises FixtureError.

    A list of rows is opened only; a mapping is passed over once, to see its shape.
    """
    read = partial(attachment, path.parent, limits.folders)
    tables = _tables_in(path, is_table)
    return [
        replace(
            table,
            attachment=read,
            range_rows=limits.range_rows,
            ids_from_labels=limits.ids_from_labels if table.options.ids is None else table.options.ids == FROM_LABELS,
        )
        for table in tables
    ]


def _tables_in(path: Path, is_table: Callable[[str], bool]) -> list[FixtureTable]:
    _require_unicode(path)
    if is_data_file(path):
        if table := _data_table(path):
            return [table]
        if not is_json(path):
            return []
    return _yaml_tables(path, is_table)


def _data_table(path: Path) -> FixtureTable | None:
    """Offer the rows of a file that holds those of one table; None for one that is empty, or may hold several."""
    if unpacked_name(path).suffix.lower() == ".csv":
        from seedkit.files.csv_files import csv_table

        return csv_table(path)
    from seedkit.files.json_files import listed_table

    table = listed_table(path)
    return table and replace(table, may_name=partial(may_name, path))


def _yaml_tables(path: Path, is_table: Callable[[str], bool]) -> list[FixtureTable]:
    found = survey(path, is_table)
    if found.shape is Shape.LIST:
        rows = partial(_list_rows, path, found.head)
        return [replace(_whole_file(path, found, rows), chunks=list_chunks(path, found.head), looked_through=rows)]
    if not found.entries:
        return []
    ignored = frozenset({OPTIONS_KEY, *found.options.ignore})
    if found.shape is Shape.LABELS:
        rows = partial(_label_rows, path, ignored)
        whole = replace(_whole_file(path, found, rows), looked_through=rows)
        if is_json(path):
            from seedkit.files.json_files import labelled_chunks

            return [replace(whole, chunks=labelled_chunks(path, ignored), spelling=Spelling.JSON_LABELS)]
        chunks = labels_chunks(path, found.entries[0].line - 1, ignored) if found.keys and all(found.keys) else None
        return [replace(whole, chunks=chunks)]
    whole = _whole_file(path, found, lambda: iter(()))
    return [
        replace(
            whole,
            table=table.entry.key,
            origin=Origin(path=shown_path(path), line=table.entry.line),
            rows=table.rows,
            chunks=table.chunks,
            looked_through=table.looked_through,
            labelled=table.entry.content is not Content.LIST,
            spelling=Spelling.JSON if table.entry.json else Spelling.YAML,
        )
        for table in tables_of(path, found, ignored)
    ]


def _require_unicode(path: Path) -> None:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise FixtureError(
            "the fixture's name is not UTF-8", origin=Origin(path=shown_path(path)), hint="Give the file another name."
        ) from None


def _whole_file(path: Path, found: Survey, rows: Callable[[], Iterator[Row]]) -> FixtureTable:
    line = found.options_line if found.options.table else None
    tags, may_lose = (frozenset[str](), False) if is_data_file(path) else _seen_in(path)
    return FixtureTable(
        table=found.options.table or unpacked_name(path).stem,
        origin=Origin(path=shown_path(path), line=line),
        options=found.options,
        rows=rows,
        labelled=found.shape is Shape.LABELS,
        tags=tags,
        may_name=partial(may_name, path),
        chosen_from=cache(lambda: tables_chosen_from(windows(path, overlap=_SPACE_BYTES), _SPACE_BYTES)),
        lost_values=partial(lost_values, path, found.head) if may_lose else lambda: iter(()),
    )


def _seen_in(path: Path) -> tuple[frozenset[str], bool]:
    """Look which tags may stand in a file, also within a text, and whether values may be lost: a scan of its bytes."""
    tags: set[bytes] = set()
    may_lose = False
    for window in windows(path, overlap=_SPACE_BYTES):
        if b"!" in window:
            tags.update(_TAG.findall(window))
        if b"#" in window:
            may_lose = may_lose or may_lose_values(window)
    return frozenset(f"!{tag.decode()}" for tag in tags), may_lose


def may_name(path: Path, key: str) -> bool:
    """Whether a word may be a key somewhere in a file, also in one that can't be read as rows."""
    name = key.encode()
    pattern = re.compile(rb"(?:\A|[\"'\s{,])" + re.escape(name) + rb"[\"']?\s*:")
    read = windows(path, overlap=len(name) + _SPACE_BYTES)
    return any(name in window and pattern.search(window) for window in read)


def _list_rows(path: Path, head: int, note: NoteError | None = None) -> Iterator[Row]:
    with open_documents(path, head, note) as documents:
        for number, (nodes, root) in enumerate(documents):
            if isinstance(root, SequenceStartEvent):
                yield from listed_rows(nodes, root)
            elif number == 0:
                nodes.skip(root)
            else:
                raise error_at(path, root, "this document is no list of rows, the ones above it are")


def _label_rows(path: Path, ignored: Collection[str], note: NoteError | None = None) -> Iterator[Row]:
    with open_documents(path, note=note) as documents:
        for nodes, root in documents:
            yield from labelled_rows(nodes, root, ignored)
