"""A JSON file of rows, cut into chunks that hold whole entries. Bounded in memory; builds no rows.

Where an entry of a list ends can be guessed, an object, a comma, an object, and whether it does tells the text above:
between brackets that is a list of JSON only if the last bracket of the file is not closed there, nor its last quote.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from seedkit.core.fixtures import Chunk
from seedkit.core.rows.json_blocks import listed_values
from seedkit.core.values.json_reading import decoded_strictly
from seedkit.errors import FixtureError
from seedkit.files.bounded_file import LONGEST_IN_CHUNKS_BYTES, taken_together
from seedkit.files.json_objects import ObjectList
from seedkit.files.packed_files import open_fixture
from seedkit.files.yaml.parts import FilePart, Part

CHUNK_BYTES = 64 * 1024
_TRIES = 4
_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*\[[ \t\r\n]*")
_BETWEEN = re.compile(r"(?<=\})[ \t\r\n]*,[ \t\r\n]*(?=\{)")
_COMMA: Any = re.compile(r"[ \t\r\n]*,[ \t\r\n]*(?=[^ \t\r\n])")


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
    try:
        with suppress(OSError, FixtureError, UnicodeDecodeError, _Uncuttable), open_fixture(path) as file:
            if within is None:
                yield from _pieces(file, since or _first(file))
            else:
                yield from _pieces(file, since or Chunk("", within.first_line, within.start), within.end)
            return
        yield None
    finally:
        listed_values.cache_clear()


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


def _first(file: BinaryIO) -> Chunk:
    """Tell where the first entry begins."""
    head = _HEAD.match(file.read(CHUNK_BYTES))
    if head is None:
        raise _Uncuttable
    return Chunk("", 1 + head[0].count(b"\n"), head.end())


def _pieces(file: BinaryIO, first: Chunk, end: int | None = None) -> Iterator[Chunk]:
    line, start, rest = first.line, first.start, ""
    part = FilePart(file, Part(start, end, 0))
    decode = codecs.getincrementaldecoder("utf-8")().decode
    while block := part.read(max(CHUNK_BYTES, len(rest))):  # tried again where there is twice as much to try
        rest += decode(block)
        if cut := _guessed(rest) or _found(rest):
            yield Chunk(rest[: cut.end], line, start)
            line += rest.count("\n", 0, cut.next)
            start += len(rest[: cut.next].encode())
            rest = rest[cut.next :]
        elif len(rest) > LONGEST_IN_CHUNKS_BYTES:
            raise _Uncuttable
    rest = (rest + decode(b"", final=True)).rstrip(" \t\r\n")
    if not rest.endswith("]"):
        raise _Uncuttable
    if rest != "]":
        yield Chunk(rest[:-1], line, start)


def _guessed(text: str) -> _Cut | None:
    """Try where the last entries seem to end."""
    ends = [*_BETWEEN.finditer(text)][: -_TRIES - 1 : -1]
    return next((_Cut(*end.span()) for end in ends if listed_values(text[: end.start()]) is not None), None)


def _found(text: str) -> _Cut | None:
    """Read entry by entry, where entries hold others like them."""
    cut, place = None, 0
    while True:
        try:
            _, end = decoded_strictly(text, place)
        except ValueError:
            return cut
        comma = _COMMA.match(text, end)
        if comma is None:
            return cut
        cut = _Cut(end, place := comma.end())
