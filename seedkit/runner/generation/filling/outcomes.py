"""What came of a table that was to get rows."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from seedkit.core.catalog import Table
from seedkit.core.generation.planning.tables import TablePlanner
from seedkit.core.generation.rows.making import RowMaker
from seedkit.core.generation.rows.shortfalls import told
from seedkit.postgres.generation.filling import Send, copied
from seedkit.postgres.generation.inserting import inserted
from seedkit.postgres.generation.rows import RowsThere


class TableOutcome(Struct, frozen=True, kw_only=True):
    """What a table was given, beside the rows that were `there`, and why it is not more where it is not.

    A `full` one holds no more; a `failed` one was given up. Of one with `taken` keys rows were refused for these.
    """

    table: str
    rows: int
    asked: int
    reasons: tuple[str, ...] = ()
    there: int = 0
    full: bool = False
    failed: bool = False
    taken: bool = False


class TableRows(Struct, frozen=True, kw_only=True):
    """The rows that a table is about to get: what makes them, of those `asked` for as many as fit."""

    table: Table
    planner: TablePlanner
    maker: RowMaker
    asked: int
    count: int

    @property
    def first(self) -> int:
        """The number of the first one."""
        return self.planner.situation.first

    @property
    def there(self) -> int:
        """How many rows the table had when it was planned."""
        return self.planner.situation.there

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that they have values for."""
        return self.maker.plan.column_names

    @property
    def send(self) -> Send:
        """How they get into their table."""
        return inserted if self.table.row_security or self.table.rules else copied

    def outcome(self, rows: int, refusals: Sequence[str] = (), last: TableRows | None = None) -> TableOutcome:
        """Say what came of them; `last` are those of the last try, where others were there by then."""
        table, last = str(self.table.name), last or self
        made, capacity = last.maker, last.maker.plan.capacity
        reasons = [
            *made.plan.notes,
            *(told(short, made.plan.rules, made.plan.fixed) for short in self.maker.short.values()),
            *refusals,
        ]
        since = rows if last is self else rows - (last.there - self.there)
        none_left = capacity.rows is not None and rows < self.asked and last.there + max(0, since) >= capacity.rows
        if none_left or self.count < self.asked:
            reasons.append(capacity.told(table))
        full = none_left and capacity.reason is None
        return TableOutcome(
            table=table, rows=rows, asked=self.asked, there=self.there, reasons=tuple(reasons), full=full
        )


def nothing_to_do(table: Table, there: RowsThere) -> TableOutcome:
    """Say that a table has all its rows."""
    return TableOutcome(table=str(table.name), rows=0, asked=0, there=there.count)
