"""Lock files: they keep two processes from doing the same at once, and show that a server lives.

What a lock guards, and where it lies, is decided by those who take it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl


@contextmanager
def exclusive(lock: Path) -> Iterator[int]:
    """Hold a lock file, so that what two processes do at once happens one after the other; not re-entrant.

    A program that inherits the descriptor goes on holding the lock until it ends.
    """
    with opened(lock, os.O_RDWR) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor


def is_held(lock: Path) -> bool:
    """Whether any process holds the lock exclusively."""
    if not lock.exists():
        return False
    with opened(lock, os.O_RDONLY) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """Open a file that may be new, for us alone, never through a link that somebody else has put there."""
    descriptor = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
