"""The statements that move a sequence; which of them fits is decided in `seedkit.core.sequences.rungs`.

Each names its sequence by OID, or by its full name where PostgreSQL's grammar wants one.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from seedkit.core.sequences.reading import SequenceReading
from seedkit.core.sequences.rungs import widest_race
from seedkit.postgres.identifiers import is_no_view

LOCK_TIMEOUT = "300ms"


def climb_statement(readings: Sequence[SequenceReading], goal: int | None = None) -> sql.Composed:
    """Call `nextval` on each sequence until it has reached its target (or a goal before it); give its last value.

    A CYCLE that has started again meanwhile gives a value before its base, and would be climbed all the way round: it
    stops there. (So may a value that our session holds of a CACHE, where nothing stops it.) The innermost series has
    no end of its own: it gives rows as they are asked for, and LIMIT asks for no more than the climb needs.
    """
    targets = sql.SQL(", ").join(
        sql.SQL("({}::oid, {}::bigint, {}::bigint, {}::int)").format(
            sql.Literal(reading.sequence.oid),
            sql.Literal(reading.judgement.target if goal is None else goal),
            sql.Literal(_bigint(reading.state.base) if reading.state.cycle and reading.state.cache == 1 else None),
            sql.Literal(1 if reading.sequence.ascending else -1),
        )
        for reading in readings
    )
    return sql.SQL(
        """
        select behind.sequence, arrived.value
        from
            (values {}) as behind (sequence, target, base, direction),
            lateral (
                select value from (
                    select nextval(sequence::regclass) as value
                    from (select generate_series(1, 9223372036854775807)) as step
                    offset 0
                ) as drawn
                where case direction
                    when 1 then value >= target or value < base
                    else value <= target or value > base
                end
                limit 1
            ) as arrived
        """
    ).format(targets)


def _bigint(value: int) -> int:
    """Give what compares with every value of a bigint as `value` does."""
    return max(-(2**63), min(value, 2**63 - 1))


def lock_statements(reading: SequenceReading) -> list[sql.Composed]:
    """Write the statements that keep other sessions' `nextval` out to the end of the transaction."""
    return [sql.SQL("set local lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)), _locking_statement(reading)]


def _locking_statement(reading: SequenceReading) -> sql.Composed:
    """Write an ALTER SEQUENCE that changes nothing: the only kind of statement that keeps `nextval` out.

    The one that sets the increment rewrites the sequence: other sessions then discard what they hold of its CACHE.
    """
    sequence = reading.sequence
    name = sql.Identifier(sequence.name.schema, sequence.name.name)
    if reading.state.cache > 1:
        return sql.SQL("alter sequence {} increment by {}").format(name, sql.Literal(reading.state.increment))
    if sequence.identity:
        return sql.SQL("alter sequence {} owner to {}").format(name, sql.Identifier(sequence.owner_role))
    if sequence.owner_column is None:
        return sql.SQL("alter sequence {} owned by none").format(name)
    table, column = sequence.owner_column
    return sql.SQL("alter sequence {} owned by {}").format(name, sql.Identifier(table.schema, table.name, column))


def gap_set_statements(reading: SequenceReading, *, checked: bool) -> list[sql.Composed]:
    """Write the statements that set a sequence across a large gap, without a lock that writers would wait for.

    Reading the last value first takes RowExclusive to the end of the transaction, so that the write can't wait behind
    somebody's ALTER SEQUENCE and land late: without it a sequence at 1000 was set back to 20 (REPAIR.md, section 3).
    """
    oid = sql.Literal(reading.sequence.oid)
    return [
        sql.SQL("select pg_sequence_last_value({}::oid::regclass)").format(oid),
        set_statement(reading, further_than=widest_race(reading), checked=checked),
    ]


def set_statement(reading: SequenceReading, further_than: int, *, checked: bool) -> sql.Composed:
    """Set the sequence if it is further behind its target than so many steps, as the same statement reads it.

    `checked` has it refuse a view in the sequence's place itself, for a server that can't refuse views. What it reads
    passes through text, as PostgreSQL writes it: a relation in the sequence's place may have columns of a type whose
    casts are functions of its owner.
    """
    sequence = reading.sequence
    return sql.SQL(
        """
        select setval({oid}::oid::regclass, {target})
        from {name} as state
        where {checked}(
            {target}::numeric - concat(last_value)::numeric
            + case concat(is_called) when 't' then 0 else {increment} end
        ) / {increment} > {further_than}
        """
    ).format(
        oid=sql.Literal(sequence.oid),
        name=sql.Identifier(sequence.name.schema, sequence.name.name),
        target=sql.Literal(reading.judgement.target),
        increment=sql.Literal(sequence.increment),
        further_than=sql.Literal(further_than),
        checked=sql.SQL("{} and ").format(is_no_view("state")) if checked else sql.SQL(""),
    )
