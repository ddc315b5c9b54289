"""Which tables the `!choice {ref: …}` of a fixture file name: a scan of its bytes, like that for its tags."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TAG = b"!choice"
_WRITTEN = re.compile(
    rb"!choice[ ]+(?:\[|\{ ?(?:ref: ?(?P<table>[A-Za-z_][\w.]*) ?\}|(?!ref\b)[A-Za-z_][\w]*: ))", re.ASCII
)
"""A list, one table, or weights of which the first is not that of a name `ref`; all on one line."""


def tables_chosen_from(windows: Iterable[bytes], overlap: int) -> frozenset[str] | None:
    """Name the tables; None where a choice is written in another way, so that only its values tell.

    Each window of a file begins with the last `overlap` bytes of the one before.
    """
    tables: set[str] = set()
    cut = False
    for window in windows:
        cut = False
        start = window.find(_TAG)
        while start >= 0:
            written = _WRITTEN.match(window, start)
            if written is None and start < len(window) - overlap:
                return None
            cut = cut or written is None  # the next window has all of it
            if written and written["table"]:
                tables.add(written["table"].decode())
            start = window.find(_TAG, start + len(_TAG))
    return None if cut else frozenset(tables)
