"""Text of many megabytes → a YAML scalar, read and written a piece at a time, twice; the same as `yaml_text` writes.

A piece may end anywhere, so what is looked for in two characters is looked for in the last one before it as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from seedkit.core.writing.yaml_text import (
    OTHER_TYPE_DIGITS,
    PUNCTUATION,
    SQL_OF_ANOTHER_TOOL,
    escaped,
    is_printable,
)

Pieces: TypeAlias = Callable[[], Iterator[str]]
"""Gives the pieces of a text as often as they are asked for."""

_NOT_PLAIN = re.compile(rf"[^\w{re.escape(PUNCTUATION)}:]")
_LETTER = re.compile(r"[^\W_]")
_LINE_START = re.compile(r"\n(?!\n)")


class _Look(Struct):
    """What there is in a text so far."""

    start: str = ""
    end: str = ""
    special: bool = False
    special_in_lines: bool = False
    plain: bool = True
    digits: bool = True
    breaks: int = 0
    spaced_breaks: bool = False

    def at(self, piece: str) -> None:
        """Look at the next piece."""
        self.start = (self.start + piece)[: len(SQL_OF_ANOTHER_TOOL)]
        joint = self.end[-1:] + piece
        self.special = self.special or not is_printable(piece)
        self.special_in_lines = self.special_in_lines or not is_printable(piece.replace("\n", ""))
        self.plain = self.plain and not _NOT_PLAIN.search(piece) and ": " not in joint
        self.digits = self.digits and bool(OTHER_TYPE_DIGITS.match(f"0{piece}"))
        self.breaks += piece.count("\n")
        self.spaced_breaks = self.spaced_breaks or " \n" in joint
        self.end = (self.end + piece)[-2:]

    @property
    def is_plain(self) -> bool:
        """Whether the text stands for itself."""
        other_type = self.start.startswith(SQL_OF_ANOTHER_TOOL) or (self.digits and self.start[0] in "0123456789")
        return self.plain and bool(_LETTER.match(self.start)) and self.end[-1] not in " :" and not other_type

    @property
    def is_block(self) -> bool:
        """Whether a literal block keeps all of the text."""
        if self.special_in_lines or self.spaced_breaks or self.start[0] in " \n" or self.end[-1] == " ":
            return False
        return self.end != "\n\n" and self.breaks > self.end.endswith("\n")


def scalar_pieces(pieces: Pieces, block_indent: str | None) -> Iterator[str]:
    """Spell text plain, as a literal block unless that is not to be (None), or in quotes."""
    look = _look(pieces)
    if block_indent is not None and look.is_block:
        yield from _block(pieces, block_indent, chomped=not look.end.endswith("\n"))
    elif look.is_plain:
        yield from pieces()
    else:
        yield from _quoted(pieces, special=look.special)


def quoted_pieces(pieces: Pieces) -> Iterator[str]:
    """Spell text in quotes."""
    return _quoted(pieces, special=_look(pieces).special)


def _look(pieces: Pieces) -> _Look:
    look = _Look()
    for piece in pieces():
        look.at(piece)
    return look


def _block(pieces: Pieces, indent: str, *, chomped: bool) -> Iterator[str]:
    yield f"|-\n{indent}" if chomped else f"|\n{indent}"
    held = ""
    for piece in pieces():
        lines = (held + piece).rstrip("\n")
        held = (held + piece)[len(lines) :]
        yield _LINE_START.sub(f"\n{indent}", lines)


def _quoted(pieces: Pieces, *, special: bool) -> Iterator[str]:
    quote = '"' if special else "'"
    yield quote
    for piece in pieces():
        yield escaped(piece) if special else piece.replace("'", "''")
    yield quote
