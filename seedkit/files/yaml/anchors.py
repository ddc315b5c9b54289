"""The anchors of one document: what their aliases stand for, and how much that is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from yaml import Event, NodeEvent

from seedkit.core.fixtures import Value
from seedkit.files.yaml.events import error_at

WIDEST = 10_000_000
"""How many characters the aliases of one row may stand for: a few lines of aliases could name billions."""

_ALIAS_HINT = 'Put text that starts with "*" in quotes.'


class _Anchored(NamedTuple):
    value: Value
    size: int


class Anchors:
    """What stands behind the anchors that were read so far."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._anchored: dict[str, _Anchored | None] = {}
        self._aliased = 0
        self._position = 0

    def begin_row(self) -> None:
        """Count anew what aliases stand for."""
        self._aliased = 0

    def passed(self, event: Event) -> None:
        """Take note of how far the document was read."""
        mark: Any = event.end_mark
        self._position = int(mark.index)

    def keep(self, event: NodeEvent, name: str, read: Callable[[], Value]) -> Value:
        """Read the node that carries an anchor, and keep its value and its size with what aliases in it stand for."""
        self._anchored[name] = None
        self.passed(event)
        aliased = self._aliased
        value = read()
        mark: Any = event.start_mark
        self._anchored[name] = _Anchored(value, self._position - int(mark.index) + self._aliased - aliased)
        return value

    def value_of(self, event: Event, name: str) -> Value:
        """Return what an alias stands for; raises FixtureError for one that stands for nothing, or for too much."""
        if name not in self._anchored:
            raise error_at(self._path, event, f'no anchor "&{name}" stands above the alias', hint=_ALIAS_HINT)
        anchored = self._anchored[name]
        if anchored is None:
            raise error_at(self._path, event, f'the alias "*{name}" stands inside what it names')
        self._aliased += anchored.size
        if self._aliased > WIDEST:
            raise error_at(self._path, event, f"the aliases of one row stand for more than {WIDEST:,} characters")
        return anchored.value
