"""Has the blocks of a table made by other processes, in turn, and gives them in their order: the same bytes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from seedkit.core.generation.rows.by_column import block_spans
from seedkit.core.generation.streams import BLOCK

if TYPE_CHECKING:
    from seedkit.runner.generation.filling.worker_processes import SentMaker

ROWS = 500_000
"""From so many rows of a table on two workers pay, where more than two processors have nothing else to do."""


def workers_for(rows: int, asked: int | None) -> int:
    """Say how many workers make the rows of a table: as many as were asked for, else none or two."""
    if asked is not None:
        return min(asked, -(-rows // BLOCK))
    return 2 if rows >= ROWS and _idle_processors() > 2 else 0


def _idle_processors() -> float:
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return there - os.getloadavg()[0]


@contextmanager
def made_by(workers: int, maker: SentMaker, first: int, count: int) -> Iterator[Iterable[Any]]:
    """Give the pieces of a table's rows, in order, made by so many workers; by none what can't be sent to them."""
    if not workers:
        yield maker.blocks(first, count)
        return
    from seedkit.runner.generation.filling.worker_processes import made_elsewhere  # most runs have none

    work = [(begin, end - begin) for begin, end in block_spans(first, count)]
    with made_elsewhere(workers, maker, work) as blocks:
        yield maker.blocks(first, count) if blocks is None else blocks
