"""The way of rows that exchange unique values: out of each other's way first, by a value that nobody has.

Apart from `parking`, which most merges need no further.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from msgspec import Struct
from psycopg import sql

from seedkit.core.catalog import Column
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.identifiers import assignments, images_differ, names, real_rows, type_of
from seedkit.postgres.loading.merging.key_parts import key_parts, update_parts
from seedkit.postgres.loading.merging.spare_values import SpareValue, spare_values
from seedkit.postgres.loading.merging.taken_values import TAKEN, Merge, Setting, no_exchange
from seedkit.postgres.loading.merging.updating import differing_rows
from seedkit.postgres.loading.merging.violated_indexes import ViolatedIndex, read_violated_index
from seedkit.postgres.loading.stages import Stage, with_stages

_VALUES_SEEN = 4


class _NotParkedError(Exception):
    """Rows can not have the values that would put them out of the way."""


class Exchange(Struct, frozen=True, kw_only=True):
    """A merge of stages that has met a value that is taken."""

    connection: Connection
    stages: Sequence[Stage]
    merge: Merge
    setting: Setting

    def after(
        self, error: psycopg.Error, parking: tuple[sql.Composed, ...] = (), met: frozenset[str | None] = frozenset()
    ) -> Sequence[Any] | None:
        """Run the merge with rows parked because of an error, besides those parked before; raises that error again.

        `met` are the indexes whose errors have been met before. Where another one refuses rows, it is that one's turn.
        """
        index = read_violated_index(self.connection, error)
        if index is None or not self._changes(index):
            raise error
        met |= {error.diag.constraint_name}
        why = f'no column of "{error.diag.constraint_name}" can have another value for the time being'
        for spare in self._spare_values(index):
            statements = (*parking, *self._parking(index, spare))
            try:
                return self._merged_or_further(statements, met)
            except _NotParkedError as refusal:
                why = why and str(refusal)
            except TAKEN as further:
                why = ""  # it was not for want of a value
                error.__notes__ = getattr(further, "__notes__", [])
                if spare.sure:
                    break
        if why:
            error.add_note(no_exchange(why))
        raise error

    def _merged_or_further(self, parking: tuple[sql.Composed, ...], met: frozenset[str | None]) -> Sequence[Any] | None:
        try:
            return self._merged(parking)
        except TAKEN as further:
            if further.diag.constraint_name in met:
                raise
            return self.after(further, parking, met)

    def _merged(self, parking: Sequence[sql.Composed]) -> Sequence[Any]:
        """Park rows and merge; a row for which the value to park with was all that it needed counts as updated."""
        with self.connection.transaction():
            before = self._differing()
            try:
                for statement in parking:
                    execute_alone(self.connection, statement)
            except psycopg.OperationalError:  # such as a time-out
                raise
            except psycopg.Error as refusal:
                raise _NotParkedError(refusal.diag.message_primary or str(refusal)) from refusal
            settled = [was - now for was, now in zip(before, self._differing(), strict=True)]
            counts, wrong = self.merge() or ([], None)
            for place, number in enumerate(settled):
                counts[2 * place] += number
            return counts, wrong

    def _differing(self) -> list[int]:
        """Count the rows of each stage that an update would touch."""
        counts = [
            sql.SQL("(select pg_catalog.count(*) from ({}) as row)").format(differing_rows(stage))
            for stage in self.stages
        ]
        statement = sql.SQL("{} select array[{}]").format(with_stages(self.stages), sql.SQL(", ").join(counts))
        row = execute_alone(self.connection, statement).fetchone()
        return list(row[0]) if row else []

    def _changes(self, index: ViolatedIndex) -> bool:
        """Whether a row that is there is to change in a column of the index."""
        asked = [(stage, columns) for stage in self.stages if (columns := index.changed_by(stage))]
        for stage, columns in asked:
            differing = sql.SQL(" union all ").join(
                sql.SQL("select 1 from {} as target, {} as staged where {}").format(
                    stage.rows_there, stage.identifier, _differs(part.same, columns)
                )
                for part in key_parts(stage)
            )
            statement = sql.SQL("{} {} limit 1").format(with_stages([stage]), differing)
            if execute_alone(self.connection, statement).fetchone() is not None:
                return True
        return False

    def _spare_values(self, index: ViolatedIndex) -> Iterator[SpareValue]:
        found = {column.name: (stage, column) for stage in self.stages for column in index.changed_by(stage)}
        stage = next(stage for stage, _ in found.values())
        columns = [column for _, column in found.values()]
        return spare_values(
            stage.table,
            real_rows(stage.table),
            index,
            columns,
            lambda column: self._seen(found[column.name][0], column),
        )

    def _seen(self, stage: Stage, column: Column) -> list[str]:
        """List some values that staged rows have in a column."""
        statement = sql.SQL("{} select distinct {}::pg_catalog.text from {} where {} is not null limit {}").format(
            with_stages([stage]), name := sql.Identifier(column.name), stage.identifier, name, sql.Literal(_VALUES_SEEN)
        )
        return [text for (text,) in execute_alone(self.connection, statement)]

    def _parking(self, index: ViolatedIndex, spare: SpareValue) -> list[sql.Composed]:
        changed = ((stage, index.changed_by(stage)) for stage in self.stages)
        return [
            self.setting(stage, _parked_rows(stage, part.same, columns, spare), spare.column.name, part.same)
            for stage, columns in changed
            if spare.column in columns
            for part in update_parts(stage)
        ]


def _differs(same: sql.SQL, columns: Sequence[Column]) -> sql.Composed:
    return sql.SQL("{} and {}").format(same, images_differ(tuple(column.name for column in columns)))


def _parked_rows(stage: Stage, same: sql.SQL, columns: Sequence[Column], spare: SpareValue) -> sql.Composed:
    """Select the keys of the rows that are to change, with the value that each can have for the time being."""
    return sql.SQL("select {}, ({})::{} as {} from {} as target, {} as staged where {}").format(
        names(stage.key, "target"),
        spare.value,
        type_of(spare.column),
        sql.Identifier(spare.column.name),
        stage.rows_there,
        stage.identifier,
        _differs(same, columns),
    )


def set_in_place(stage: Stage, rows: sql.Composable, column: str, same: sql.SQL) -> sql.Composed:
    """Set a column of a stage's table to what rows say."""
    return sql.SQL("{} update {} as target set {} from ({}) as staged where {}").format(
        with_stages([stage]), stage.rows_there, assignments((column,)), rows, same
    )
