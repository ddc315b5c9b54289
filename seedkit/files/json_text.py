"""The text of a JSON file, read as far as it is needed, value by value."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from json import JSONDecodeError
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from seedkit.core.values.json_reading import ConstantError, Foreign, RepeatedKeyError, decoded, refuse_halves
from seedkit.errors import FixtureError, Origin, blamed_on
from seedkit.files.bounded_file import LONGEST_VALUE_BYTES
from seedkit.files.packed_files import refuse_wide_characters
from seedkit.files.paths import shown_path

Decode: TypeAlias = Callable[[str, int], tuple[Foreign, int]]
"""Reads the JSON value that starts at a place of a text, and says where it ends; raises ValueError."""

_PIECE = 1 << 16
_FLAT = r'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+'
_OBJECTS: Any = re.compile(rf"(?:\{{{_FLAT}(?:[\[{{]{_FLAT}[\]}}]{_FLAT})*+\}}[ \t\r\n]*,[ \t\r\n]*)*+")
"""Objects with a comma behind each, in which others stand, but none in these."""
_LONG_PASSED = 1 << 20
"""What is longer is let go of as soon as it has been read."""
_LONGEST_WORD = len("-Infinity")
_SPACE: Any = re.compile(r"[ \t\r\n]*")


class JsonText:
    """What is read of a file and not yet used up; more is read where it is not enough.

    `line` is where we are, from 1, `offset` so many bytes from where we began, a byte order mark left out.
    """

    def __init__(
        self, path: Path, file: BinaryIO | None, text: str = "", *, line: int = 1, decode: Decode = decoded
    ) -> None:
        self.line = line
        self.offset = 0
        self._decoded = decode
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

    def begins(self, pattern: re.Pattern[str]) -> bool:
        """Whether what follows fits a pattern, which looks at less than a piece of the file."""
        while len(self._text) - self._place < _PIECE and self._more(_PIECE):
            pass
        return pattern.match(self._text, self._place) is not None

    def skip_sign(self) -> None:
        """Pass over one sign."""
        self._pass(self._place + 1)

    def value(self) -> Foreign:
        """Read the value that follows."""
        value, end = self._value()
        self._pass(end)
        return value

    def raw_value(self) -> str:
        """Read the value that follows, and give it as it is written."""
        _, end = self._value()
        written = self._text[self._place : end]
        self._pass(end)
        return written

    def pass_objects(self) -> None:
        """Pass over an entry of a list, and over those before it that are plainly objects, JSON or not."""
        self._pass(_OBJECTS.match(self._text, self._place).end())
        self.next_sign()
        self.value()

    def _value(self) -> tuple[Foreign, int]:
        while True:
            try:
                value, end = self._decoded(self._text, self._place)
            except RepeatedKeyError as error:
                raise self.error(str(error)) from None
            except ConstantError as error:
                raise self.error(
                    str(error), hint=f'Write "{error.word}": a text, which a column of numbers reads.'
                ) from None
            except ValueError as error:
                self._read_on(error)
            else:
                if self._text.find("\\u", self._place, end) >= 0:
                    self._refuse_halves(value)
                return value, end

    def _read_on(self, error: ValueError) -> None:
        """Read on, where a value may lack no more than its rest; raises FixtureError."""
        left = len(self._text) - self._place
        if _is_wrong_anyhow(error, self._text):
            raise self._no_json(error) from None
        if left > LONGEST_VALUE_BYTES:
            raise self.error(f"a value is longer than {LONGEST_VALUE_BYTES >> 20} MB") from None
        if not self._more(max(_PIECE, left // 4)):
            raise self._no_json(error) from None

    def error(self, message: str, *, hint: str | None = None) -> FixtureError:
        """Make an error that stands where we are."""
        return FixtureError(message, origin=Origin(path=shown_path(self._path), line=self.line), hint=hint)

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
        passed = self._text[self._place : place]
        self.line += passed.count("\n")
        self.offset += len(passed) if passed.isascii() else len(passed.encode())
        self._place = place
        if place > _LONG_PASSED:
            self._text, self._place = self._text[place:], 0

    def _more(self, size: int) -> bool:
        """Read on; whether there was something. If not, all stays where it is."""
        if self._file is None:
            return False
        piece = self._file.read(size)
        if not self.offset and not self._text:
            refuse_wide_characters(self._path, piece)
        try:
            text = self._decode(piece, final=not piece)
        except UnicodeDecodeError:
            raise self.error("the file is not UTF-8") from None
        if not piece:
            return False
        self._text, self._place = self._text[self._place :] + text, 0
        return True


def _is_wrong_anyhow(error: ValueError, text: str) -> bool:
    """Whether a text is no JSON, whatever follows: what lacks its rest fails at its end, or is a text without one."""
    if not isinstance(error, JSONDecodeError) or error.msg.startswith("Unterminated"):
        return False
    return error.pos < len(text) - _LONGEST_WORD
