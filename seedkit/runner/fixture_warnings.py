"""Warns of what fixtures seem to say and don't, each thing once a run."""

from __future__ import annotations

import logging
from itertools import islice
from pathlib import Path

from seedkit.core.fixtures import FixtureTable
from seedkit.errors import Origin
from seedkit.printable import on_one_line

_log = logging.getLogger("seedkit")
_MOST = 10
"""So many are shown of a file: it may have been written by a program."""


class FixtureWarnings:
    """What has been warned of in a run."""

    def __init__(self) -> None:
        self._files: set[Path] = set()
        self._columns: set[tuple[Path, str]] = set()

    def of_file(self, fixture: FixtureTable) -> None:
        """Warn once of a file: several tables may stand in it, and rows of join tables."""
        if fixture.origin.path in self._files:
            return
        self._files.add(fixture.origin.path)
        lost = list(islice(fixture.lost_values(), _MOST + 1))
        for value in lost[:_MOST]:
            _log.warning("warning: %s", value)
        if len(lost) > _MOST:
            _log.warning("warning: there are more of these in %s", on_one_line(str(fixture.origin.path)))

    def of_column(self, origin: Origin, column: str, text: str) -> None:
        """Warn of a column's values once a file: it may be read several times, and all its rows may be alike."""
        if (origin.path, column) not in self._columns:
            self._columns.add((origin.path, column))
            _log.warning("warning: %s", on_one_line(f"{origin}: {text}"))
