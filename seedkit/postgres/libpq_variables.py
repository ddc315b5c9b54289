"""libpq's own variables, PGHOST and its like: what a connection string leaves open, they fill in.

The embedded server is ours as a whole. With PGHOSTADDR a connection to its socket would end on another server.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_alone = threading.RLock()


def are_set() -> bool:
    """Whether there is any of them."""
    return any(map(_is_libpqs, os.environ))


def environment_without_them() -> dict[str, str]:
    """Give the environment for a program that is to connect as we say, and not otherwise."""
    return {name: text for name, text in os.environ.items() if not _is_libpqs(name)}


@contextmanager
def hidden() -> Iterator[None]:
    """Open a connection that none of them reaches.

    PGSERVICE, PGTZ and PGDATESTYLE can not be overruled by a connection string, so they leave the environment of the
    whole process for as long as it takes to connect; where none is set, nothing is touched.
    """
    with _alone:
        kept = {name: os.environ.pop(name) for name in list(os.environ) if _is_libpqs(name)}
        try:
            yield
        finally:
            os.environ.update(kept)


def _is_libpqs(name: str) -> bool:
    return name.startswith("PG")
