"""The entries of a JSON list, or of a file with an object a line, one by one: in memory is no more than one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from seedkit.core.values.json_reading import Foreign, decoded
from seedkit.errors import FixtureError, Origin
from seedkit.files.bounded_file import LONGEST_VALUE_BYTES
from seedkit.files.json_text import Decode, JsonText
from seedkit.files.packed_files import refuse_wide_characters
from seedkit.files.paths import shown_path


def listed_objects(path: Path, file: BinaryIO, decode: Decode = decoded) -> Iterator[tuple[int, Foreign]]:
    """Read a JSON list, and give each entry with its line; raises FixtureError."""
    text = JsonText(path, file, decode=decode)
    return ((text.line, text.value()) for _ in _listed(text))


class ObjectList(NamedTuple):
    """A list that an object has for a key, which stands on a line; the bytes between the brackets, the last with them.

    `first_line` is the one on which the list begins.
    """

    key: str
    line: int
    start: int
    end: int
    first_line: int


def object_of_lists(text: JsonText) -> list[ObjectList] | None:
    """Find the lists of an object that has nothing else, at a file's start; None where it has; raises FixtureError.

    Entries are passed over, one by one: what is wrong in one is found by whoever reads it.
    """
    found: dict[str, ObjectList] = {}
    while _skipped(text, "," if found else "{"):
        key = text.next_sign() == '"' and text.value()
        line = text.line
        if not isinstance(key, str) or key in found or not _skipped(text, ":") or text.next_sign() != "[":
            return None
        start, first_line = text.offset + 1, text.line
        for _ in _entries(text):
            text.pass_objects()
        found[key] = ObjectList(key, line, start, text.offset, first_line)
    return list(found.values()) if _skipped(text, "}") and not text.next_sign() else None


def _skipped(text: JsonText, sign: str) -> bool:
    if text.next_sign() != sign:
        return False
    text.skip_sign()
    return True


def _listed(text: JsonText) -> Iterator[None]:
    """Stop before each entry of a file that is a list."""
    if text.next_sign() != "[":
        raise text.error("the file is no JSON list of objects, as Django writes one")
    yield from _entries(text)
    if text.next_sign():
        raise text.error("something stands behind the end of the list")


def _entries(text: JsonText) -> Iterator[None]:
    """Stop before each entry of a list, which is to be read then."""
    text.skip_sign()
    sign = text.next_sign()
    while sign != "]":
        yield
        sign = text.next_sign()
        if sign not in (",", "]"):
            raise text.error('"," or "]" is missing')
        if sign == ",":
            text.skip_sign()
            sign = text.next_sign()
            if sign == "]":
                raise text.error('the file is no JSON: a value is missing behind ","')
    text.skip_sign()


def object_keys(text: JsonText) -> Iterator[str]:
    """Give the keys of a JSON object; nothing of what is none. Raises FixtureError."""
    sign = text.next_sign()
    while sign in ("{", ","):
        text.skip_sign()
        if text.next_sign() != '"':
            return
        yield str(text.value())
        if text.next_sign() != ":":
            return
        text.skip_sign()
        text.next_sign()
        text.raw_value()
        sign = text.next_sign()


def objects_by_line(path: Path, file: BinaryIO, decode: Decode = decoded) -> Iterator[tuple[int, Foreign]]:
    """Read a file with a JSON value a line, and give each with its line; raises FixtureError."""
    number = 0
    while line := file.readline(LONGEST_VALUE_BYTES):
        number += 1
        row = _unicode(path, number, line).rstrip("\r\n")  # what lacks an end lacks it on this line
        text = JsonText(path, None, row, line=number, decode=decode)
        if text.next_sign():
            yield number, text.value()
            if text.next_sign():
                raise text.error("something stands behind the object")


def _unicode(path: Path, number: int, line: bytes) -> str:
    if number == 1:
        refuse_wide_characters(path, line)
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        raise FixtureError("the file is not UTF-8", origin=Origin(path=shown_path(path), line=number)) from None
