"""What a run has for one table: its rows' sources, and the stages that the rows have come to."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from seedkit.core.catalog import Table
from seedkit.core.rows.blocks import RowSource
from seedkit.core.rows.keys import OnConflict
from seedkit.postgres.loading.stages import Stage


class TableLoad(Struct, frozen=True, kw_only=True):
    """The rows that a run has for one table; `filled` says that it has given the table rows before these."""

    table: Table
    sources: tuple[RowSource, ...]
    filled: bool = False

    def counts(self, source: RowSource) -> bool:
        """Whether equal rows of a source are counted against those that the table has: all of them at once, then."""
        return not source.key and (not self.table.keys or source.on_conflict is OnConflict.ERROR)


class StagedLoad(Struct, kw_only=True):
    """A load whose rows stand in stages; `rows` counts them."""

    load: TableLoad
    rows: int = 0
    stages: list[Stage] = field(default_factory=list)


def stages_of(loads: Iterable[StagedLoad]) -> list[Stage]:
    """List the stages of some loads, in the order in which `staged_reports` takes their counts."""
    return [stage for staged in loads for stage in staged.stages]
