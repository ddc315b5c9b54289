r"""Reads back COPY text: the texts of its rows' fields.

>>> list(fields_of(b"1\tAda\n2\t\\N\n"))
[['1', 'Ada'], ['2', None]]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def fields_of(text: bytes) -> Iterator[list[str | None]]:
    """Read the rows of COPY's text format; a line break inside a field is written as an escape there."""
    for line in text.decode().removesuffix("\n").split("\n"):
        yield [_field(field) for field in line.split("\t")]


def _field(text: str) -> str | None:
    if "\\" not in text:
        return text
    return None if text == r"\N" else _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), text)
