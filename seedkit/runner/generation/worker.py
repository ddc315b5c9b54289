"""A worker: makes its blocks of rows and hands them back, in a process of its own that never sees the database.

It imports what makes rows and nothing else, and is given all it needs; what is random hangs on the rows alone.
"""

from __future__ import annotations

import pickle
import signal
import sys
from collections.abc import Iterable
from typing import Any, Protocol

Span = tuple[int, int]
"""The number of the first row of a block, or of a part of one, and how many rows are wanted."""


class BlockMaker(Protocol):
    """Makes rows from one number on, whichever were made before: in any process the same."""

    def blocks(self, first: int, count: int) -> Iterable[Any]:
        """Give so many rows, in pieces."""
        ...


class Failed:
    """What making the rows has raised, to be raised where they are awaited."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def main() -> None:
    """Read a maker and its spans, write the pieces of each span; the end of the reader is ours."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    maker, spans = pickle.load(sys.stdin.buffer)  # noqa: S301 - whoever started us holds the other end
    for span in spans:
        pickle.dump(_pieces(maker, span), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()


def _pieces(maker: BlockMaker, span: Span) -> list[Any] | Failed:
    try:
        return list(maker.blocks(*span))
    except Exception as error:  # noqa: BLE001 - it is raised where the rows are awaited
        return Failed(error)
