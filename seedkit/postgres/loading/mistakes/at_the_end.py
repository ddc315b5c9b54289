"""Finds the rows that a deferred constraint refuses; they are in the tables by then, and can not be loaded again."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from seedkit.core.names import in_quotes
from seedkit.errors import SeedkitError, lines
from seedkit.postgres.connection import Connection, takes_statements
from seedkit.postgres.loading.blame import of_its_table, with_places_of_key
from seedkit.postgres.loading.causes import is_about_a_row
from seedkit.postgres.loading.merging.taken_values import TAKEN
from seedkit.postgres.loading.mistakes.conflicts import conflicting_rows
from seedkit.postgres.loading.mistakes.deferred_triggers import DeferredTrigger, refusing_trigger, rows_refused_by
from seedkit.postgres.loading.mistakes.finding import by_what_they_bring, doubts_of, look_at, tell
from seedkit.postgres.loading.mistakes.giving_up import asked, give_up
from seedkit.postgres.loading.mistakes.mistake import Mistake
from seedkit.postgres.loading.table_loads import TableLoad


def with_mistakes_at_the_end(
    connection: Connection, loads: Sequence[TableLoad], explained: SeedkitError, error: psycopg.Error
) -> None:
    """Name in an error of a deferred constraint the rows that it refuses."""
    if not (takes_statements(connection) and is_about_a_row(error)):
        return
    if error.diag.constraint_name and (ours := of_its_table(error, loads)):
        if mistakes := _refused_by_constraint(connection, ours, error):
            tell(explained, mistakes)
        else:
            with_places_of_key(explained, error, ours)
    elif not error.diag.table_name and (trigger := _trigger(connection, loads, error)):
        _tell_of_trigger(connection, loads, trigger, explained, error)


def _refused_by_constraint(
    connection: Connection, loads: Sequence[TableLoad], error: psycopg.Error
) -> Sequence[Mistake]:
    try:
        mistakes = by_what_they_bring(look_at(connection, loads, _nothing), error)
    except psycopg.Error as refused:
        give_up(connection, refused)
        return []
    if mistakes or not isinstance(error, TAKEN):
        return mistakes
    return asked(connection, lambda: conflicting_rows(connection, doubts_of(connection, loads), error))


def _nothing(_connection: Connection, _loads: Sequence[TableLoad]) -> None:
    """Load no row again."""


def _trigger(connection: Connection, loads: Sequence[TableLoad], error: psycopg.Error) -> DeferredTrigger | None:
    try:
        return refusing_trigger(connection, loads, error)
    except psycopg.Error as refused:
        give_up(connection, refused)
        return None


def _tell_of_trigger(
    connection: Connection,
    loads: Sequence[TableLoad],
    trigger: DeferredTrigger,
    explained: SeedkitError,
    error: psycopg.Error,
) -> None:
    ours = [load for load in loads if load.table.oid == trigger.table]
    mistakes = asked(connection, lambda: rows_refused_by(connection, doubts_of(connection, ours), trigger, error))
    if mistakes:
        tell(explained, mistakes)
        return
    explained.origin = ours[0].sources[0].origin
    told = f'raised by the deferred trigger "{trigger.name}" of table {in_quotes(ours[0].table.name)}'
    explained.detail = lines([explained.detail, told]) if explained.detail else told
