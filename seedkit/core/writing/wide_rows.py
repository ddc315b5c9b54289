"""A row with a field of many megabytes: read where the driver has put it, and spelt a piece at a time.

Held as text, cut, spelt, joined and encoded it would take its size at each of these steps.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct

from seedkit.core.catalog import Column
from seedkit.core.values.copy_text import field_value, unescaped
from seedkit.core.writing.dump_spellings import is_spelt_as_text, spelling_for
from seedkit.core.writing.wide_scalars import quoted_pieces, scalar_pieces

WIDE = 256 * 1024
"""Bytes from which on a row, or a field of one, is read in pieces."""

_PIECE = 64 * 1024
_TAB = re.compile(rb"\t")


class WideField(Struct, frozen=True):
    """A field as COPY writes it, in an encoding."""

    bytes_: memoryview
    encoding: str

    def text(self) -> str:
        """Read all of it."""
        return field_value(str(self.bytes_, self.encoding)) or ""

    def pieces(self) -> Iterator[str]:
        """Read a piece after the other."""
        decoder = getincrementaldecoder(self.encoding)()
        kept = ""
        for start in range(0, len(self.bytes_), _PIECE):
            piece = kept + decoder.decode(self.bytes_[start : start + _PIECE])
            kept = "\\" if (len(piece) - len(piece.rstrip("\\"))) % 2 else ""  # the rest of an escape is to come
            yield unescaped(piece.removesuffix(kept))
        decoder.decode(b"", final=True)


class WideRow(Struct, frozen=True):
    """A row as COPY writes it, in an encoding."""

    bytes_: memoryview
    encoding: str

    def fields(self) -> Iterator[str | WideField]:
        """Cut the row; fields that are not wide are given as COPY's text."""
        ends = [found.start() for found in _TAB.finditer(self.bytes_)]
        for before, end in pairwise((-1, *ends, len(self.bytes_) - 1)):
            field = self.bytes_[before + 1 : end]
            yield WideField(field, self.encoding) if len(field) > WIDE else str(field, self.encoding)


WideSpelling: TypeAlias = Callable[[WideField], Iterator[str]]


def wide_spelling(column: Column, *, indent: str, refers: bool) -> WideSpelling:
    """Choose how wide fields of a column are spelt; see `spelling_for`. What has a structure is read as a whole."""
    spell = spelling_for(column, indent=indent, refers=refers)
    if is_spelt_as_text(column, refers=refers) and not column.type_name.startswith("character("):
        block = indent if column.category == "S" else None
        return lambda field: scalar_pieces(field.pieces, block)
    if column.base_type in ("json", "jsonb"):
        return lambda field: quoted_pieces(field.pieces) if _is_document(field) else iter([spell(field.text())])
    return lambda field: iter([spell(field.text())])


def _is_document(field: WideField) -> bool:
    return bytes(field.bytes_[:1]) in (b"{", b"[")
