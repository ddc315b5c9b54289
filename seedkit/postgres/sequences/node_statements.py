"""The statements on sequences of which each node of a Citus cluster has its own, in a range of its own.

Citus refuses some that PostgreSQL has: recursive queries, empty select lists, ALTER SEQUENCE. Rows may be anywhere:
one scan gives the highest id in each node's range. A sequence is looked at on the node that it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace
from psycopg import sql

from seedkit.core.sequences.feeding import FeedingSequence, Place
from seedkit.core.sequences.nodes import COORDINATOR, NODE_VALUES
from seedkit.core.sequences.reading import SequenceReading
from seedkit.core.sequences.rungs import Rung, rung_for, widest_race
from seedkit.postgres.as_owners import AsOwner
from seedkit.postgres.sequences.reading_statements import reading_statement, state_query
from seedkit.postgres.sequences.script_check import in_do_block
from seedkit.postgres.sequences.statements import (
    by_name,
    climb_statement,
    set_statements,
)
from seedkit.postgres.unencoded import text_of

_IDS = sql.SQL(
    "(select pg_catalog.json_object_agg(node, id)::pg_catalog.text from ("
    "select greatest((fed.{column}::pg_catalog.int8 operator(pg_catalog.-) 1) operator(pg_catalog.>>) 48, 0) as node,"
    " pg_catalog.{extreme}(fed.{column}) as id from {table} as fed where fed.{column} is not null{up_to}"
    " group by 1) as of_nodes)"
)


Statements: TypeAlias = "list[sql.SQL | sql.Composed]"


def reading_statements_on_nodes(
    sequences: Sequence[FeedingSequence], bounds: Mapping[int, int], *, checked: bool
) -> Statements:
    """Ask for the ids of all nodes, and then for the states of this one's sequences.

    Never at once: Citus may run a statement about both on the node where the rows are, which has a sequence of its own.
    What is others' is not looked into by name: a state is then told by OID.
    """
    owner = AsOwner(next((role for sequence in sequences for role in sequence.readers), None))
    ids = [_answer(sequence, _all_ids(sequence, bounds, owner)) for sequence in sequences]
    tables = owner.common_tables()
    common = sql.SQL("with {} ").format(sql.SQL(", ").join(tables)) if tables else sql.SQL("")
    asked = sql.SQL("{}{}").format(common, sql.SQL(" union all ").join(ids))
    return [*owner.statements(), asked, _states(sequences, checked=checked)]


def _states(sequences: Sequence[FeedingSequence], *, checked: bool) -> sql.Composed:
    if sequences[0].is_others:
        return _STATES_BY_OID.format(sql.SQL(", ").join(sql.Literal(sequence.oid) for sequence in sequences))
    nobody = AsOwner(None)
    states = [state_query(replace(sequence, columns=()), None, nobody, checked=checked) for sequence in sequences]
    return reading_statement(states, [], with_start=True)


_STATES_BY_OID = sql.SQL("""\
select
    definition.seqrelid::int8 as oid,
    coalesce(pg_sequence_last_value(definition.seqrelid), definition.seqstart) as last_value,
    pg_sequence_last_value(definition.seqrelid) is not null as is_called,
    definition.seqincrement as increment,
    definition.seqmin as minimum,
    definition.seqmax as maximum,
    definition.seqcache as cache,
    definition.seqcycle as cycle,
    definition.seqstart as start
from pg_sequence as definition
where definition.seqrelid in ({})""")


def _all_ids(sequence: FeedingSequence, bounds: Mapping[int, int], owner: AsOwner) -> sql.Composed:
    bound = bounds.get(sequence.oid)
    ids = [owner.evaluate(place.column.read_as, _ids(sequence, place, bound)) for place in sequence.places]
    return sql.SQL("array[{}]::pg_catalog.text[]").format(sql.SQL(", ").join(ids))


def _answer(sequence: FeedingSequence, ids: sql.Composed) -> sql.Composed:
    return sql.SQL("select {}::pg_catalog.int8 as oid, {} as ids").format(sql.Literal(sequence.oid), ids)


def _ids(sequence: FeedingSequence, place: Place, bound: int | None) -> sql.Composed:
    """Write the highest ids (the lowest, if the sequence descends) of all nodes; of this one up to a bound."""
    column = sql.Identifier(place.column.name)
    return _IDS.format(
        column=column,
        extreme=sql.SQL("max" if sequence.ascending else "min"),
        table=sql.Identifier(place.table.schema, place.table.name),
        up_to=sql.SQL("") if bound is None else _up_to(sequence, column, bound),
    )


def _up_to(sequence: FeedingSequence, column: sql.Identifier, bound: int) -> sql.Composed:
    here = sequence.nodes.here if sequence.nodes else COORDINATOR
    return sql.SQL(
        " and (fed.{column} operator(pg_catalog.{compared}) {bound} or fed.{column} operator(pg_catalog.>) {end})"
    ).format(
        column=column,
        compared=sql.SQL("<=" if sequence.ascending else ">="),
        bound=sql.Literal(bound),
        end=sql.Literal((here + 1) * NODE_VALUES),
    )


_STATES = sql.SQL("""\
select case when pg_catalog.set_config('lock_timeout', {timeout}, true) is not null then (
    select pg_catalog.json_agg(
        case when definition.seqrelid is not null then pg_catalog.json_build_array(
            pg_catalog.pg_sequence_last_value(definition.seqrelid), definition.seqstart, definition.seqincrement,
            definition.seqmin, definition.seqmax, definition.seqcache, definition.seqcycle
        ) end
        order by named.place
    )
    from pg_catalog.unnest(array[{names}]::pg_catalog.text[]) with ordinality as named (name, place)
    left join pg_catalog.pg_sequence as definition
        on definition.seqrelid operator(pg_catalog.=) pg_catalog.to_regclass(named.name)::pg_catalog.oid
) end""")


def states_command(sequences: Sequence[FeedingSequence], lock_timeout: str | None) -> str:
    """Write what a node is asked: the states of its sequences, in the order given, in JSON."""
    names = sql.SQL(", ").join(map(by_name, sequences))
    return text_of(_STATES.format(timeout=sql.Literal(lock_timeout or "0"), names=names))


ON_WORKERS = sql.SQL("""\
select node.groupid as node, answer.success, answer.result
from pg_catalog.run_command_on_workers({command}) as answer (nodename, nodeport, success, result)
join pg_catalog.pg_dist_node as node
    on node.nodename operator(pg_catalog.=) answer.nodename
    and node.nodeport operator(pg_catalog.=) answer.nodeport""")


def moving_command(readings: Sequence[SequenceReading], lock_timeout: str | None) -> str:
    """Write what each node that has sequences among those which are behind does of it: climb, or jump wide gaps.

    Nothing there is ever set back: a node's sequence can't leave its range. All nodes get the same text.
    """
    lines = [
        sql.SQL("perform pg_catalog.set_config('lock_timeout', {}, true);").format(sql.Literal(lock_timeout or "0"))
    ]
    for node in dict.fromkeys(reading.node for reading in readings):
        moved = [statement for reading in readings if reading.node == node for statement in _moving(reading)]
        lines.append(
            sql.SQL(
                "if (select groupid operator(pg_catalog.=) {} from pg_catalog.pg_dist_local_group) then {} end if;"
            ).format(
                sql.Literal(node),
                sql.SQL(" ").join(sql.SQL("perform * from ({}) as moved;").format(statement) for statement in moved),
            )
        )
    body = sql.SQL("begin {} end").format(sql.SQL(" ").join(lines))
    return text_of(in_do_block(text_of(body)))


def _moving(reading: SequenceReading) -> list[sql.Composed]:
    if rung_for(reading, in_transaction=True) is Rung.CLIMB:
        return [climb_statement([reading], found_by=by_name)]
    return set_statements(reading, widest_race(reading), found_by=by_name)
