"""Fixture files: which there are, and the tables whose rows each of them holds. Knows no columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeAlias

from yaml import SequenceStartEvent

from seedkit.core.fixtures import FixtureTable, Row
from seedkit.errors import FixtureError, Origin
from seedkit.files.fixture_chunks import list_chunks
from seedkit.files.fixture_options import OPTIONS_KEY
from seedkit.files.fixture_shapes import Shape, Survey, survey
from seedkit.files.paths import files_below, shown_path
from seedkit.files.yaml_events import error_at
from seedkit.files.yaml_nodes import open_documents
from seedkit.files.yaml_rows import labelled_rows, listed_rows, rows_of

KEPT_BYTES = 1 << 20
"""A file of several tables up to this size is parsed once; a larger one once for each of its tables."""

_SUFFIXES = frozenset({".yml", ".yaml"})
_Place: TypeAlias = tuple[int, str]
"""Where a table's rows stand in a file: the number of the document and the key."""


def find_fixture_files(folder: Path) -> list[Path]:
    """List the fixture files below a folder, sorted; none where there is no folder."""
    if not folder.exists():
        return []
    try:
        return files_below(folder, _SUFFIXES)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        origin = Origin(path=shown_path(Path(error.filename or folder)))
        raise FixtureError(f"cannot read the folder of fixtures: {reason}", origin=origin) from error


def read_fixture(path: Path, is_table: Callable[[str], bool]) -> list[FixtureTable]:
    """Find a file's tables; `is_table` tells whether a name names one. Raises FixtureError.

    A list of rows is opened only; a mapping is passed over once, to see its shape.
    """
    found = survey(path, is_table)
    if found.shape is Shape.LIST:
        return [replace(_whole_file(path, found, partial(_list_rows, path)), chunks=list_chunks(path))]
    if not found.entries:
        return []
    ignored = frozenset({OPTIONS_KEY, *found.options.ignore})
    if found.shape is Shape.LABELS:
        return [_whole_file(path, found, partial(_label_rows, path, ignored))]
    table_rows = _table_rows(path, found, ignored)
    return [
        _table(path, entry.line, found, entry.key, partial(table_rows, (entry.document, entry.key)))
        for entry in found.entries
    ]


def _whole_file(path: Path, found: Survey, rows: Callable[[], Iterator[Row]]) -> FixtureTable:
    line = found.options_line if found.options.table else None
    return _table(path, line, found, found.options.table or path.stem, rows)


def _table(path: Path, line: int | None, found: Survey, name: str, rows: Callable[[], Iterator[Row]]) -> FixtureTable:
    origin = Origin(path=shown_path(path), line=line)
    return FixtureTable(table=name, origin=origin, options=found.options, rows=rows)


def _list_rows(path: Path) -> Iterator[Row]:
    with open_documents(path) as documents:
        for number, (nodes, root) in enumerate(documents):
            if isinstance(root, SequenceStartEvent):
                yield from listed_rows(nodes, root)
            elif number == 0:
                nodes.skip(root)
            else:
                raise error_at(path, root, "this document is no list of rows, the ones above it are")


def _label_rows(path: Path, ignored: Collection[str]) -> Iterator[Row]:
    with open_documents(path) as documents:
        for nodes, root in documents:
            yield from labelled_rows(nodes, root, ignored)


def _table_rows(path: Path, found: Survey, ignored: frozenset[str]) -> Callable[[_Place], Iterator[Row]]:
    stat = path.stat()
    if stat.st_size > KEPT_BYTES:
        return partial(_streamed_rows, path, ignored)
    places = frozenset((entry.document, entry.key) for entry in found.entries)
    return partial(_kept_rows, path.absolute(), stat.st_mtime_ns, ignored, places)


def _streamed_rows(path: Path, ignored: frozenset[str], place: _Place) -> Iterator[Row]:
    for _, rows in _tables(path, ignored, frozenset({place})):
        yield from rows
        return


def _kept_rows(
    path: Path, changed: int, ignored: frozenset[str], places: frozenset[_Place], place: _Place
) -> Iterator[Row]:
    return iter(_kept_tables(path, changed, ignored, places).get(place, ()))


@lru_cache(maxsize=4)  # a MiB of rows is 10 MB of objects
def _kept_tables(
    path: Path,
    changed: int,  # noqa: ARG001 - a changed file is another one
    ignored: frozenset[str],
    places: frozenset[_Place],
) -> dict[_Place, tuple[Row, ...]]:
    return {place: tuple(rows) for place, rows in _tables(path, ignored, places)}


def _tables(path: Path, ignored: frozenset[str], wanted: frozenset[_Place]) -> Iterator[tuple[_Place, Iterator[Row]]]:
    with open_documents(path) as documents:
        for number, (nodes, _root) in enumerate(documents):
            for key, _, event in nodes.entries():
                place = (number, key or "<<")
                if place in wanted:
                    yield place, rows_of(nodes, event, ignored)
                else:
                    nodes.keep_anchors(event)
