"""Entries at the top of a file that are no rows: they are there to be merged into those that are.

`DEFAULTS: &DEFAULTS` is one, and any other whose key is in capitals, if an alias of the file names its anchor: a row of
`EUR: &EUR` that nobody merges is a row.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from yaml import Event, NodeEvent

from seedkit.files.packed_files import windows

DEFAULTS = "DEFAULTS"
_LONGEST_NAME_BYTES = 1 << 10
_ALIAS = re.compile(rb"\*([^\s,\[\]{}]+)")


def is_merged_only(path: Path, key: str, event: Event) -> bool:
    """Tell whether an entry of a file is there to be merged, by its key and its first event."""
    if not isinstance(event, NodeEvent) or event.anchor is None or not key.isupper():
        return False
    return key == DEFAULTS or event.anchor.encode() in _aliases(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _aliases(path: Path, changed: int) -> frozenset[bytes]:  # noqa: ARG001 - a changed file is another one
    """Name what may be an alias somewhere in a file."""
    return frozenset(name for window in windows(path, overlap=_LONGEST_NAME_BYTES) for name in _ALIAS.findall(window))
