"""Reads a sequence and its ids without a plan of a query: slowly, and where a plan can't be had safely.

That is so where what is others' can't be read with the rights of its owners: on a standby, in a session that only
reads, where event triggers forbid functions. And where an index calls a function that finds its names in its owner's
search path alone. COPY of a whole column plans nothing, as pg_dump knows; a sequence's state is asked for by OID, of
functions of PostgreSQL's own.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from psycopg.rows import dict_row

from seedkit.core.names import TableName
from seedkit.core.sequences.feeding import FedColumn, FeedingSequence, Place
from seedkit.core.sequences.ids import extreme_id, whole_id
from seedkit.core.sequences.key_patterns import STRANGE
from seedkit.core.sequences.reach import MOST_COUNTED
from seedkit.core.sequences.reading import SequenceReading, is_behind
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.errors import SequenceError
from seedkit.postgres.connection import copied_column
from seedkit.postgres.queries import query
from seedkit.postgres.session import Session
from seedkit.postgres.transactions.short_transactions import short_transaction

_log = logging.getLogger("seedkit")

HAS_SEQUENCE_DATA = 180000
"""The server version since which a function gives a sequence's whole state."""


@contextmanager
def unplanned(connection: Session, timeout: str | None, options: RepairOptions) -> Iterator[None]:
    """Read where no policy runs, as those of a partition might; what is set for that is set back."""
    with short_transaction(connection, timeout), connection.transaction(force_rollback=True):
        if not options.by_visible_rows:
            connection.execute("set local row_security = off")
        yield


def unplanned_ids(connection: Session, sequence: FeedingSequence, bound: int | None) -> dict[str, Any]:
    """Give the extreme id of each place, up to a bound, as `ids`, and as `beyond` how many are past it.

    In the transaction that is open. Where it is READ COMMITTED, each partition shows its ids of a moment of its own.
    Raises ValueError for what is no id.
    """
    past = _Counted(bound, ascending=sequence.ascending)
    extremes = [_extreme(connection, sequence, place, past) for place in sequence.places]
    return {"ids": extremes, "beyond": min(past.number, MOST_COUNTED + 1)}


def _extreme(connection: Session, sequence: FeedingSequence, place: Place, past: _Counted) -> str | None:
    strange = _Strange(place.column)
    with closing(_keys(connection, place)) as keys:
        ids = strange.without(keys, ascending=sequence.ascending)
        extreme = extreme_id(past.within(ids), ascending=sequence.ascending)
    if strange.number:
        return f"{STRANGE}{strange.number}"
    return None if extreme is None else str(extreme)


def unplanned_state(connection: Session, sequence: FeedingSequence) -> dict[str, Any]:
    """Read the state by OID; empty where another session is rewriting the sequence.

    Before PostgreSQL 18 one that has given no value is taken to begin where it was made to begin.
    """
    state = query("sequence_data" if _tells(connection) else "sequence_last_value")
    return connection.cursor(row_factory=dict_row).execute(state, {"sequence": sequence.oid}).fetchone() or {}


def is_guessed(connection: Session, found: SequenceReading) -> bool:
    """Whether a verdict rests on where a sequence begins; that it is behind may: a repair by it does no harm."""
    if _tells(connection) or found.state.is_called or found.extreme_id is None:
        return False
    return not is_behind(found)


def _tells(connection: Session) -> bool:
    return connection.info.server_version >= HAS_SEQUENCE_DATA


class _Counted:
    """Passes on ids up to a bound, and counts the others."""

    def __init__(self, bound: int | None, *, ascending: bool) -> None:
        self._bound, self._direction = bound, 1 if ascending else -1
        self.number = 0

    def within(self, ids: Iterable[int | None]) -> Iterator[int]:
        for value in ids:
            if value is None:
                continue
            if self._bound is not None and (value - self._bound) * self._direction > 0:
                self.number += 1
            else:
                yield value


class _Strange:
    """Reads keys as ids, and counts those that are spelled otherwise than the column's."""

    def __init__(self, column: FedColumn) -> None:
        self._column = column
        self.number = 0

    def without(self, keys: Iterable[str], *, ascending: bool) -> Iterator[int | None]:
        """Give the ids; whole numbers mostly, which int() reads sooner."""
        for key in keys:
            if self._column.spelled:
                number = self._column.pattern.number_in(self._trimmed(key))
                self.number += number is None
                yield number
            else:
                yield int(key) if key.isdecimal() else whole_id(key, ascending=ascending)

    def _trimmed(self, key: str) -> str:
        return key.rstrip(" ") if self._column.type_name.startswith("character(") else key


def _keys(connection: Session, place: Place) -> Generator[str]:
    """Give what stands in a column of a table and of what is below it; raises SequenceError where one is another."""
    if place.column.large:
        _log.warning("%s is read whole, as no plan for it is safe or works here: this takes its time", place.table)
    tables = _leaves(connection, place)
    for table in tables.values():
        yield from copied_column(connection, table, place.column.name)
    _refuse_others(connection, tables)


def _leaves(connection: Session, place: Place) -> dict[int, TableName]:
    """Give by OID the tables that hold rows of a place."""
    found = connection.execute(query("leaves"), {"table": place.column.table_oid}).fetchall()
    if not found:
        raise SequenceError("its table was dropped meanwhile", hint="Try again.")
    tables = {oid: TableName(schema, name) for oid, schema, name, kind in found if kind != "p"}
    return {oid: table for oid, table in tables.items() if table == place.table or not place.only}


def _refuse_others(connection: Session, tables: Mapping[int, TableName]) -> None:
    """See that those were read that were meant: their locks are held, while a name may mean another table by now."""
    row = connection.execute(query("locked_tables"), {"tables": list(tables)}).fetchone()
    if row is None or row[0] != len(tables):
        reason = "another relation has taken the place of its table"
        raise SequenceError(reason, hint="Run it again.")
