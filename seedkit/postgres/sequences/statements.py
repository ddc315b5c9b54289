"""The statements that move a sequence; which of them fits is decided in `seedkit.core.sequences.rungs`.

Each finds its sequence as it is told to: by OID where it is run at once, by name where it stands in a script.
Functions, operators and types are PostgreSQL's own, whatever the search path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from psycopg import sql

from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.reading import SequenceReading
from seedkit.postgres.transactions.all_or_none import Lock, lock_statements
from seedkit.postgres.transactions.write_locks import KEEPING_WRITERS_OUT

LOCK_TIMEOUT = "300ms"

FoundBy: TypeAlias = "Callable[[FeedingSequence], sql.Literal]"
"""How a statement finds a sequence: by what can be cast to regclass."""


def by_oid(sequence: FeedingSequence) -> sql.Literal:
    """Find a sequence by its OID: in this database, and even if it is renamed meanwhile."""
    return sql.Literal(sequence.oid)


def by_name(sequence: FeedingSequence) -> sql.Literal:
    """Find a sequence by its name, in whatever database."""
    return sql.Literal(sequence.name.qualified)


_CLIMB = sql.SQL("""\
select behind.sequence{number} as sequence, arrived.value
from
    rows from (
        pg_catalog.unnest(array[{sequences}]::pg_catalog.{type}[]),
        pg_catalog.unnest(array[{targets}]::pg_catalog.int8[]),
        pg_catalog.unnest(array[{bases}]::pg_catalog.int8[]),
        pg_catalog.unnest(array[{ascending}]::pg_catalog.bool[])
    ) as behind (sequence, target, base, ascending),
    lateral (
        select drawn.value
        from (
            select pg_catalog.nextval(behind.sequence::pg_catalog.regclass) as value
            from (select pg_catalog.generate_series(1, 9223372036854775807)) as step
            offset 0
        ) as drawn
        where case
            when behind.ascending
            then drawn.value operator(pg_catalog.>=) behind.target or drawn.value operator(pg_catalog.<) behind.base
            else drawn.value operator(pg_catalog.<=) behind.target or drawn.value operator(pg_catalog.>) behind.base
        end
        limit 1
    ) as arrived""")


def climb_statement(
    readings: Sequence[SequenceReading], goal: int | None = None, found_by: FoundBy = by_oid
) -> sql.Composed:
    """Call `nextval` on each sequence until it has reached its target (or a goal before it); give its last value.

    A CYCLE that has started again meanwhile gives a value before its base, and would be climbed all the way round: it
    stops there. (So may a value that our session holds of a CACHE, where nothing stops it.) The innermost series has
    no end of its own: it gives rows as they are asked for, and LIMIT asks for no more than the climb needs.
    """
    targets = [reading.judgement.target if goal is None else goal for reading in readings]
    bases = [
        _bigint(reading.state.base) if reading.state.cycle and reading.state.cache == 1 else None
        for reading in readings
    ]
    return _CLIMB.format(
        sequences=sql.SQL(", ").join(found_by(reading.sequence) for reading in readings),
        type=sql.SQL("oid" if found_by is by_oid else "regclass"),
        number=sql.SQL("::pg_catalog.int8" if found_by is by_oid else ""),
        targets=_listed(targets),
        bases=_listed(bases),
        ascending=_listed([reading.sequence.ascending for reading in readings]),
    )


def _listed(values: Iterable[int | None]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Literal, values))


def _bigint(value: int) -> int:
    """Give what compares with every value of a bigint as `value` does."""
    return max(-(2**63), min(value, 2**63 - 1))


def lock_tables_statement(sequence: FeedingSequence) -> sql.Composed:
    """Lock a sequence's tables, in the order of their OIDs, until all who write to them have committed."""
    [statement] = lock_statements(table_locks(sequence))
    return statement


def table_locks(sequence: FeedingSequence) -> list[Lock]:
    """List the locks that keep writers out of a sequence's tables, in the order of their OIDs."""
    tables = sorted({(column.table_oid, column.table) for column in sequence.columns})
    return [Lock(table, KEEPING_WRITERS_OUT) for _, table in tables]


def altering_statements(reading: SequenceReading) -> list[sql.Composed]:
    """Write the statements that keep other sessions' `nextval` out to the end of the transaction."""
    return [sql.SQL("set local lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)), _locking_statement(reading)]


def _locking_statement(reading: SequenceReading) -> sql.Composed:
    """Write an ALTER SEQUENCE that changes nothing: the only kind of statement that keeps `nextval` out.

    One that owns or is owned as before rewrites nothing.
    """
    sequence = reading.sequence
    if reading.state.cache > 1:
        return rewriting_statement(reading)
    if sequence.identity:
        return sql.SQL("alter sequence {} owner to {}").format(_name(sequence), sql.Identifier(sequence.owner_role))
    if sequence.owner_column is None:
        return sql.SQL("alter sequence {} owned by none").format(_name(sequence))
    table, column = sequence.owner_column
    owner = sql.Identifier(table.schema, table.name, column)
    return sql.SQL("alter sequence {} owned by {}").format(_name(sequence), owner)


def rewriting_statement(reading: SequenceReading) -> sql.Composed:
    """Write the ALTER SEQUENCE that rewrites it as it is: other sessions then discard what they hold of its CACHE."""
    increment = sql.Literal(reading.state.increment)
    return sql.SQL("alter sequence {} increment by {}").format(_name(reading.sequence), increment)


def _name(sequence: FeedingSequence) -> sql.Identifier:
    return sql.Identifier(sequence.name.schema, sequence.name.name)


_FIRST = sql.SQL("""\
select case
    when pg_catalog.pg_sequence_last_value({sequence}::pg_catalog.regclass) is null
    then pg_catalog.nextval({sequence}::pg_catalog.regclass)
end""")

_LAST = sql.SQL("select pg_catalog.pg_sequence_last_value({sequence}::pg_catalog.regclass)")

_SET = sql.SQL("""\
select pg_catalog.setval(
    {sequence}::pg_catalog.regclass,
    (place.base operator(pg_catalog.+) (place.steps operator(pg_catalog.*) {increment}))::pg_catalog.int8
)
from (
    select pg_catalog.pg_sequence_last_value({sequence}::pg_catalog.regclass)::pg_catalog.numeric
) as read (base)
cross join lateral (
    select
        read.base,
        pg_catalog.div(
            {target} operator(pg_catalog.-) read.base operator(pg_catalog.+) {almost_a_step},
            {increment}
        )
) as place (base, steps)
where place.steps operator(pg_catalog.>) {further_than}""")


def set_statements(reading: SequenceReading, further_than: int, found_by: FoundBy = by_oid) -> list[sql.Composed]:
    """Set the sequence if it is further behind its target than so many steps.

    One that has given no value, as any may not have elsewhere, gives its first one before: of the others the last value
    is told without a query of it, in whose plan a relation in its place could run code of its owner. Asking for that
    first takes RowExclusive to the end of the transaction, so that the write can't wait behind somebody's ALTER
    SEQUENCE and land late: without it a sequence at 1000 was set back to 20.
    """
    first = _LAST if reading.state.is_called and found_by is by_oid else _FIRST
    return [first.format(sequence=found_by(reading.sequence)), set_statement(reading, further_than, found_by)]


def set_statement(reading: SequenceReading, further_than: int, found_by: FoundBy = by_oid) -> sql.Composed:
    """Set the sequence if it is further behind than so many steps, as the same statement reads its last value.

    It comes to the target, or past it where the sequence is out of phase with that.
    """
    increment = reading.sequence.increment
    return _SET.format(
        sequence=found_by(reading.sequence),
        target=sql.Literal(reading.judgement.target),
        increment=sql.Literal(increment),
        almost_a_step=sql.Literal(increment - 1 if increment > 0 else increment + 1),
        further_than=sql.Literal(further_than),
    )
