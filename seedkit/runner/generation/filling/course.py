"""What stands around the rows of a run: sequences ahead of them, progress, and commits between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from seedkit.core.catalog import Table
from seedkit.core.generation.rows.by_column import MadeRows
from seedkit.core.names import TableName
from seedkit.progress import Progress
from seedkit.runner.generation.turns import Turns

if TYPE_CHECKING:
    from seedkit.runner.generation.out.gathered import Gathered


class Course(Struct, kw_only=True):
    """A run under way; `kept` are the rows that were committed of it so far, with `commit_every`.

    The rows are `gathered` where they go elsewhere than into the database. `cuts` says that
    a commit may come between the rows of the table that is being filled.
    """

    turns: Turns
    progress: Progress
    commit_every: int | None = None
    gathered: Gathered | None = None
    cuts: bool = False
    kept: Counter[TableName] = field(default_factory=Counter)
    sent_rows: Counter[TableName] = field(default_factory=Counter)
    _pending: Counter[TableName] = field(default_factory=Counter)

    def make_ready(self, table: Table, last: Mapping[str, int]) -> dict[str, int]:
        """Move the sequences of a table's columns past the last value that each will have; say what they had given."""
        return self.turns.ahead.make_ready(table, last)

    def sent(self, table: Table, blocks: Iterable[MadeRows]) -> Iterator[MadeRows]:
        """Hand on the blocks of a table, and count their rows."""
        for block in blocks:
            yield block
            self.progress.rows += len(block.numbers)
            self.sent_rows[table.name] += len(block.numbers)

    def pieces(self, table: Table, blocks: Iterable[MadeRows]) -> Iterator[Iterator[MadeRows]]:
        """Cut the blocks of a table where a commit comes between them."""
        rest = self.sent(table, blocks)
        if self.commit_every is None or not self.cuts:
            yield rest
            return
        for first in rest:
            yield _piece(first, rest, self.commit_every)

    def taking(
        self, table: Table, columns: Sequence[str], left: Collection[str], together: Sequence[int]
    ) -> Callable[[str], None]:
        """Take note of a table's rows from now on, where they are gathered."""
        return _unheard if self.gathered is None else self.gathered.begin(table, columns, left, together)

    def loaded(self, table: Table, rows: int) -> None:
        """Take note of how many rows of a piece are there; a commit may come now."""
        if self.cuts:
            self.count(table.name, rows)

    def count(self, table: TableName, rows: int) -> None:
        """Take note of rows that are there, and commit where that is due."""
        self._pending[table] += rows
        if self.commit_every is not None and self._pending.total() >= self.commit_every:
            self.commit()

    def commit(self) -> None:
        """Commit what there is, if anything is."""
        if self._pending:
            self.turns.next_piece()
            self.kept += self._pending
            self._pending.clear()

    def is_cut(self, rows: int) -> bool:
        """Whether so many rows of a table are committed in pieces."""
        return self.commit_every is not None and rows >= self.commit_every

    def forget(self, tables: Iterable[int]) -> None:
        """Take note that what was not committed of some tables has been taken back."""
        if self.cuts:
            self._pending.clear()
        if self.gathered is not None:
            self.gathered.drop(tables)


def _unheard(_lines: str) -> None:
    """Take no note of rows."""


def _piece(first: MadeRows, rest: Iterator[MadeRows], most: int) -> Iterator[MadeRows]:
    """Give blocks up to a number of rows; the first one has been taken already."""
    rows = len(first.numbers)
    yield first
    while rows < most and (block := next(rest, None)) is not None:
        rows += len(block.numbers)
        yield block
