"""A list of rows, cut into chunks that can be read on their own. Bounded in memory; reads no values.

A file's list stands at column 0, so an entry starts where a line starts with `- `; but so may a line inside quotes.
Therefore a chunk is trusted only once the one before it has been read to its end, as rows and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from yaml import (
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
    YAMLError,
)

from seedkit.core.fixtures import Chunk, FixtureChunks, Row
from seedkit.errors import FixtureError
from seedkit.files.regular_files import open_regular
from seedkit.files.yaml.events import NextEvent, text_events
from seedkit.files.yaml.nodes import Nodes
from seedkit.files.yaml.parts import FilePart, Part
from seedkit.files.yaml.rows import listed_rows
from seedkit.files.yaml.surrogates import LoneHalf
from seedkit.late_dataclasses import dataclass

CHUNK_BYTES = 32 * 1024
"""Much larger ones take longer to read than the server takes for what fits into a socket: it would wait."""
LONGEST_BYTES = 4 * 1024 * 1024
"""A row longer than this is read with the rest of its file, event by event."""


def list_chunks(path: Path, head: int = 0) -> FixtureChunks:
    """Offer a file's list in chunks; it begins below the first `head` bytes, or is all that the file holds."""
    return FixtureChunks(chunks=partial(_chunks, path, head), rows=partial(_rows_alone, path))


def table_chunks(path: Path, part: Part, indent: int) -> FixtureChunks:
    """Offer the list of one of a file's tables in chunks, which stands alone in a part of it, so far to the right."""
    return FixtureChunks(chunks=partial(_chunks_of_part, path, part, indent), rows=partial(_rows_alone, path))


def _chunks(path: Path, length: int) -> Iterator[Chunk | None]:
    line = 1
    try:
        with open_regular(path) as file:
            head = file.read(length) or _head(file)
            line += head.count(b"\n")
            for text in map(bytes.decode, _cut(file)):
                yield Chunk(text, line)
                line += text.count("\n")
    except (OSError, FixtureError, UnicodeDecodeError, _Uncuttable):
        yield None


def _chunks_of_part(path: Path, part: Part, indent: int) -> Iterator[Chunk | None]:
    """Give chunks as if the list stood at column 0: what is further left is no more than empty lines."""
    line, margin = (part.lines_above or 0) + 1, " " * indent
    try:
        with open_regular(path) as file:
            for text in map(bytes.decode, _cut(FilePart(file, part._replace(lines_above=0)), indent)):
                yield Chunk(_moved_left(text, margin), line)
                line += text.count("\n")
    except (OSError, FixtureError, UnicodeDecodeError, _Uncuttable):
        yield None


def _moved_left(text: str, margin: str) -> str:
    if not text.startswith(f"{margin}- "):
        raise _Uncuttable
    if text.count(f"\n{margin}") == text.removesuffix("\n").count("\n"):
        return text.removeprefix(margin).replace(f"\n{margin}", "\n")
    lines = text.split("\n")
    if not all(line.startswith(margin) or not line.strip(" ") for line in lines):
        raise _Uncuttable
    return "\n".join(line[len(margin) :] for line in lines)


class _Uncuttable(Exception):  # noqa: N818 - says what is the case
    """The file does not start with a list at column 0, or has a row that is too long."""


def _head(file: BinaryIO) -> bytes:
    """Read what may stand above a list: comments, empty lines and one `---`."""
    head = b""
    while not (line := file.readline(CHUNK_BYTES)).startswith(b"- "):
        text = line.decode()
        if not (text == "\n" or (text == "---\n" and b"---\n" not in head) or _is_comment(text)):
            raise _Uncuttable
        head += line
    file.seek(len(head))
    return head


def _is_comment(line: str) -> bool:
    return line.startswith("#") and line.endswith("\n") and line[:-1].isprintable()


def _cut(file: BinaryIO | FilePart, indent: int = 0) -> Iterator[bytes]:
    rest, entry = b"", b"\n" + b" " * indent + b"- "
    while block := file.read(CHUNK_BYTES):
        rest += block
        end = rest.rfind(entry) + 1
        if end:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > LONGEST_BYTES:
            raise _Uncuttable
    if rest:
        yield rest


class _NotAlone(Exception):  # noqa: N818 - says what is the case
    """A chunk has something to do with another part of its file, or is no list of rows."""


def _rows_alone(path: Path, chunk: Chunk) -> list[Row] | None:
    """Read a chunk as a document of its own, or give None where it isn't surely the same inside its file.

    It is the same where the parser, which goes from left to right, is at the chunk's end between two entries of the
    list: in no quotes and no brackets, or the document would not be complete; in no plain or block scalar, as these
    end at a line that is not indented; in the same document, as there is one, and it was not ended by `...`. An alias
    means the nearest anchor above, so it means the same here, or is an error where its anchor stands above the chunk.
    """
    try:
        with text_events(chunk.text) as next_event:
            return list(_sole_list(path, partial(_event_in_file, next_event, chunk.line - 1)))
    except (YAMLError, FixtureError, LoneHalf, _NotAlone):
        return None


def _sole_list(path: Path, next_event: NextEvent) -> Iterator[Row]:
    _require(next_event(), StreamStartEvent)
    _require(next_event(), DocumentStartEvent)
    root = next_event()
    _require(root, SequenceStartEvent)
    yield from listed_rows(Nodes(path, next_event), root)
    end = next_event()
    _require(end, DocumentEndEvent)
    if isinstance(end, DocumentEndEvent) and end.explicit:
        raise _NotAlone
    _require(next_event(), StreamEndEvent)


def _require(event: Event, kind: type[Event]) -> None:
    if not isinstance(event, kind):
        raise _NotAlone


@dataclass(frozen=True, slots=True)
class _Mark:
    line: int
    column: int
    index: int


def _event_in_file(next_event: NextEvent, lines_above: int) -> Event:
    """Give the next event at its place in the file, not in the chunk."""
    event: Any = next_event()
    mark = event.start_mark
    event.start_mark = _Mark(mark.line + lines_above, mark.column, mark.index)
    return cast(Event, event)
