"""Brings the coordinator's sequence back where it was set into another node's range, and writes down moves on nodes.

The one case of a sequence that is set back, and the only one for which tables are locked: values that it has given in
its own range may stand in rows that are not committed yet.
"""

from __future__ import annotations

from psycopg import sql

from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.nodes import COORDINATOR, range_of
from seedkit.core.sequences.reading import SequenceReading
from seedkit.postgres.as_owners import AsOwner
from seedkit.postgres.sequences.node_statements import ON_WORKERS, Statements, moving_command
from seedkit.postgres.sequences.script_check import in_do_block
from seedkit.postgres.sequences.statements import FoundBy, by_name, by_oid, lock_tables_statement
from seedkit.postgres.transactions.node_waits import waits_on_all_nodes
from seedkit.postgres.unencoded import text_of

_PATIENCE = "5s"
"""How long a script waits for locks, as a repair does that is not told otherwise."""

_BRING_BACK = sql.SQL("""
#variable_conflict use_column
declare
    highest pg_catalog.int8;
    steps pg_catalog.int8 := {margin};
begin
    {locking}
    highest := ({ids});
    if highest operator(pg_catalog.>=) {start} then
        steps := steps operator(pg_catalog.+) 1
            operator(pg_catalog.+) (highest operator(pg_catalog.-) {start}) operator(pg_catalog./) {increment};
    end if;
    if coalesce(pg_catalog.pg_sequence_last_value({sequence}::pg_catalog.regclass), {uncalled})
        operator(pg_catalog.>) {end}
    then
        perform pg_catalog.setval(
            {sequence}::pg_catalog.regclass,
            {start} operator(pg_catalog.+)
                greatest(steps operator(pg_catalog.-) 1, 0) operator(pg_catalog.*) {increment},
            steps operator(pg_catalog.>) 0
        );
    end if;
end
""")
"""All inside one block, as Citus has other nodes execute all of the text that a SET came in. Reading and setting are
apart: Citus may run a statement on the node where its rows are, and would set that one's sequence."""

_HIGHEST = sql.SQL(
    "(select pg_catalog.max({column})::pg_catalog.text from {table} where {column} operator(pg_catalog.<=) {end})"
)


def bringing_back_statements(reading: SequenceReading, lock_timeout: str | None, found_by: FoundBy) -> Statements:
    """Write what brings the coordinator's sequence back past the ids of its own range, or to its START without any.

    Its tables are locked on all nodes before, until all who have drawn such ids have committed: the highest id is read
    then, with the rights of who owns the tables where that is asked for. One that somebody has brought back by then is
    not touched.
    """
    end = sql.Literal(range_of(COORDINATOR).highest)
    sequence, state = reading.sequence, reading.state
    owner = AsOwner(next(iter(sequence.readers), None)) if found_by is by_oid else AsOwner(None)
    locking = [*waits_on_all_nodes(lock_timeout), lock_tables_statement(sequence)]
    block = _BRING_BACK.format(
        locking=sql.SQL(" ").join(sql.SQL("{};").format(statement) for statement in locking),
        ids=_highest(sequence, owner, end),
        sequence=found_by(sequence),
        start=_bigint(state.start),
        increment=_bigint(state.increment),
        margin=_bigint(reading.margin),
        uncalled=sql.Literal(None if state.is_called else state.last_value),
        end=end,
    )
    return [*owner.statements(), in_do_block(text_of(block))]


def _highest(sequence: FeedingSequence, owner: AsOwner, end: sql.Literal) -> sql.Composed:
    ids = [
        owner.evaluate(
            place.column.read_as,
            _HIGHEST.format(
                column=sql.Identifier(place.column.name),
                table=sql.Identifier(place.table.schema, place.table.name),
                end=end,
            ),
        )
        for place in sequence.places
    ]
    tables = owner.common_tables()
    return sql.SQL("{} select greatest({})").format(
        sql.SQL("with {}").format(sql.SQL(", ").join(tables)) if tables else sql.SQL(""),
        sql.SQL(", ").join(sql.SQL("{}::pg_catalog.int8").format(each) for each in ids),
    )


def _bigint(value: int) -> sql.Composed:
    return sql.SQL("{}::pg_catalog.int8").format(sql.Literal(value))


_OR_ERROR = sql.SQL("""
declare
    failed pg_catalog.text;
begin
    select pg_catalog.string_agg(pg_catalog.concat('node ', told.node, ': ', told.result), '; ')
    into failed
    from ({asked}) as told
    where not told.success;
    if failed is not null then
        raise exception using message = failed, hint = 'Run it again when that node can be reached.';
    end if;
end
""")


def script_of_nodes(reading: SequenceReading) -> Statements:
    """Write, for a script, what moves the sequence of another node, or brings the coordinator's back."""
    if not reading.node:
        return bringing_back_statements(reading, _PATIENCE, by_name)
    asked = ON_WORKERS.format(command=sql.Literal(moving_command([reading], _PATIENCE)))
    return [in_do_block(text_of(_OR_ERROR.format(asked=asked)))]
