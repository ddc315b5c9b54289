"""Has the blocks of a table made by other processes, in turn, and gives them in their order: the same bytes.

The processes are programs of their own and not forks, whose connection, locks and threads would be shared with ours;
nor are they `multiprocessing`'s, which would run the caller's main module once more in each. Each is sent its part of
the work, and ends with it, or with us.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, BinaryIO, cast

from seedkit.core.generation.streams import BLOCK
from seedkit.errors import SeedkitError
from seedkit.runner.generation.worker import BlockMaker, Failed, Span

ROWS = 500_000
"""From so many rows of a table on two workers pay, where more than two processors have nothing else to do."""

_Process = subprocess.Popen[bytes]

_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from seedkit.runner.generation.worker import main; main()"


def workers_for(rows: int, asked: int | None) -> int:
    """Say how many workers make the rows of a table: as many as were asked for, else none or two."""
    if asked is not None:
        return min(asked, len(spans(0, rows)))
    return 2 if rows >= ROWS and _idle_processors() > 2 else 0


def _idle_processors() -> float:
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return there - os.getloadavg()[0]


@contextmanager
def made_by(workers: int, maker: BlockMaker, first: int, count: int) -> Iterator[Iterable[Any]]:
    """Give the pieces of a table's rows, in order, made by so many workers; none of them outlives the context.

    What can't be sent to another process is made here: of a refinement that is somebody's function, for one.
    """
    work = spans(first, count)
    sent = [_pickled(maker, work[number::workers]) for number in range(workers)]
    if not workers or not all(sent):
        yield maker.blocks(first, count)
        return
    with ExitStack() as stack:
        processes = [stack.enter_context(_started(part)) for part in sent if part]
        yield (piece for number in range(len(work)) for piece in _received(processes[number % workers]))


def spans(first: int, count: int) -> list[Span]:
    """Cut rows where blocks end.

    >>> spans(8190, 3), spans(5, 0)
    ([(8190, 2), (8192, 1)], [])
    """
    begins = [first, *range((first // BLOCK + 1) * BLOCK, first + count, BLOCK)] if count else []
    ends = [*begins[1:], first + count]
    return [(begin, end - begin) for begin, end in zip(begins, ends, strict=False)]


def _pickled(maker: BlockMaker, work: list[Span]) -> bytes | None:
    try:
        return pickle.dumps((maker, work), pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None


@contextmanager
def _started(work: bytes) -> Iterator[_Process]:
    """Start a worker and send its work; it has a process group of its own, so that Ctrl-C is for us to hear."""
    command = [sys.executable, "-I", "-c", _PROGRAM, *sys.path]
    process = subprocess.Popen(  # noqa: S603 - Python itself, there is no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
    )
    try:
        _send(process, work)
        yield process
    finally:
        process.kill()
        with suppress(BrokenPipeError), process:  # what it has not read of its work
            pass


def _send(process: _Process, work: bytes) -> None:
    pipe = cast("BinaryIO", process.stdin)
    try:
        pipe.write(work)
        pipe.close()
    except BrokenPipeError as error:
        raise _ended(process) from error


def _received(process: _Process) -> list[Any]:
    """Wait for a worker's next span; raises what making it has raised."""
    try:
        pieces: list[Any] | Failed = pickle.load(cast("BinaryIO", process.stdout))  # noqa: S301 - our own process wrote it
    except (EOFError, pickle.UnpicklingError) as error:
        raise _ended(process) from error
    if isinstance(pieces, Failed):
        raise pieces.error
    return pieces


def _ended(process: _Process) -> SeedkitError:
    return SeedkitError(
        f"a worker that makes rows has ended with {process.wait()}",
        hint="Run it again with --workers 0; each worker takes about 40 MB.",
    )
