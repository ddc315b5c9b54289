"""The entries of a JSON list, or of a file with an object a line, one by one: in memory is no more than one of them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from json import JSONDecodeError
from pathlib import Path
from typing import Any, BinaryIO

from seedkit.core.importing.foreign_values import Foreign, decoded, refuse_halves
from seedkit.errors import FixtureError, Origin, blamed_on
from seedkit.files.bounded_file import LONGEST_VALUE_BYTES
from seedkit.files.paths import shown_path

_PIECE = 1 << 16
_SPACE: Any = re.compile(r"[ \t\r\n]*")


def listed_objects(path: Path, file: BinaryIO) -> Iterator[tuple[int, Foreign]]:
    """Read a JSON list, and give each entry with its line; raises FixtureError."""
    text = _Text(path, file)
    if text.next_sign() != "[":
        raise text.error("the file is no JSON list of objects, as Django writes one")
    text.skip_sign()
    sign = text.next_sign()
    while sign != "]":
        yield text.line, text.value()
        sign = text.next_sign()
        if sign not in (",", "]"):
            raise text.error('"," or "]" is missing')
        if sign == ",":
            text.skip_sign()
            text.next_sign()
    text.skip_sign()
    if text.next_sign():
        raise text.error("something stands behind the end of the list")


def objects_by_line(path: Path, file: BinaryIO) -> Iterator[tuple[int, Foreign]]:
    """Read a file with a JSON value a line, and give each with its line; raises FixtureError."""
    number = 0
    while line := file.readline(LONGEST_VALUE_BYTES):
        number += 1
        text = _Text(path, None, _unicode(path, number, line), line=number)
        if text.next_sign():
            yield number, text.value()
            if text.next_sign():
                raise text.error("something stands behind the object")


def _unicode(path: Path, number: int, line: bytes) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        raise FixtureError("the file is not UTF-8", origin=Origin(path=shown_path(path), line=number)) from None


class _Text:
    """What is read of a file and not yet used up; more is read where it is not enough."""

    def __init__(self, path: Path, file: BinaryIO | None, text: str = "", *, line: int = 1) -> None:
        self.line = line
        self._path = path
        self._file = file
        self._text = text
        self._place = 0
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode

    def next_sign(self) -> str:
        """Pass over white space and give the sign that follows, which stays; nothing at the end of the file."""
        while True:
            self._pass(_SPACE.match(self._text, self._place).end())
            sign = self._text[self._place : self._place + 1]
            if sign or not self._more(_PIECE):
                return sign

    def skip_sign(self) -> None:
        """Pass over one sign."""
        self._pass(self._place + 1)

    def value(self) -> Foreign:
        """Read the value that follows."""
        while True:
            try:
                value, end = decoded(self._text, self._place)
            except ValueError as error:
                left = len(self._text) - self._place
                if left > LONGEST_VALUE_BYTES:
                    raise self.error(f"a value is longer than {LONGEST_VALUE_BYTES >> 20} MB") from None
                if not self._more(max(_PIECE, left)):
                    raise self._no_json(error) from None
            else:
                if self._text.find("\\u", self._place, end) >= 0:
                    self._refuse_halves(value)
                self._pass(end)
                return value

    def error(self, message: str) -> FixtureError:
        """Make an error that stands where we are."""
        return FixtureError(message, origin=Origin(path=shown_path(self._path), line=self.line))

    def _refuse_halves(self, value: Foreign) -> None:
        with blamed_on(Origin(path=shown_path(self._path), line=self.line)):
            refuse_halves(value)

    def _no_json(self, error: ValueError) -> FixtureError:
        if not isinstance(error, JSONDecodeError):
            return self.error("values are nested too deeply")
        line = self.line + self._text.count("\n", self._place, error.pos)
        reason = error.msg[:1].lower() + error.msg[1:]
        return FixtureError(f"the file is no JSON: {reason}", origin=Origin(path=shown_path(self._path), line=line))

    def _pass(self, place: int) -> None:
        self.line += self._text.count("\n", self._place, place)
        self._place = place

    def _more(self, size: int) -> bool:
        """Read on; whether there was something."""
        if self._file is None:
            return False
        piece = self._file.read(size)
        try:
            text = self._decode(piece, final=not piece)
        except UnicodeDecodeError:
            raise self.error("the file is not UTF-8") from None
        self._text = self._text[self._place :] + text
        self._place = 0
        return bool(piece)
