"""Reads the next rows in a thread while the server is at work on the last ones, in bounded memory.

The server checks foreign keys at the end of each statement, and the driver waits for it outside of Python's lock. That
is when the thread reads: between two sources, and within one whose blocks go one by one, for which it never stops:
whoever sends these takes what is there, and waits for the thread only where nothing is. While others are sent, whoever
sends them reads them: two threads that take turns at Python's lock cost a load of a million rows a third of its time.
The rows come in the order in which they are loaded.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ParamSpec, TypeAlias, TypeVar

from msgspec.structs import replace

from seedkit.core.rows.blocks import BLOCK_BYTES, Block, Question, RowSource, ValueBlock
from seedkit.postgres.loading.numbering import joined
from seedkit.postgres.loading.table_loads import TableLoad

BLOCKS = 64
"""How many blocks wait at most; fewer where they hold more than 4 MB of COPY text, as a row of many megabytes does."""

TOGETHER_BYTES = 16 * BLOCK_BYTES
"""How much goes at once where that waits: each time costs the server three waits for Python's lock."""

PATIENCE_SECONDS = 0.3
"""How long a run that ends waits for the row that is being read; the thread ends with it, or with the process."""

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")
_Item: TypeAlias = "Block | ValueBlock | Question | BaseException | None"
"""A block, what is to be asked before one, what reading has raised, or None at the end of a source."""
_Read: TypeAlias = "Block | ValueBlock | BaseException | None"


@contextmanager
def read_ahead(groups: Sequence[Sequence[TableLoad]]) -> Iterator[list[list[TableLoad]]]:
    """Offer the same loads, their rows read ahead by a thread that ends with the context, however that ends.

    Each source can be read once, in the order of the loads. One whose rows may need the connection is left as it is.
    """
    reader = _Reader([source for group in groups for load in group for source in load.sources if not source.may_query])
    try:
        yield [[_read_by(reader, load) for load in group] for group in groups]
    finally:
        reader.stop()


def _read_by(reader: _Reader, load: TableLoad) -> TableLoad:
    return replace(load, sources=tuple(_source_read_by(reader, source) for source in load.sources))


def _source_read_by(reader: _Reader, source: RowSource) -> RowSource:
    if source.may_query:
        return source
    return replace(
        source,
        question=source.question and replace(source.question, is_open=reader.resting(source.question.is_open)),
        blocks=reader.blocks_one_by_one if source.one_by_one else reader.blocks,
        locate=reader.resting(source.locate),
        locate_key=reader.resting(source.locate_key),
        placed=source.placed and reader.resting(source.placed),
        placed_since=source.placed_since and reader.resting(source.placed_since),
        again=source.again and reader.resting(source.again),
    )


class _Reader:
    def __init__(self, sources: Sequence[RowSource]) -> None:
        self._unread = _items(sources)
        self._turn = threading.Lock()  # who holds it may read, and look at what waits
        self._waiting: deque[_Item] = deque()  # filled by who has the turn, emptied by who sends
        self._read_bytes = self._taken_bytes = 0  # each written by one of them
        self._go = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._read, name="seedkit-reader", daemon=True)
        self._go.set()
        self._thread.start()

    def blocks(self) -> Iterator[Block | ValueBlock]:
        """Give the blocks of the next source; raises what reading it has raised. The thread reads before and after."""
        self._go.clear()
        while (item := self._next()) is not None:
            yield _block(item)
        self._go.set()

    def blocks_one_by_one(self) -> Iterator[Block | ValueBlock]:
        """Give the same for whoever waits for the server after each block, those of a shape that wait in one."""
        while (item := self._waiting_or_next()) is not None:
            yield self._with_those_behind(_block(item))

    def resting(self, read: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
        """Read in the caller's thread, as after an error, while ours rests: rows share what values are made with."""

        def alone(*given: _Given.args, **named: _Given.kwargs) -> _Found:
            self._go.clear()
            with self._turn:  # when the block is read that is being read
                return read(*given, **named)

        return alone

    def stop(self) -> None:
        """End the thread, and wait for its end; not for that of a row which takes long, as Ctrl-C is to be heard."""
        is_idle = self._turn.acquire(timeout=PATIENCE_SECONDS)
        self._stopped = True
        self._go.set()
        if is_idle:
            self._turn.release()
            self._thread.join()

    def _waiting_or_next(self) -> _Read:
        if self._waiting and not isinstance(item := self._waiting[0], Question):
            self._taken()
        else:
            self._go.clear()  # or the thread would take its turn again before anybody else
            item = self._next()
        self._go.set()
        return item

    def _with_those_behind(self, block: Block | ValueBlock) -> Block | ValueBlock:
        found, size = [block], _size(block)
        while size < TOGETHER_BYTES and self._waiting:
            behind = self._waiting[0]
            if not isinstance(behind, Block) or behind.shape != block.shape:
                break
            found.append(behind)
            size += _size(self._taken())
        return joined(found) if len(found) > 1 else block

    def _next(self) -> _Read:
        with self._turn:
            while isinstance(item := self._taken() if self._waiting else next(self._unread), Question):
                item.ask()
            return item

    def _taken(self) -> _Item:
        item = self._waiting.popleft()
        self._taken_bytes += _size(item)
        return item

    def _read(self) -> None:
        while self._go.wait() and not self._stopped:
            with self._turn:
                if self._go.is_set() and not self._read_one():
                    self._rest()

    def _rest(self) -> None:
        self._go.clear()
        if self._stopped:
            self._go.set()

    def _read_one(self) -> bool:
        """Read one block more; False where enough wait, where something is to be asked, or nothing more to be read."""
        if len(self._waiting) == BLOCKS or self._read_bytes - self._taken_bytes >= BLOCKS * BLOCK_BYTES:
            return False
        if self._waiting and isinstance(self._waiting[-1], Question):
            return False
        try:
            item = next(self._unread)
            self._read_bytes += _size(item)
            self._waiting.append(item)
        except StopIteration:
            return False
        except BaseException as error:  # noqa: BLE001 - it is raised where the rows are awaited
            self._waiting.append(error)
        return True


def _block(item: Block | ValueBlock | BaseException) -> Block | ValueBlock:
    """Raise what reading has raised."""
    if isinstance(item, BaseException):
        raise item
    return item


def _size(item: _Item) -> int:
    return len(item.text) if isinstance(item, Block) else 0


def _items(sources: Sequence[RowSource]) -> Iterator[_Item]:
    for source in sources:
        if source.question and source.question.is_open():
            yield source.question
        yield from source.blocks()
        yield None
