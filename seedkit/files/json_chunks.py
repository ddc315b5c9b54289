"""A JSON file of rows, maybe labelled, cut into chunks of whole entries. Bounded in memory; builds no rows.

Where an entry of a list ends can be guessed, an object, a comma, an object, and whether it does tells the text above:
between brackets that is a list of JSON only if the last bracket of the file is not closed there, nor its last quote.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from seedkit.core.fixtures import Chunk
from seedkit.core.rows.json_blocks import end_of_value, labelled_values, listed_values
from seedkit.errors import FixtureError
from seedkit.files.bounded_file import LONGEST_IN_CHUNKS_BYTES, taken_together
from seedkit.files.json_objects import ObjectList
from seedkit.files.packed_files import open_fixture
from seedkit.files.yaml.parts import FilePart, Part

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

CHUNK_BYTES = 64 * 1024
_TRIES = 4
_COMMA: Any = re.compile(r"[ \t\r\n]*,[ \t\r\n]*(?=[^ \t\r\n])")


class _Kind:
    """A list or an object: its brackets, what an entry of it begins with, and what reads a text of entries."""

    def __init__(self, opening: str, closing: str, entry: str, read: _lru_cache_wrapper[Any]) -> None:
        start = (codecs.BOM_UTF8, re.escape(opening).encode())
        self.closing = closing
        self.read = read
        self.head: Any = re.compile(rb"(?:%b)?[ \t\r\n]*%b[ \t\r\n]*" % start)
        """What stands above the first entry."""
        self.between: Any = re.compile(rf"[ \t\r\n]*,[ \t\r\n]*(?={re.escape(entry)})")
        """What may stand between two entries, the first of which is an object."""


_LIST = _Kind("[", "]", "{", listed_values)
_LABELS = _Kind("{", "}", '"', labelled_values)


class _Cut(NamedTuple):
    """Where the last whole entry of a text ends, and where the next one begins."""

    end: int
    next: int


class _Uncuttable(Exception):  # noqa: N818 - says what is the case
    """The file is no list of JSON, or has an entry that is too long."""


def list_chunks(path: Path, since: Chunk | None, within: ObjectList | None = None) -> Iterator[Chunk | None]:
    """Give the entries of a list without its brackets; None where the file is no such list from there on.

    The list is the file, or stands `within` an object.
    """
    if within is None:
        return _chunks(path, _LIST, since)
    return _chunks(path, _LIST, since or Chunk("", within.first_line, within.start), within.end)


def label_chunks(path: Path, since: Chunk | None) -> Iterator[Chunk | None]:
    """Give the entries of a file that is an object, without its braces; None where it is none from there on."""
    return _chunks(path, _LABELS, since)


def line_chunks(path: Path, since: Chunk | None) -> Iterator[Chunk | None]:
    """Give the lines of a file; None where it is not UTF-8 from there on."""
    line, start = (since.line, since.start) if since else (1, 0)
    with suppress(OSError, FixtureError, UnicodeDecodeError), open_fixture(path) as file:
        file.seek(start)
        while lines := file.readlines(CHUNK_BYTES):
            count, size = len(lines), sum(map(len, lines))
            yield Chunk(taken_together(lines).decode("utf-8" if start else "utf-8-sig"), line, start)
            line, start = line + count, start + size
        return
    yield None


def _chunks(path: Path, kind: _Kind, since: Chunk | None, end: int | None = None) -> Iterator[Chunk | None]:
    try:
        with suppress(OSError, FixtureError, UnicodeDecodeError, _Uncuttable), open_fixture(path) as file:
            yield from _pieces(file, kind, since or _first(file, kind), end)
            return
        yield None
    finally:
        kind.read.cache_clear()


def _first(file: BinaryIO, kind: _Kind) -> Chunk:
    """Tell where the first entry begins."""
    head = kind.head.match(file.read(CHUNK_BYTES))
    if head is None:
        raise _Uncuttable
    return Chunk("", 1 + head[0].count(b"\n"), head.end())


def _pieces(file: BinaryIO, kind: _Kind, first: Chunk, end: int | None = None) -> Iterator[Chunk]:
    line, start, rest = first.line, first.start, ""
    part = FilePart(file, Part(start, end, 0))
    decode = codecs.getincrementaldecoder("utf-8")().decode
    while block := part.read(max(CHUNK_BYTES, len(rest))):  # tried again where there is twice as much to try
        rest += decode(block)
        if cut := _guessed(rest, kind) or _found(rest, kind):
            yield Chunk(rest[: cut.end], line, start)
            line += rest.count("\n", 0, cut.next)
            start += len(rest[: cut.next].encode())
            rest = rest[cut.next :]
        elif len(rest) > LONGEST_IN_CHUNKS_BYTES:
            raise _Uncuttable
    rest = (rest + decode(b"", final=True)).rstrip(" \t\r\n")
    if not rest.endswith(kind.closing):
        raise _Uncuttable
    if rest != kind.closing:
        yield Chunk(rest[:-1], line, start)
    elif start > first.start:  # a comma stands above it
        raise _Uncuttable


def _guessed(text: str, kind: _Kind) -> _Cut | None:
    """Try where the last entries seem to end."""
    ends = islice(_ends(text, kind), _TRIES)
    return next((cut for cut in ends if kind.read(text[: cut.end]) is not None), None)


def _ends(text: str, kind: _Kind) -> Iterator[_Cut]:
    """Find where an entry may end and another begin, the last first."""
    between, end = kind.between, len(text)
    while (end := text.rfind("}", 0, end)) >= 0:
        if found := between.match(text, end + 1):
            yield _Cut(*found.span())


def _found(text: str, kind: _Kind) -> _Cut | None:
    """Read entry by entry, where entries hold others like them."""
    cut, place = None, 0
    while True:
        try:
            end = end_of_value(text, place, labelled=kind is _LABELS)
        except ValueError:
            return cut
        comma = _COMMA.match(text, end)
        if comma is None:
            return cut
        cut = _Cut(end, place := comma.end())
