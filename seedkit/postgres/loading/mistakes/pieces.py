"""The rows of a load in pieces that can be cut, and loaded again by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from seedkit.core.rows.blocks import Block, RowSource
from seedkit.core.values.copy_text import fields_of
from seedkit.errors import Origin
from seedkit.postgres.loading.table_loads import TableLoad

FIRST_CHUNK_ROWS = 5_000
_PARTS = 8
"""A chunk is as large as this part of the rows before it: halving costs its rows twice, each chunk a join."""


class Piece(NamedTuple):
    """Consecutive rows of one shape; `load` and `source` say whose, `before` counts those of its shape before it."""

    load: int
    source: int
    block: Block
    before: int

    def origin(self, loads: Sequence[TableLoad]) -> Origin | None:
        """Find the place of its first row."""
        source = loads[self.load].sources[self.source]
        return source.locate(self.block.shape, self.before + 1) or source.origin

    def values(self) -> dict[str, str | None]:
        """Give the first row, column → text."""
        return dict(zip(self.block.shape.columns, next(iter(fields_of(self.block.text))), strict=False))


def rows_in(pieces: Iterable[Piece]) -> int:
    """Count rows."""
    return sum(piece.block.rows for piece in pieces)


def chunks(loads: Sequence[TableLoad]) -> Iterator[list[Piece]]:
    """Read all rows again, chunk by chunk; none of sources that can't be read again."""
    waiting: list[Piece] = []
    rows = passed = 0
    for piece in _read(loads):
        waiting.append(piece)
        rows += piece.block.rows
        if rows >= max(FIRST_CHUNK_ROWS, passed // _PARTS):
            yield waiting
            passed += rows
            waiting, rows = [], 0
    if waiting:
        yield waiting


def _read(loads: Sequence[TableLoad]) -> Iterator[Piece]:
    for number, load in enumerate(loads):
        for place, source in enumerate(load.sources):
            passed: Counter[object] = Counter()
            for block in source.again() if source.again else ():
                yield Piece(number, place, block, passed[block.shape])
                passed[block.shape] += block.rows


def single_rows(piece: Piece, places: Sequence[int], texts: Sequence[str | None]) -> Iterator[Piece]:
    """Cut out the rows that have certain texts in certain fields."""
    shape, text, *_ = piece.block
    sign = max((text for text in texts if text and text.isalnum()), key=len, default="").encode()
    for number, line in enumerate(text.split(b"\n")[:-1]):
        if sign in line:  # spares the other lines their fields
            [fields] = fields_of(line)
            if [fields[place] for place in places] == texts:
                yield piece._replace(block=Block(shape, line + b"\n", 1), before=piece.before + number)


def halves(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Cut pieces of two rows or more in the middle."""
    wanted = rows_in(pieces) // 2
    first: list[Piece] = []
    for number, piece in enumerate(pieces):
        if wanted < piece.block.rows:
            start, end = _cut(piece, wanted)
            return [*first, *start], [*end, *pieces[number + 1 :]]
        first.append(piece)
        wanted -= piece.block.rows
    return first, []


def _cut(piece: Piece, rows: int) -> tuple[list[Piece], list[Piece]]:
    if rows == 0:
        return [], [piece]
    shape, text, total, _ = piece.block
    lines = text.split(b"\n")[:-1]
    start = Block(shape, b"\n".join(lines[:rows]) + b"\n", rows)
    end = Block(shape, b"\n".join(lines[rows:]) + b"\n", total - rows)
    return [piece._replace(block=start)], [piece._replace(block=end, before=piece.before + rows)]


def loads_of(loads: Sequence[TableLoad], pieces: Iterable[Piece]) -> list[TableLoad]:
    """Offer some rows of loads for loading."""
    chosen: dict[tuple[int, int], list[Block]] = {}
    for piece in pieces:
        chosen.setdefault((piece.load, piece.source), []).append(piece.block)
    parts = [
        replace(load, sources=tuple(_part(load.sources[key[1]], chosen[key]) for key in chosen if key[0] == number))
        for number, load in enumerate(loads)
    ]
    return [part for part in parts if part.sources]


def _part(source: RowSource, blocks: Sequence[Block]) -> RowSource:
    """Offer some blocks of a source; they are in memory, and nobody asks where they stand."""
    return replace(
        source,
        blocks=lambda: iter(blocks),
        may_query=False,
        locate=lambda _shape, _number: None,
        locate_key=lambda _key, _texts: [],
        placed=None,
        placed_since=None,
        again=None,
    )
