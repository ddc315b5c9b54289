"""The blocks by which a script draws from a sequence: nothing where that is past its target, or has nothing left.

A script may be run late, or again. So it looks at the sequence first, and draws after that by `nextval` alone: who
draws in between is never met by a value that was given already, and we pass over one of theirs at most.
"""

from __future__ import annotations

from psycopg import sql

from seedkit.core.sequences.reading import SequenceReading
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import is_no_view, trusted
from seedkit.postgres.sequences.script_check import in_do_block
from seedkit.postgres.sequences.statements import by_name
from seedkit.postgres.unencoded import text_of

_DRAWING = sql.SQL("""
declare
    sequence constant pg_catalog.regclass := {sequence};
    target constant pg_catalog.int8 := {target};
    reached pg_catalog.int8 := pg_catalog.pg_sequence_last_value(sequence);
    given pg_catalog.int8;
begin
    if reached is null then -- it has given nothing, and tells what is first to those alone who may read it
        begin
            select state.last_value into given from {name} as state where {is_no_view};
        exception when insufficient_privilege then
            null;
        end;
        if given operator(pg_catalog.{past}) target then
            return;
        end if;
    end if;
    {draws}
end
""")

_CLIMBS = sql.SQL("""\
while reached is null or reached operator(pg_catalog.{before}) target loop
        given := pg_catalog.nextval(sequence);{ends}
        reached := given;
    end loop;""")

_GONE_ROUND = sql.SQL("""
        exit when given operator(pg_catalog.{before}) reached; -- it has gone round""")

_FIRST = sql.SQL("""\
if reached is null then
        perform pg_catalog.nextval(sequence);
    end if;""")


def climb_block(reading: SequenceReading, connection: Connection) -> sql.Composed:
    """Write the block that calls `nextval` until the sequence has reached its target."""
    before = _before(reading)
    goes_round = reading.state.cycle and reading.state.cache == 1  # our session may hold lower values of a CACHE
    ends = _GONE_ROUND.format(before=before) if goes_round else sql.SQL("")
    return _block(reading, connection, _CLIMBS.format(before=before, ends=ends))


def first_value_block(reading: SequenceReading, connection: Connection) -> sql.Composed:
    """Write the block after which the last value of a sequence tells how far behind its target it is.

    It keeps ALTER SEQUENCE out to the end of the transaction, as `set_statements` needs it.
    """
    return _block(reading, connection, _FIRST)


def _block(reading: SequenceReading, connection: Connection, draws: sql.Composable) -> sql.Composed:
    name = reading.sequence.name
    body = _DRAWING.format(
        sequence=by_name(reading.sequence),
        target=sql.Literal(reading.judgement.target),
        name=sql.Identifier(name.schema, name.name),
        is_no_view=is_no_view("state"),
        past=trusted(">" if reading.sequence.ascending else "<"),
        draws=draws,
    )
    return in_do_block(text_of(body, connection))


def _before(reading: SequenceReading) -> sql.SQL:
    return trusted("<" if reading.sequence.ascending else ">")
