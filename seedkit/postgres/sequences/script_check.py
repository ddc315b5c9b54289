"""What a script checks before it moves anything: that what it names is there, and linked as where it was written.

Ownership, identity and a default that draws from the sequence itself leave a dependency in the catalog, which can be
asked for anywhere. What draws by a name that is looked up late, by a function, a trigger or the application leaves
none: of these, all that can be checked is that the column has the same default still, if any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count

from msgspec import Struct
from psycopg import sql

from seedkit.core.sequences.feeding import FedColumn, FeedingSequence
from seedkit.core.sequences.reading import SequenceReading
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.core.sequences.rungs import LONGEST_CLIMB_STEPS, Rung, rung_for
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import trusted
from seedkit.postgres.transactions.short_transactions import rows_of_each
from seedkit.postgres.unencoded import text_of


class Link(Struct, frozen=True, kw_only=True):
    """A sequence that a script moves, a column that it feeds, and what a look at the catalog says of them.

    `linked` says that the catalog knows of it; otherwise the column has `default`, perhaps none.
    """

    reading: SequenceReading
    column: FedColumn
    linked: bool
    default: str | None


def read_links(
    connection: Connection, readings: Sequence[SequenceReading], options: RepairOptions
) -> dict[int, list[Link]]:
    """Look how the columns that decide are linked to their sequences, by the sequences' OIDs."""
    asked = [(reading, column) for reading in readings for column in _deciding(reading.sequence)]
    if not asked:
        return {reading.sequence.oid: [] for reading in readings}
    rows = (_names(reading.sequence, column, [sql.Literal(place)]) for place, (reading, column) in zip(count(), asked))
    query = _READ.format(facts=_facts(rows, '"place"'))
    found = {row["place"]: row for row in rows_of_each(connection, [[query]], options.lock_timeout)}
    links: dict[int, list[Link]] = {reading.sequence.oid: [] for reading in readings}
    for place, (reading, column) in enumerate(asked):
        row = found[place]
        links[reading.sequence.oid].append(
            Link(reading=reading, column=column, linked=row["linked"], default=row["default"])
        )
    return links


def _deciding(sequence: FeedingSequence) -> list[FedColumn]:
    return [column for column in sequence.columns if column.tells and not column.covered]


def check_statement(connection: Connection, links: Iterable[Link]) -> sql.Composed:
    """Write the statement that raises an error unless all links are as they were."""
    rows = (_names(link.reading.sequence, link.column, _expected(link)) for link in links)
    columns = '"linked", "default", "increment", "cycle", "target", "furthest"'
    return in_do_block(text_of(_CHECK.format(facts=_facts(rows, columns)), connection))


def in_do_block(body: str) -> sql.Composed:
    """Write the statement that runs the body of a PL/pgSQL block."""
    quote = next(tag for tag in _tags() if tag not in body)
    return sql.SQL("do {quote}{body}{quote}").format(quote=trusted(quote), body=trusted(body))


def _tags() -> Iterable[str]:
    """Give what a body can be quoted by, with no end to it: a name may hold any of them."""
    yield "$seedkit$"
    yield from (f"$seedkit_{number}$" for number in count(1))


def _expected(link: Link) -> list[sql.Composable]:
    """Say what the sequence must be like; one that is climbed, and not set, must not be too far away."""
    reading = link.reading
    climbed = not reading.node and rung_for(reading, in_transaction=False) is Rung.CLIMB
    furthest = max(LONGEST_CLIMB_STEPS, reading.judgement.steps) if climbed else None
    return [
        sql.Literal(link.linked),
        sql.SQL("{}::pg_catalog.text").format(sql.Literal(link.default)),
        sql.Literal(reading.state.increment),
        sql.Literal(reading.state.cycle),
        sql.Literal(reading.judgement.target),
        sql.SQL("{}::pg_catalog.numeric").format(sql.Literal(furthest)),
    ]


def _names(sequence: FeedingSequence, column: FedColumn, more: Iterable[sql.Composable]) -> sql.Composed:
    named = (sql.Literal(name) for name in (sequence.name.qualified, column.table.qualified, column.name))
    return sql.SQL("({})").format(sql.SQL(", ").join([*named, *more]))


def _facts(rows: Iterable[sql.Composed], columns: str) -> sql.Composed:
    return _FACTS.format(rows=sql.SQL(",\n            ").join(rows), columns=trusted(columns))


# 1574 is nextval(regclass); a default with currval depends on its sequence too, but draws nothing from it.
_FACTS = sql.SQL("""\
(
        values
            {rows}
    ) as named (sequence, "table", "column", {columns})
    left join pg_catalog.pg_sequence as definition
        on definition.seqrelid operator(pg_catalog.=) pg_catalog.to_regclass(named.sequence)
    left join pg_catalog.pg_class as relation
        on relation.oid operator(pg_catalog.=) pg_catalog.to_regclass(named."table")
        and relation.relkind operator(pg_catalog.=) any ('{{r,p}}'::pg_catalog."char"[])
    left join pg_catalog.pg_attribute as attribute
        on attribute.attrelid operator(pg_catalog.=) relation.oid
        and attribute.attname operator(pg_catalog.=) named."column"
        and not attribute.attisdropped
    left join pg_catalog.pg_type as type
        on type.oid operator(pg_catalog.=) attribute.atttypid
    left join pg_catalog.pg_attrdef as expression
        on expression.adrelid operator(pg_catalog.=) relation.oid
        and expression.adnum operator(pg_catalog.=) attribute.attnum
    cross join lateral (
        select
            exists (
                select
                from pg_catalog.pg_depend as depend
                where depend.classid operator(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
                    and depend.objid operator(pg_catalog.=) definition.seqrelid
                    and depend.refclassid operator(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
                    and depend.refobjid operator(pg_catalog.=) relation.oid
                    and depend.refobjsubid operator(pg_catalog.=) attribute.attnum
                    and (
                        depend.deptype operator(pg_catalog.=) 'i'
                        or attribute.attidentity operator(pg_catalog.=) '' and not attribute.atthasdef
                    )
            )
            or exists (
                select
                from pg_catalog.pg_depend as depend
                where depend.classid operator(pg_catalog.=) 'pg_catalog.pg_attrdef'::pg_catalog.regclass
                    and depend.objid operator(pg_catalog.=) expression.oid
                    and depend.refclassid operator(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
                    and depend.refobjid operator(pg_catalog.=) definition.seqrelid
                    and pg_catalog.strpos(expression.adbin::pg_catalog.text, ':funcid 1574 ') operator(pg_catalog.>) 0
            ) as linked
    ) as link
    cross join lateral (
        select case when not link.linked then pg_catalog.left(
            coalesce(pg_catalog.pg_get_expr(expression.adbin, expression.adrelid), type.typdefault),
            500
        ) end as "default"
    ) as written""")

_READ = sql.SQL('select named.place, link.linked, written."default" from {facts}')

_CHECK = sql.SQL("""
declare
    path pg_catalog.text := pg_catalog.current_setting('search_path');
    found pg_catalog.text;
begin
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    select pg_catalog.string_agg(difference.told, '; ')
    into found
    from {facts}
    cross join lateral (
        select case
            when definition.seqrelid is null
            then pg_catalog.format('there is no sequence %s', named.sequence)
            when attribute.attnum is null
            then pg_catalog.format('there is no column %I in a table %s', named."column", named."table")
            when not (
                link.linked
                or not named.linked
                and coalesce(written."default", '') operator(pg_catalog.=) coalesce(named."default", '')
            )
            then pg_catalog.format('%s.%I does not draw from %s', named."table", named."column", named.sequence)
            when definition.seqincrement operator(pg_catalog.<>) named.increment
                or definition.seqcycle operator(pg_catalog.<>) named.cycle
                or named.target operator(pg_catalog.<) definition.seqmin
                or named.target operator(pg_catalog.>) definition.seqmax
            then pg_catalog.format('sequence %s has another increment, CYCLE or bounds', named.sequence)
            when (
                named.target::pg_catalog.numeric operator(pg_catalog.-)
                    coalesce(pg_catalog.pg_sequence_last_value(definition.seqrelid), definition.seqstart)
            ) operator(pg_catalog./) named.increment operator(pg_catalog.>) named.furthest
            then pg_catalog.format('sequence %s is too far from %s to be climbed', named.sequence, named.target)
        end as told
    ) as difference;
    if found is not null then
        raise exception using
            message = pg_catalog.format('database "%s" is not what this script was written for: %s',
                pg_catalog.current_database(), found),
            hint = 'Run seedkit fix-sequence --sql on this database, and what that prints.';
    end if;
    perform pg_catalog.set_config('search_path', path, true);
end
""")
