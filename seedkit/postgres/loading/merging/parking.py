"""Lets rows exchange unique values: PostgreSQL checks an index row by row, so that one of two must go first.

Where a merge meets a value that is taken, the rows that are to change in a column of that index are first given values
that are in nobody's way. If that does not help, the first error stands, and says why not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.merging.taken_values import TAKEN, Merge, Setting
from seedkit.postgres.loading.stages import Stage


def parked(
    connection: Connection, stages: Sequence[Stage], merge: Merge, setting: Setting | None = None
) -> Sequence[Any] | None:
    """Merge; where a value is taken, once more with the rows out of the way that are to change it."""
    if not any(map(_may_exchange, stages)):
        return merge()
    try:
        with connection.transaction():
            return merge()
    except TAKEN as error:
        from seedkit.postgres.loading.merging.exchanges import Exchange, set_in_place

        exchange = Exchange(connection=connection, stages=stages, merge=merge, setting=setting or set_in_place)
        return exchange.after(error)


def _may_exchange(stage: Stage) -> bool:
    """Whether an update may meet a value that is taken only until the end of the same update."""
    if not stage.updates:
        return False
    generated = {column.name for column in stage.table.columns if column.generated}
    return stage.table.further_indexes or any(
        not key.deferrable and not set(key.columns).isdisjoint({*stage.updatable, *generated} - {*stage.key})
        for key in stage.table.keys
    )
