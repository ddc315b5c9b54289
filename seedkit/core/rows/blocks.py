"""Blocks of rows as they are loaded, and the sources that they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from seedkit.core.rows.file_order import Turns
from seedkit.core.rows.keys import OnConflict
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import Origin

BLOCK_BYTES = 64 * 1024


class Block(NamedTuple):
    """Consecutive rows of one shape, as COPY text; `numbers` tell their places in the file where they go by these."""

    shape: RowShape
    text: bytes
    rows: int
    numbers: Sequence[int] | None = None


class WaitingRows:
    """Lines of COPY text that wait, each shape's for itself, until they fill a block.

    `shows` says of which shapes the order can be seen: rows of these wait only for those that follow directly.
    """

    def __init__(self, shows: Callable[[RowShape], bool] = lambda _: False) -> None:
        self._waiting: dict[RowShape, _Lines] = {}
        self._turns = Turns(shows)
        self._passed: RowShape | None = None

    def add(self, shape: RowShape, line: str, rows: int = 1) -> Block | None:
        """Add rows, and give the block that is to go in now: its shape's if that is full, or what waits before it."""
        lines = self._waiting.get(shape)
        earlier = None
        if lines is None:
            earlier = self._ended_by(shape)
            lines = self._waiting[shape] = _Lines()
        lines.texts.append(line)
        lines.size += len(line)
        lines.rows += rows
        return earlier or (self._taken(shape) if lines.size >= BLOCK_BYTES else None)

    def past(self, block: Block) -> Iterator[Block]:
        """Give a block after what has to go in before it; where shapes take turns, it waits for more of its own."""
        before, self._passed = self._passed, block.shape
        if before in (None, block.shape):
            yield from filter(None, [self._before(block.shape), block])
        elif full := self.add(block.shape, block.text.decode(), block.rows):
            yield full

    def _before(self, shape: RowShape) -> Block | None:
        """Give what is to go in before a block of a shape that did not wait here."""
        return self._ended_by(shape) or self._taken(shape)

    def _ended_by(self, shape: RowShape) -> Block | None:
        ended = self._turns.ended_by(shape)
        return self._taken(ended) if ended else None

    def _taken(self, shape: RowShape) -> Block | None:
        lines = self._waiting.pop(shape, None)
        return Block(shape, "".join(lines.texts).encode(), lines.rows) if lines else None

    def rest(self) -> Iterator[Block]:
        """Give what waits of all shapes."""
        return (block for shape in list(self._waiting) if (block := self._taken(shape)))


class _Lines:
    __slots__ = ("rows", "size", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.size = self.rows = 0


class PlacedRow(NamedTuple):
    """One row as COPY text; `line` is where it stands in its file, from 1."""

    shape: RowShape
    line: int
    text: str


class PlacedBlock(NamedTuple):
    """Rows of one shape as COPY text; `lines` are where they stand in their file, from 1."""

    shape: RowShape
    lines: Sequence[int]
    text: bytes


class ValueBlock(NamedTuple):
    """Rows of one shape as Python values, which the driver turns into COPY text; `numbers` as those of a block."""

    shape: RowShape
    values: list[tuple[Any, ...]]
    numbers: Sequence[int] | None = None

    @property
    def rows(self) -> int:
        """How many rows the block holds."""
        return len(self.values)


class Question(Struct, frozen=True, kw_only=True):
    """What a source needs to know before its first row; `is_open` says whether only the database can tell it.

    Then `ask` is to be called with the connection at rest and all earlier rows sent; called again, it does nothing.
    """

    is_open: Callable[[], bool]
    ask: Callable[[], None]


class RowSource(Struct, frozen=True, kw_only=True):
    """A stream of rows for one table, and what its author wants done with them.

    `name` is what a report calls it. `may_query` says that the rows come from code which may use the connection while
    it runs, so that no COPY must be open then; `question` is what has to be known before the first of them, and nothing
    later; `may_compute` says that the server is to evaluate some of their columns;
    `one_by_one` that a block takes long to make, so that the server should check each while the next one is made.
    `key` is the author's choice of identifying columns, or empty; `labelled` says that the rows may have labels.
    `locate` gives the place of the nth row (from 1) of a shape, `locate_key` of those whose columns hold certain texts;
    without files there is none, but `number` and `numbers_of_key` may tell which of all rows they are, from 1; `placed`
    reads all rows again, if that can be done, `placed_since` those from a line on with some or all of the others, and
    `again` their blocks.
    """

    name: str
    may_query: bool = False
    question: Question | None = None
    may_compute: bool = False
    one_by_one: bool = False
    blocks: Callable[[], Iterator[Block | ValueBlock]]
    on_conflict: OnConflict
    key: tuple[str, ...]
    origin: Origin | None = None
    labelled: bool = False
    locate: Callable[[RowShape, int], Origin | None] = lambda _shape, _number: None
    locate_key: Callable[[Sequence[str], Sequence[str | None]], list[Origin]] = lambda _key, _texts: []
    number: Callable[[RowShape, int], int | None] = lambda _shape, _number: None
    numbers_of_key: Callable[[Sequence[str], Sequence[str | None]], list[int]] = lambda _key, _texts: []
    placed: Callable[[], Iterator[PlacedRow | PlacedBlock]] | None = None
    placed_since: Callable[[int], Iterator[PlacedRow | PlacedBlock]] | None = None
    again: Callable[[], Iterator[Block]] | None = None

    @property
    def asks_now(self) -> bool:
        """Whether its rows, or what has to be known before them, may need the connection."""
        return self.may_query or (self.question is not None and self.question.is_open())
