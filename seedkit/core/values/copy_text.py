r"""COPY's text format: how a field is written, and the fields of rows read back.

>>> print(field_text("Ada"), field_text("a\tb"), field_text(None))
Ada a\tb \N
>>> list(fields_of(b"1\tAda\n2\t\\N\n"))
[['1', 'Ada'], ['2', None]]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

NULL = r"\N"
"""How the field of a NULL is written."""

_WRITTEN = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
ESCAPED = str.maketrans(_WRITTEN)
"""What stands for the characters that mean something to COPY."""

WIDE_CHARACTERS = 1 << 20
"""What is longer is written piece by piece: at once it would be in memory three times over."""
_PIECE = 1 << 16

_ESCAPES = {"\\b": "\b", "\\f": "\f", "\\n": "\n", "\\r": "\r", "\\t": "\t", "\\v": "\v"}
_MEANT = re.compile(r"[\\\t\n\r]")


def field_text(text: str | None) -> str:
    """Write a field."""
    return NULL if text is None else text.translate(ESCAPED)


def written_line(texts: Iterable[str | None]) -> str:
    """Write the fields of a row, with the line feed at its end."""
    return "\t".join(["\\N" if text is None else text.translate(ESCAPED) for text in texts]) + "\n"


def is_wide(texts: Iterable[str | None]) -> bool:
    """Whether a row is so long that it is better written by `wide_line`."""
    return sum(map(len, filter(None, texts))) > WIDE_CHARACTERS


def wide_line(texts: Sequence[str | None]) -> bytes:
    r"""Write the fields of a row, piece by piece.

    >>> print(wide_line(["a\tb", None]))
    b'a\\tb\t\\N\n'
    """
    line = BytesIO()  # gives what it holds without a copy
    for number, text in enumerate(texts):
        line.write(b"\t" if number else b"")
        line.writelines([NULL.encode()] if text is None else _pieces(text))
    line.write(b"\n")
    return line.getvalue()


def _pieces(text: str) -> Iterator[bytes]:
    for start in range(0, len(text), _PIECE):
        piece = text[start : start + _PIECE]
        for sign, written in _WRITTEN.items():  # `translate` takes ten times as long
            piece = piece.replace(sign, written)
        yield piece.encode()


def field_texts(texts: Sequence[str | None]) -> Sequence[str]:
    """Write many fields; where none holds what means something to COPY, all are looked through at once."""
    known = [text for text in texts if text is not None]
    if len(known) < len(texts) or _MEANT.search("".join(known)):
        return list(map(field_text, texts))
    return known


def fields_of(text: bytes) -> Iterator[list[str | None]]:
    """Read the rows of COPY's text format; a line break inside a field is written as an escape there."""
    for line in text.decode().removesuffix("\n").split("\n"):
        yield [field_value(field) for field in line.split("\t")]


def field_value(text: str) -> str | None:
    r"""Read a field.

    >>> print(field_value(r"a\\tb"), field_value(r"\N"))
    a\tb None
    """
    return None if text == NULL else unescaped(text)


def unescaped(text: str) -> str:
    r"""Read a part of a field that no escape goes beyond.

    >>> unescaped(r"a\\\\b\\\n\tc") == "a" + chr(92) * 2 + "b" + chr(92) + chr(10) + chr(9) + "c"
    True
    """
    if "\\" not in text:
        return text
    return "\\".join([_read(part) if "\\" in part else part for part in text.split("\\\\")])


def _read(text: str) -> str:
    """Read what has no escaped backslash."""
    for escape, character in _ESCAPES.items():
        text = text.replace(escape, character)
    return text
