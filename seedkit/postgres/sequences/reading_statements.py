"""The statement that reads sequences: the ids of the columns that they feed, and their states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from psycopg import sql

from seedkit.core.sequences.feeding import FeedingSequence, Place
from seedkit.postgres.as_owners import AsOwner
from seedkit.postgres.identifiers import is_a_sequence, is_no_view, nothing_but_tables
from seedkit.postgres.search_path import FOREIGN_TABLES_TOO
from seedkit.postgres.sequences.extremes import extreme_id, ids_beyond


def reading_statements(
    sequences: Sequence[FeedingSequence], bounds: Mapping[int, int], *, checked: bool
) -> list[sql.SQL | sql.Composed]:
    """Write the statement of one transaction, and before it what it needs; `checked` has it refuse views itself.

    It looks for the ids up to the bounds (by OID) that some sequences have. All that is read with the rights of another
    role is read with the same one's.
    """
    foreign = any(column.foreign_leaves for sequence in sequences for column in sequence.columns)
    relaxed = [FOREIGN_TABLES_TOO] if foreign and not checked else []
    owner = AsOwner(next((role for sequence in sequences for role in sequence.readers), None))
    states = [_state_query(sequence, bounds.get(sequence.oid), owner, checked=checked) for sequence in sequences]
    tables = [*(_check(sequences) if checked else []), *owner.common_tables()]
    asked = [_are_sequences(sequences)] if checked else []
    return [*relaxed, *asked, *owner.statements(), reading_statement(states, tables)]


def _are_sequences(sequences: Sequence[FeedingSequence]) -> sql.Composed:
    """Have the server refuse what is no sequence by now; gives no row."""
    asked = sql.SQL("), (").join(is_a_sequence(sequence.name) for sequence in sequences)
    return sql.SQL("select from (values ({})) as asked (answer) where answer is null").format(asked)


def reading_statement(
    states: Sequence[sql.Composable], tables: Sequence[sql.Composable], *, with_start: bool = False
) -> sql.Composed:
    """Ask for the extreme ids by the statement's snapshot, and for the states, which are never older than that."""
    return sql.SQL(
        """
        {}
        select
            state.oid,
            state.ids,
            state.beyond::int8 as beyond,
            state.last_value::int8 as last_value,
            state.is_called::bool as is_called,
            definition.seqincrement as increment,
            definition.seqmin as minimum,
            definition.seqmax as maximum,
            definition.seqcache as cache,
            definition.seqcycle as cycle,{}
            pg_is_in_recovery() as standby,
            pg_current_snapshot()::text as snapshot
        from ({}) as state (oid, ids, beyond, last_value, is_called)
        join pg_sequence as definition on definition.seqrelid = state.oid
        """
    ).format(
        sql.SQL("with {}").format(sql.SQL(", ").join(tables)) if tables else sql.SQL(""),
        sql.SQL(" definition.seqstart as start," if with_start else ""),
        sql.SQL(" union all ").join(states),
    )


def _check(sequences: Sequence[FeedingSequence]) -> list[sql.Composable]:
    """Refuse views in the places of tables; those that are read as their owners may be what they will."""
    places = [place for sequence in sequences for place in sequence.places]
    tables = [place.table for place in places if place.column.read_as is None]
    return [sql.SQL("checked as ({})").format(nothing_but_tables(tables))] if tables else []


def _state_query(sequence: FeedingSequence, bound: int | None, owner: AsOwner, *, checked: bool) -> sql.Composed:
    """Ask for the ids and for the state; that at once, as a sequence changes between two looks."""

    def asked(place: Place, written: sql.Composed) -> sql.Composable:
        return owner.evaluate(place.column.read_as, written)

    places = sequence.places
    ids = [asked(place, extreme_id(sequence, place, bound, checked=checked)) for place in places]
    beyond = (
        [] if bound is None else [asked(place, ids_beyond(sequence, place, bound, checked=checked)) for place in places]
    )
    counted = sql.SQL(" + ").join(sql.SQL("{}::int8").format(each) for each in beyond) if beyond else None
    array = sql.SQL("array[{}]::text[]").format(sql.SQL(", ").join(ids))
    return state_query(sequence, array, owner, beyond=counted, checked=checked)


def state_query(
    sequence: FeedingSequence,
    ids: sql.Composed | None,
    owner: AsOwner,
    *,
    beyond: sql.Composed | None = None,
    checked: bool = False,
) -> sql.Composed:
    """Ask for a sequence's state, beside what is asked of its ids: an array of texts, None where that is done apart."""
    return sql.SQL("select {}::int8, {}, {}, {}").format(
        sql.Literal(sequence.oid),
        ids or sql.SQL("null::text[]"),
        beyond or sql.SQL("0::int8"),
        _state(sequence, owner, checked=checked),
    )


def _state(sequence: FeedingSequence, owner: AsOwner, *, checked: bool) -> sql.Composed:
    name = sql.Identifier(sequence.name.schema, sequence.name.name)
    if sequence.read_as is None:
        state = sql.SQL("concat(last_value), concat(is_called) from {} as state").format(name)
        return sql.SQL("{} where {}").format(state, is_no_view("state")) if checked else state
    pair = sql.SQL("(select concat(last_value, ' ', is_called) from {})").format(name)
    return sql.SQL(
        "split_part(pair, ' ', 1), split_part(pair, ' ', 2)"
        " from (select {} as pair offset 0) as read where pair is not null"
    ).format(owner.evaluate(sequence.read_as, pair))
