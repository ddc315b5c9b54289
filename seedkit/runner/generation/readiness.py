"""Has Python import what makes rows while the server says which tables there are: neither has to wait for the other."""

from __future__ import annotations

import sys
from contextlib import suppress
from threading import Thread

_LAST = "seedkit.runner.generation.filling.filling"


def make_ready() -> None:
    """Import it on a thread of its own, once; whoever imports it as well waits until that is done.

    Where no thread is to be had it is imported when it is needed.
    """
    if _LAST not in sys.modules:
        with suppress(RuntimeError):
            Thread(target=_import, name="seedkit imports").start()


def _import() -> None:
    from seedkit.files.generation.meanings import read_meanings, read_words

    read_meanings()
    read_words()
    from seedkit.runner.generation.filling import filling  # noqa: F401
