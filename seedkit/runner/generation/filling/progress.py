"""Tells how far a run is: per table its rows, and rows a second."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from seedkit.core.generation.rows.by_column import MadeRows
from seedkit.core.names import TableName
from seedkit.core.reports.sequences import counted

_log = logging.getLogger("seedkit")

_BETWEEN = 0.5
"""Seconds between two looks at a table that is being filled."""


@dataclass(slots=True)
class Progress:
    """The steps of a run, of which one is done; `rows` of it have been sent so far, of those that are `asked`."""

    steps: int
    asked: Mapping[TableName, int] = field(default_factory=dict)
    step: int = 0
    rows: int = 0
    _began: float = field(default_factory=time.monotonic)
    _told: float = 0

    def begin(self, names: Iterable[TableName]) -> None:
        """Say that the next tables are being filled."""
        self.step += 1
        self.rows, self._began = 0, time.monotonic()
        self._tell(", ".join(map(str, names)), meanwhile=True)

    def sent(self, name: TableName, blocks: Iterable[MadeRows]) -> Iterator[MadeRows]:
        """Hand on blocks of rows, and tell how many there are by now."""
        for block in blocks:
            yield block
            self.rows += len(block.numbers)
            if time.monotonic() >= self._told + _BETWEEN:
                asked = self.asked.get(name, 0)
                of_all = f" of {asked:,}" if asked > self.rows else ""
                self._tell(f"{name}: {self.rows:,}{of_all} rows, {self._pace()}", meanwhile=True)

    def end(self, names: Iterable[TableName], rows: int) -> None:
        """Say what the tables were given."""
        self.rows = rows
        self._tell(f"{', '.join(map(str, names))}: {counted(rows, 'row')}, {self._pace()}", meanwhile=False)

    def _pace(self) -> str:
        seconds = time.monotonic() - self._began
        return f"{round(self.rows / seconds) if seconds else 0:,} rows/s"

    def _tell(self, text: str, *, meanwhile: bool) -> None:
        self._told = time.monotonic()
        _log.info("%s", text, extra={"step": self.step, "steps": self.steps, "patient": True, "meanwhile": meanwhile})
