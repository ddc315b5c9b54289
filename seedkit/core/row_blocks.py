"""Blocks of rows as they are loaded, and the sources that they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from seedkit.core.row_keys import OnConflict
from seedkit.core.row_shapes import RowShape
from seedkit.errors import Origin


class Block(NamedTuple):
    """Consecutive rows of one shape, as COPY text."""

    shape: RowShape
    text: bytes
    rows: int


class PlacedRow(NamedTuple):
    """One row as COPY text; `line` is where it stands in its file, from 1."""

    shape: RowShape
    line: int
    text: str


class ValueBlock(NamedTuple):
    """Rows of one shape as Python values, which the driver turns into COPY text."""

    shape: RowShape
    values: list[tuple[Any, ...]]

    @property
    def rows(self) -> int:
        """How many rows the block holds."""
        return len(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSource:
    """A stream of rows for one table, and what its author wants done with them.

    `name` is what a report calls it. `may_query` says that the rows come from code which may use the connection while
    it runs, so that no COPY must be open then; `may_compute` that the server is to evaluate some of their columns.
    `key` is the author's choice of identifying columns, or empty. `locate` gives the place of the nth row (from 1) of a
    shape, `locate_key` of those whose columns hold certain texts; `placed` reads all rows again, if that can be done.
    """

    name: str
    may_query: bool = False
    may_compute: bool = False
    blocks: Callable[[], Iterator[Block | ValueBlock]]
    on_conflict: OnConflict
    key: tuple[str, ...]
    origin: Origin | None
    locate: Callable[[RowShape, int], Origin | None]
    locate_key: Callable[[Sequence[str], Sequence[str | None]], list[Origin]]
    placed: Callable[[], Iterator[PlacedRow]] | None = None
