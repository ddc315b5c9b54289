"""Writes to a pipe for as long as somebody reads it: who waits for a reader for ever, holds for ever what he has."""

from __future__ import annotations

import os
import select
import stat
from typing import BinaryIO, Protocol

from seedkit.errors import UnreadOutputError


class Writable(Protocol):
    """What bytes can be written to."""

    def write(self, data: bytes, /) -> object:
        """Write all of them."""

    def flush(self) -> object:
        """Hand on what is held back."""


def bounded_by_reading(stream: BinaryIO, patience_seconds: float | None) -> Writable:
    """Give a stream whose writes raise UnreadOutputError once nothing was read from a pipe or socket for so long.

    None waits for ever, and so does a terminal that somebody has stopped: a person sits there.
    """
    mode = os.fstat(stream.fileno()).st_mode
    if patience_seconds is None or not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return stream
    stream.flush()
    return _ReadPipe(stream.fileno(), patience_seconds)


class _ReadPipe:
    """Writes so much at a time as a pipe takes without blocking where it says that it takes some (PIPE_BUF)."""

    def __init__(self, descriptor: int, patience_seconds: float) -> None:
        self._descriptor = descriptor
        self._patience_seconds = patience_seconds
        self._readiness = select.poll()
        self._readiness.register(descriptor, select.POLLOUT)

    def write(self, data: bytes, /) -> None:
        """Write all of the bytes; raises BrokenPipeError where the reader has gone."""
        left = memoryview(data)
        while left:
            if not self._readiness.poll(self._patience_seconds * 1000):
                raise UnreadOutputError(
                    f"nobody has read standard output for {self._patience_seconds:g} s",
                    detail="The dump is not complete. Waiting longer would hold its snapshot and locks on the server.",
                    hint="Write files with --output, or wait longer with --reader-timeout (0: for ever).",
                )
            left = left[os.write(self._descriptor, left[: select.PIPE_BUF]) :]

    def flush(self) -> None:
        """Hold nothing back."""
