"""Triggers that wait for the end of a run, and refuse it there.

Which rows they mean, nobody says then. So the run is taken back and made again, to the same rows, with the trigger
asked as those of its table come: what it refuses is found, and made up for. Where it refuses once more at the end, its
table is left out. What it takes away there is told.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.generation.rows.shortfalls import asked_early, gone_at_the_end
from seedkit.core.generation.schema import Trigger
from seedkit.core.names import in_quotes
from seedkit.core.reports.generation import GeneratedTable
from seedkit.errors import LoadError
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.deferred import (
    Deferred,
    RefusedAtTheEnd,
    check_at_once,
    checked_at_once,
    tried,
)
from seedkit.postgres.generation.rows import rows_added
from seedkit.runner.generation.turns import Turns, nothing

_log = logging.getLogger("seedkit")


class AtTheEnd(Struct):
    """What waits for the end of a run: `early` are the triggers that are asked as rows come."""

    turns: Turns
    tables: Mapping[int, Table]
    waiting: Sequence[Deferred] = ()
    _early: list[Deferred] = field(default_factory=list)
    _left_out: dict[int, LoadError] = field(default_factory=dict)

    @property
    def connection(self) -> Connection:
        """The run's connection."""
        return self.turns.connection

    @contextmanager
    def checked_early(self, group: Sequence[int], *, cut: bool) -> Iterator[None]:
        """Check keys as rows come, and triggers that have refused before; all of a table that commits `cut`.

        Keys of a circle's tables hold when all of these have their rows.
        """
        meant = [each for each in self.waiting if each.table in group]
        early = [each for each in meant if (cut or each in self._early if each.trigger else len(group) == 1)]
        self.turns.begin_further = partial(check_at_once, self.connection, early)
        with checked_at_once(self.connection, early):
            yield
        self.turns.begin_further = nothing

    def check_circle(self, group: Sequence[int]) -> None:
        """Check the keys of a circle's tables."""
        keys = [each for each in self.waiting if each.table in group and not each.trigger]
        with checked_at_once(self.connection, keys if len(group) > 1 else ()):
            pass

    def refuse_left_out(self, group: Sequence[int]) -> None:
        """Raise LoadError for a table that is left out."""
        for oid in group:
            if oid in self._left_out:
                raise self._left_out[oid]

    def settled(
        self, fill: Callable[[], list[GeneratedTable]], again: Callable[[], list[GeneratedTable]]
    ) -> list[GeneratedTable]:
        """Fill tables, and `again` until no trigger refuses them at the end."""
        triggers = [each for each in self.waiting if each.trigger]
        while triggers:
            tables, refused = tried(self.connection, triggers, fill)
            if refused is None:
                return [self._as_left(table, [each.name for each in triggers]) for table in tables]
            self._note(refused)
            fill = again
        return fill()

    def _as_left(self, found: GeneratedTable, triggers: Sequence[str]) -> GeneratedTable:
        """Count a table's rows once more: triggers may have taken some away."""
        table = next(table for table in self.tables.values() if table.name == found.table)
        left = rows_added(self.connection, table, found.there, found.rows) if found.rows else 0
        if left == found.rows:
            return found
        reason = gone_at_the_end(str(found.table), found.rows - left, found.rows, triggers)
        return replace(found, rows=left, full=False, reasons=(*found.reasons, reason))

    def told(self, oid: int, triggers: Sequence[Trigger]) -> list[str]:
        """Say of the triggers of a table that is short of rows which were asked early, and what they may want."""
        return [
            asked_early(trigger.name, str(self.tables[oid].name), self._children(oid, trigger.source))
            for trigger in triggers
            if any(each.table == oid and each.name == trigger.name for each in self._early)
        ]

    def _children(self, oid: int, source: str) -> list[str]:
        """Name the tables that refer to a table, and that a trigger's function speaks of."""
        words = set(re.findall(r"\w+", source))
        refer = (table for table in self.tables.values() if any(key.references == oid for key in table.foreign_keys))
        return sorted(str(table.name) for table in refer if table.name.name in words and table.oid != oid)

    def _note(self, refused: RefusedAtTheEnd) -> None:
        trigger = refused.trigger
        table = in_quotes(self.tables[trigger.table].name)
        if trigger in self._early:
            self._left_out[trigger.table] = LoadError(
                f'trigger "{trigger.name}" of table {table} refuses its rows at the end of the run: {refused.message}',
                hint="Leave the table out, or say in generate.yml what its rows, or those behind them, have to be.",
            )
        self._early.append(trigger)
        _log.info(
            'trigger "%s" of table %s refuses rows at the end: the run begins again, and asks it as they come',
            trigger.name,
            table,
        )
