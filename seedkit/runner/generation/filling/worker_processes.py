"""The processes that make blocks of rows: started, sent their work, and read in turn; none outlives the context.

They are programs of their own and not forks, whose connection, locks and threads would be shared with ours; nor are
they `multiprocessing`'s, which would run the caller's main module once more in each. Each is sent its part of the work,
and ends with it, or with us.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, BinaryIO, Protocol, cast

from seedkit.core.generation.rows.shortfalls import Shortfall
from seedkit.errors import SeedkitError
from seedkit.runner.generation.filling.worker import BlockMaker, Part, Span


class SentMaker(BlockMaker, Protocol):
    """Makes rows here, and knows what others need to make the same."""

    @property
    def to_send(self) -> BlockMaker | None:
        """What is sent to them; None where no other process can do it."""
        ...


_Process = subprocess.Popen[bytes]

_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from seedkit.runner.generation.filling.worker import main; main()"


@contextmanager
def made_elsewhere(workers: int, maker: SentMaker, work: Sequence[Span]) -> Iterator[Iterable[Any] | None]:
    """Give the pieces of spans of rows, in order, made by so many workers; None where they can't be sent what it takes.

    Such are rows that hang together by a key, and a refinement that is somebody's function.
    """
    sent = [_pickled(maker.to_send, work[number::workers]) for number in range(workers)]
    if not all(sent):
        yield None
        return
    with ExitStack() as stack:
        processes = [stack.enter_context(_started(part)) for part in sent if part]
        parts = (_received(processes[number % workers]) for number in range(len(work)))
        yield (piece for part in parts for piece in _noted(part, maker))


def _pickled(maker: BlockMaker | None, work: Sequence[Span]) -> bytes | None:
    if maker is None:
        return None
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


def _received(process: _Process) -> Part:
    """Wait for a worker's next part."""
    try:
        part: Part = pickle.load(cast("BinaryIO", process.stdout))  # noqa: S301 - our own process wrote it
    except (EOFError, pickle.UnpicklingError) as error:
        raise _ended(process) from error
    return part


def _noted(part: Part, maker: BlockMaker) -> Sequence[Any]:
    """Give the pieces of a part, and count what it lacks as our own maker does; raise what making it has raised."""
    if part.error is not None:
        raise part.error
    for name, shortfall in part.short.items():
        maker.short.setdefault(name, Shortfall(name)).rows += shortfall.rows
    return part.pieces


def _ended(process: _Process) -> SeedkitError:
    return SeedkitError(
        f"a worker that makes rows has ended with {process.wait()}",
        hint="Run it again with --workers 0; each worker takes about 40 MB.",
    )
