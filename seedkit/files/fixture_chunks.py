"""A list of rows, cut into chunks that can be read on their own. Bounded in memory; reads no values.

A file's list stands at column 0, so an entry starts where a line starts with `- `; but so may a line inside quotes.
Therefore a chunk is trusted only once the one before it has been read to its end, as rows and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from msgspec import Struct
from yaml import (
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
    YAMLError,
)

from seedkit.core.fixtures import OPTIONS_KEY, Chunk, FixtureChunks, Row
from seedkit.core.rows.tidy_chunks import with_line_feeds
from seedkit.errors import FixtureError
from seedkit.files.bounded_file import LONGEST_IN_CHUNKS_BYTES
from seedkit.files.fixture_heads import LONGEST_HEAD
from seedkit.files.packed_files import open_fixture
from seedkit.files.yaml.events import NextEvent, text_events
from seedkit.files.yaml.nodes import Nodes
from seedkit.files.yaml.parts import FilePart, Part, holds_other_breaks
from seedkit.files.yaml.rows import labelled_rows, listed_rows
from seedkit.files.yaml.surrogates import LoneHalf

_Read: TypeAlias = Callable[[Nodes, Event], Iterator[Row]]

CHUNK_BYTES = 32 * 1024
"""Much larger ones take longer to read than the server takes for what fits into a socket: it would wait."""
_PASSED = rb"(?:(?:#.*)?\r?\n)*+"
_HEAD = rb"%(passed)b(?:---\r?\n%(passed)b)?+(?:%(options)b:.*\n(?:(?!---|- ).*\n)*+---\r?\n%(passed)b)?+(?=- )" % {
    b"passed": _PASSED,
    b"options": OPTIONS_KEY.encode(),
}
"""A line that begins with `---` ends what stands above, whatever that is but a comment."""


class _Uncuttable(Exception):  # noqa: N818 - says what is the case
    """The file does not start with a list at column 0, or has a row that is too long."""


_UNCUT = OSError, FixtureError, UnicodeDecodeError, _Uncuttable
"""What ends the chunks of a file, which is read in another way then; what is wrong with it is said there."""


def list_chunks(path: Path, head: int = 0) -> FixtureChunks:
    """Offer a file's list in chunks; it begins below the first `head` bytes, or is all that the file holds."""
    return FixtureChunks(chunks=partial(_chunks, path, head), rows=partial(_rows_alone, path, listed_rows))


def table_chunks(path: Path, part: Part, indent: int) -> FixtureChunks:
    """Offer the list of one of a file's tables in chunks, which stands alone in a part of it, so far to the right."""
    chunks = partial(_chunks_of_part, path, part, _Entries(indent, "- ", _last_item))
    return FixtureChunks(chunks=chunks, rows=partial(_rows_alone, path, listed_rows))


def labels_of_table(path: Path, part: Part, indent: int, ignored: Collection[str]) -> FixtureChunks:
    """Offer the labelled rows of one of a file's tables in chunks, which stand alone as a list does there."""
    chunks = partial(_chunks_of_part, path, part, _Entries(indent, "", _last_label))
    return FixtureChunks(chunks=chunks, rows=partial(_rows_alone, path, partial(labelled_rows, ignored=ignored)))


def labels_chunks(path: Path, lines_above: int, ignored: Collection[str]) -> FixtureChunks:
    """Offer labelled rows at the top of a file in chunks; of its lines, so many are passed over."""
    rows = partial(labelled_rows, ignored=ignored)
    return FixtureChunks(chunks=partial(_chunks_of_labels, path, lines_above), rows=partial(_rows_alone, path, rows))


def _chunks_of_labels(path: Path, lines_above: int, since: Chunk | None) -> Iterator[Chunk | None]:
    with suppress(*_UNCUT), open_fixture(path) as file:
        head = b"".join(islice(file, lines_above))
        first = Chunk("", lines_above + 1, len(head))
        chunks = _chunks_from(file, since or first, partial(_last_label, 0))
        yield from [None] if holds_other_breaks(head) else chunks
        return
    yield None


def _chunks(path: Path, length: int, since: Chunk | None) -> Iterator[Chunk | None]:
    with suppress(*_UNCUT), open_fixture(path) as file:
        head = file.read(length) or _head(file)
        first = Chunk("", head.count(b"\n") + 1, len(head))
        yield from _chunks_from(file, since or first, partial(_last_item, 0))
        return
    yield None


class _Entries(NamedTuple):
    """How far to the right entries stand, what each of them begins with, and what tells where the last one does."""

    indent: int
    sign: str
    last: Callable[[int, bytes], int]


def _chunks_of_part(path: Path, part: Part, entries: _Entries, since: Chunk | None) -> Iterator[Chunk | None]:
    """Give chunks as if the rows stood at column 0: what is further left is no more than empty lines."""
    margin, first = " " * entries.indent, since or Chunk("", (part.lines_above or 0) + 1, part.start)
    with suppress(*_UNCUT), open_fixture(path) as file:
        read = FilePart(file, part._replace(start=first.start, lines_above=0))
        for chunk in _cut(read, first, partial(entries.last, entries.indent)):
            yield chunk._replace(text=_moved_left(chunk.text, margin, entries.sign))
        return
    yield None


def _chunks_from(file: BinaryIO, first: Chunk, last_entry: Callable[[bytes], int]) -> Iterator[Chunk]:
    file.seek(first.start)
    return _cut(file, first, last_entry)


def _moved_left(written: str, margin: str, sign: str) -> str:
    text = with_line_feeds(written)
    if not text.startswith(margin + sign):
        raise _Uncuttable
    parts = text.split(f"\n{margin}")
    if len(parts) > text.removesuffix("\n").count("\n"):
        return "\n".join(parts).removeprefix(margin)
    lines = text.split("\n")
    if not all(line.startswith(margin) or not line.strip(" ") for line in lines):
        raise _Uncuttable
    return "\n".join(line[len(margin) :] for line in lines)


def _head(file: BinaryIO) -> bytes:
    """Read what may stand above a list: comments, empty lines and one `---`, or options with one below them."""
    begun = file.read(LONGEST_HEAD)
    if begun.startswith(b"- "):
        return b""
    found = re.match(_HEAD, begun)
    if found is None or not found[0].decode().replace("\r\n", "").replace("\n", "").isprintable():
        raise _Uncuttable
    return found[0]


def _cut(file: BinaryIO | FilePart, first: Chunk, last_entry: Callable[[bytes], int]) -> Iterator[Chunk]:
    """Cut where entries begin; `last_entry` tells where the last one does, 0 where that is the first.

    The file is read from where the `first` chunk begins.
    """
    line, start = first.line, first.start
    for piece in _pieces(file, last_entry):
        text = piece.decode()
        yield Chunk(text, line, start)
        line += text.count("\n")
        start += len(piece)


def _pieces(file: BinaryIO | FilePart, last_entry: Callable[[bytes], int]) -> Iterator[bytes]:
    rest = b""
    while block := file.read(CHUNK_BYTES):
        rest += block
        end = last_entry(rest)
        if end:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > LONGEST_IN_CHUNKS_BYTES:
            raise _Uncuttable
    if rest:
        yield rest


def _last_item(indent: int, text: bytes) -> int:
    return text.rfind(b"\n" + b" " * indent + b"- ") + 1


def _last_label(indent: int, text: bytes) -> int:
    """Tell where the last line begins, so far to the right, that is no empty one, no comment and no sign of YAML's."""
    begin = b"\n" + b" " * indent
    size, end = len(begin), text.rfind(begin)
    while end > 0 and not text[end + size : end + size + 1].isalnum():
        end = text.rfind(begin, 0, end)
    return max(end + 1, 0)


class _NotAlone(Exception):  # noqa: N818 - says what is the case
    """A chunk has something to do with another part of its file, or is no list of rows."""


def _rows_alone(path: Path, read: _Read, chunk: Chunk) -> list[Row] | None:
    """Read a chunk as a document of its own, or give None where it isn't surely the same inside its file.

    It is the same where the parser, which goes from left to right, is at the chunk's end between two entries of the
    list: in no quotes and no brackets, or the document would not be complete; in no plain or block scalar, as these
    end at a line that is not indented; in the same document, as there is one, and it was not ended by `...`. An alias
    means the nearest anchor above, so it means the same here, or is an error where its anchor stands above the chunk.
    """
    try:
        with text_events(chunk.text) as next_event:
            if "!" in chunk.text:  # a tag has a line, too
                return list(_sole_node(path, read, _in_file(next_event, chunk.line - 1)))
            rows = list(_sole_node(path, read, next_event))
        return [row._replace(line=row.line + chunk.line - 1) for row in rows]
    except (YAMLError, FixtureError, LoneHalf, _NotAlone):
        return None


def _sole_node(path: Path, read: _Read, next_event: NextEvent) -> Iterator[Row]:
    _require(next_event(), StreamStartEvent)
    _require(next_event(), DocumentStartEvent)
    root = next_event()
    _require(root, SequenceStartEvent if read is listed_rows else MappingStartEvent)
    yield from read(Nodes(path, next_event), root)
    end = next_event()
    _require(end, DocumentEndEvent)
    if isinstance(end, DocumentEndEvent) and end.explicit:
        raise _NotAlone
    _require(next_event(), StreamEndEvent)


def _require(event: Event, kind: type[Event]) -> None:
    if not isinstance(event, kind):
        raise _NotAlone


class _Mark(Struct, frozen=True):
    line: int
    column: int
    index: int


def _in_file(next_event: NextEvent, lines_above: int) -> NextEvent:
    """Give events at their places in the file, not in the chunk."""

    def call() -> Event:
        event: Any = next_event()
        mark = event.start_mark
        event.start_mark = _Mark(mark.line + lines_above, mark.column, mark.index)
        found: Event = event
        return found

    return call
