"""Rows as COPY writes them → a format's text, by the column.

Cut, looked at and put together again, a chunk of rows costs a fifth of what its rows cost one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct

from seedkit.core.values.copy_text import NULL

ColumnSpelling: TypeAlias = Callable[[Sequence[str]], Sequence[str]]
"""Spells fields of a column, NULLs among them."""


def all_but(plain: bytes, text: str) -> str:
    """Give what is in a text beside some ASCII characters: a hundred times faster than a regular expression looks.

    >>> all_but(b"abc ", "a cab: é")
    ':é'
    """
    return text.encode().translate(None, plain).decode()


class AsItStands(Struct, frozen=True):
    """Spells fields that stand for themselves, and NULLs as a word."""

    null: str

    def __call__(self, fields: Sequence[str]) -> Sequence[str]:
        """Spell fields of a column."""
        return [self.null if field == NULL else field for field in fields]


class RowsByColumn:
    """What stands before the fields of each column, how these are spelt, and what ends a row."""

    def __init__(self, labels: Sequence[str], spellings: Sequence[ColumnSpelling], *, end: str) -> None:
        self._first, self._end = labels[0], end
        self._frame = [text for label in (f"{end}{labels[0]}", *labels[1:]) for text in (label, "")]
        self._spellings = list(enumerate(spellings))
        self._without_nulls = [pair for pair in self._spellings if not isinstance(pair[1], AsItStands)]

    def text_of(self, rows: str) -> str:
        """Write rows; where no backslash is among them nothing is NULL."""
        fields = rows.removesuffix("\n").replace("\n", "\t").split("\t")
        width = len(self._spellings)
        for place, spelt in self._spellings if "\\" in rows else self._without_nulls:
            fields[place::width] = spelt(fields[place::width])
        pieces = self._frame * (len(fields) // width)
        pieces[1::2] = fields
        pieces[0] = self._first
        pieces.append(self._end)
        return "".join(pieces)
