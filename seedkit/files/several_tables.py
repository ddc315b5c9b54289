"""The rows of a file of several tables: a small one is read once, of a large one each table by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeAlias

from seedkit.core.fixtures import FixtureChunks, NoteError, Row
from seedkit.errors import FixtureError
from seedkit.files.fixture_chunks import labels_of_table, table_chunks
from seedkit.files.json_files import object_chunks
from seedkit.files.paths import is_packed
from seedkit.files.surveys import Content, Entry, Survey
from seedkit.files.table_parts import TablePart, table_parts
from seedkit.files.yaml.nodes import open_documents, open_part
from seedkit.files.yaml.parts import Part
from seedkit.files.yaml.rows import rows_of

KEPT_BYTES = 1 << 20
"""The rows of a file up to this size are kept."""

_Place: TypeAlias = tuple[int, str]
"""Where a table's rows stand in a file: the number of the document and the key."""


class TableRows(NamedTuple):
    """A table's entry, and the ways to read its rows, as those of `FixtureTable`."""

    entry: Entry
    rows: Callable[[], Iterator[Row]]
    chunks: FixtureChunks | None
    looked_through: Callable[[NoteError], Iterator[Row]]


def tables_of(path: Path, found: Survey, ignored: frozenset[str]) -> Iterator[TableRows]:
    """Offer the rows of all tables."""
    is_large = is_packed(path) or path.stat().st_size > KEPT_BYTES
    parts = table_parts(path, found)
    streamed = partial(_streamed_rows, path, ignored)
    read = streamed if is_large else _kept(path, found, ignored)
    for entry in found.entries:
        place, part = (entry.document, entry.key), parts.get(entry)
        chunks = object_chunks(path, entry.json) if entry.json else None
        rows: Callable[[], Iterator[Row]] = partial(read, place)
        if part:
            rows = partial(_rows_of_part, path, ignored, part.whole, rows) if is_large else rows
            chunks = _chunks(path, entry, part, ignored)
        yield TableRows(entry, rows, chunks, partial(streamed, place))


def _chunks(path: Path, entry: Entry, part: TablePart, ignored: frozenset[str]) -> FixtureChunks | None:
    if part.rows is None:
        return None
    if entry.content is Content.LIST:
        return table_chunks(path, part.rows, part.indent)
    return labels_of_table(path, part.rows, part.indent, ignored)


def _rows_of_part(path: Path, ignored: frozenset[str], part: Part, rows: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """Read a table's part alone; where that can't be read, as it names an anchor above, the rest as `rows`."""
    read = 0
    try:
        with open_part(path, part) as documents:
            for nodes, _root in islice(documents, 1):
                _, _, event = next(nodes.entries())
                for row in rows_of(nodes, event, ignored):
                    yield row
                    read += 1
    except FixtureError:
        yield from islice(rows(), read, None)


def _kept(path: Path, found: Survey, ignored: frozenset[str]) -> Callable[[_Place], Iterator[Row]]:
    places = frozenset((entry.document, entry.key) for entry in found.entries)
    return partial(_kept_rows, path.absolute(), path.stat().st_mtime_ns, ignored, places)


def _streamed_rows(path: Path, ignored: frozenset[str], place: _Place, note: NoteError | None = None) -> Iterator[Row]:
    for _, rows in _tables(path, ignored, frozenset({place}), note):
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


def _tables(
    path: Path, ignored: frozenset[str], wanted: frozenset[_Place], note: NoteError | None = None
) -> Iterator[tuple[_Place, Iterator[Row]]]:
    with open_documents(path, note=note) as documents:
        for number, (nodes, _root) in enumerate(documents):
            for key, _, event in nodes.entries():
                place = (number, key or "<<")
                if place in wanted:
                    yield place, rows_of(nodes, event, ignored)
                else:
                    nodes.keep_anchors(event)
