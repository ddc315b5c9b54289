"""Reads the next rows in a thread while the server is at work on the last ones, in bounded memory.

The server checks foreign keys at the end of each statement, and the driver waits for it outside of Python's lock. The
rows come in the order in which they are loaded, so one thread and one queue serve all files of a run.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from queue import Empty, Full, Queue
from typing import TypeAlias

from seedkit.core.row_blocks import Block, RowSource, ValueBlock
from seedkit.postgres.loading import TableLoad

BLOCKS = 16
"""How many blocks wait at most: 4 MB where they are as large as a chunk of a file."""

_LOOK_SECONDS = 0.1
"""How soon a full or an empty queue notices that the other side has ended."""

_Item: TypeAlias = "Block | ValueBlock | BaseException | None"
"""A block, what reading has raised, or None at the end of a source."""


@contextmanager
def read_ahead(groups: Sequence[Sequence[TableLoad]]) -> Iterator[list[list[TableLoad]]]:
    """Offer the same loads, their rows read by a thread that ends with the context, however that ends.

    Each source can be read once, in the order of the loads. One whose rows may need the connection is left as it is.
    """
    reader = _Reader([source for group in groups for load in group for source in load.sources if not source.may_query])
    try:
        yield [[_read_by(reader, load) for load in group] for group in groups]
    finally:
        reader.stop()


def _read_by(reader: _Reader, load: TableLoad) -> TableLoad:
    sources = (source if source.may_query else replace(source, blocks=reader.blocks) for source in load.sources)
    return TableLoad(table=load.table, sources=tuple(sources))


class _Reader:
    def __init__(self, sources: Sequence[RowSource]) -> None:
        self._sources = sources
        self._queue: Queue[_Item] = Queue(maxsize=BLOCKS)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, name="seedkit-reader", daemon=True)
        self._thread.start()

    def blocks(self) -> Iterator[Block | ValueBlock]:
        """Give the blocks of the next source; raises what reading it has raised."""
        while (item := self._next()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    def stop(self) -> None:
        """End the thread, and wait for its end."""
        self._stopped.set()
        self._thread.join()

    def _next(self) -> _Item:
        while True:
            try:
                return self._queue.get(timeout=_LOOK_SECONDS)
            except Empty:
                if not self._thread.is_alive() and self._queue.empty():
                    raise RuntimeError("the reading thread has ended before its last row") from None

    def _read(self) -> None:
        for source in self._sources:
            try:
                for block in source.blocks():
                    if not self._put(block):
                        return
            except BaseException as error:  # noqa: BLE001 - it is raised where the rows are awaited
                self._put(error)
                return
            if not self._put(None):
                return

    def _put(self, item: _Item) -> bool:
        """Put an item into the queue; False where nobody awaits it any more."""
        while not self._stopped.is_set():
            try:
                self._queue.put(item, timeout=_LOOK_SECONDS)
            except Full:
                continue
            return True
        return False
