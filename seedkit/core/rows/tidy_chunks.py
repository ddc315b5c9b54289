r"""Brings a chunk of a list into the form that recognisers read: one kind of line break, and no line without a value.

A line that holds nothing, or a comment alone, is a comment wherever the lines around it are complete in themselves, as
they are in all that a recogniser accepts: in quotes, in brackets and in block scalars they are not. So block scalars
are brought beside their keys before (`values_below`).
"""

from __future__ import annotations

import re
from itertools import accumulate

CONTROLS = tuple(chr(code) for code in (*range(0x20), 0x7F) if code != ord("\n"))
"""The characters of ASCII that are not printable, but for the line feed."""

_ROW = re.compile(r"\n(?=[^ #\r\n])")
_EMPTY_LINES = re.compile(r"\n *+(?:#.*+)?+(?=\n)")


def with_line_feeds(text: str) -> str:
    r"""Write `\r\n`, which is one break for YAML, as a line feed."""
    return text.replace("\r\n", "\n") if "\r" in text else text


def is_harmless(chunk: str) -> bool:
    """Whether a chunk has no character that YAML gives a meaning in places, and nothing of another tool's language."""
    return (
        not ("%" in chunk and "<%" in chunk)  # one character is found ten times as fast as two
        and not ("=" in chunk and "RAW=" in chunk)
        and _is_printable(chunk)
    )


def _is_printable(chunk: str) -> bool:
    if chunk.isascii():  # most are, and one character is found a hundred times as fast as all are looked at
        return not any(control in chunk for control in CONTROLS)
    return chunk.replace("\n", "").isprintable()


def without_empty_lines(chunk: str) -> str:
    r"""Leave out the lines that hold nothing, or a comment alone.

    >>> without_empty_lines("- id: 1 # one\n\n  # two\n- id: 2\n")
    '- id: 1 # one\n- id: 2\n'
    """
    return _EMPTY_LINES.sub("", chunk)


def lines_of_rows(chunk: str, first: int) -> list[int]:
    r"""Tell the lines, from `first` on, on which the rows of a chunk begin that was recognised: those at the margin.

    >>> lines_of_rows("# one\n- id: 1\n\n# two\n  name: Ada\n- id: 2\n", 5)
    [6, 10]
    """
    above, *rows = _ROW.split(f"\n{chunk}")
    lines = (row.count("\n") + 1 for row in rows[:-1])
    return list(accumulate(lines, initial=first + above.count("\n"))) if rows else []
