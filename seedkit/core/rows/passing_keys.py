"""Takes the keys of rows as these pass on their way to the server, for others that choose among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from seedkit.core.fixture_language.packed_texts import PackedTexts
from seedkit.core.fixtures import Row
from seedkit.core.rows.blocks import Block
from seedkit.core.rows.recognition import column_texts

_Part: TypeAlias = "tuple[Block | Iterable[Row], Callable[[], Sequence[int]]]"


class PassingKeys:
    """What the rows of one fixture have in their table's key `column`, once all have passed.

    Only of rows that are recognised: what the others have is told by the language, which may ask others for it.
    """

    def __init__(self, column: str) -> None:
        self.column = column
        self._keys: PackedTexts | None = None

    def passing(self, parts: Iterable[_Part]) -> Iterator[_Part]:
        """Give the parts of a fixture as they are."""
        self._keys, keys = None, PackedTexts()
        told = True
        for part, lines in parts:
            told = told and isinstance(part, Block) and self._take(part, keys)
            yield part, lines
        self._keys = keys if told else None

    def _take(self, block: Block, keys: PackedTexts) -> bool:
        if self.column not in block.shape.columns:
            return False
        texts = column_texts(block, block.shape.columns.index(self.column))
        found = [text for text in texts if text is not None]
        keys.extend(found)
        return len(found) == len(texts)

    def all_of(self, column: str) -> PackedTexts | None:
        """Give them all; None where they are of another column, or not known."""
        return self._keys if column == self.column else None
