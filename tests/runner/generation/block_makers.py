"""Makers of rows that a worker can import, for tests of workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from seedkit.core.generation.rows.shortfalls import Shortfall


@dataclass
class Numbers:
    """Gives the numbers of rows, and who made them; fails at a row, or ends its process there."""

    fails_at: int | None = None
    ends_at: int | None = None
    short: dict[str, Shortfall] = field(default_factory=dict)

    @property
    def to_send(self) -> Numbers | None:
        """Send it all."""
        return self

    def blocks(self, first: int, count: int) -> Iterator[tuple[int, list[int]]]:
        """Give the rows of a block."""
        rows = list(range(first, first + count))
        if self.fails_at in rows:
            raise ValueError(f"row {self.fails_at}")
        if self.ends_at in rows:
            os._exit(3)
        self.short["all"] = Shortfall("all", 1)
        yield os.getpid(), rows
