-- One row with the last value of a sequence that was behind the ids of a column, both named, and has been moved; else none.
with named as materialized (
    select
        definition.seqrelid::pg_catalog.regclass as sequence,
        definition.seqcycle and definition.seqcache operator(pg_catalog.=) 1 as goes_round,
        definition.seqincrement::pg_catalog.numeric as step,
        pg_catalog.sign(definition.seqincrement)::pg_catalog.numeric as way,
        greatest(100000, 1000 operator(pg_catalog.*) definition.seqcache) as race,
        greatest(definition.seqmin, {lowest}) as lowest,
        least(definition.seqmax, {highest}) as highest,
        state.last_value::pg_catalog.numeric
            operator(pg_catalog.-) case when state.is_called then 0 else definition.seqincrement end as base
    from pg_catalog.pg_sequence as definition
    cross join {sequence} as state
    where definition.seqrelid operator(pg_catalog.=) {named}::pg_catalog.regclass
),
ids as materialized (
    select
        named.*,
        case
            -- A text that is no number: the error says it.
            when pg_catalog.row_security_active({relation}::pg_catalog.regclass)
            then pg_catalog.concat('row-level security may hide rows of ', {relation})::pg_catalog.numeric
            when pg_catalog.to_regclass('pg_catalog.pg_dist_partition') is not null
            then pg_catalog.concat('each node of Citus has its own: seedkit fix-sequence ', {relation})::pg_catalog.numeric
            when named.way operator(pg_catalog.>) 0
            then greatest(pg_catalog.floor(found.highest), ({lowest})::pg_catalog.numeric operator(pg_catalog.-) 1)
            else least(pg_catalog.ceil(found.lowest), ({highest})::pg_catalog.numeric operator(pg_catalog.+) 1)
        end as taken
    from named
    cross join lateral (
        select
            pg_catalog.max({column})::pg_catalog.numeric as highest,
            pg_catalog.min({column})::pg_catalog.numeric as lowest
        from {table}
        where {column} operator(pg_catalog.>=) named.lowest
            and {column} operator(pg_catalog.<=) named.highest
    ) as found
),
judged as materialized (
    select
        ids.*,
        pg_catalog.div(taken operator(pg_catalog.-) base, step) operator(pg_catalog.+) ({margin}) operator(pg_catalog.-) case
            when (taken operator(pg_catalog.-) base) operator(pg_catalog.*) way operator(pg_catalog.<) 0
                and pg_catalog.mod(taken operator(pg_catalog.-) base, step) operator(pg_catalog.<>) 0
            then 1
            else 0
        end as steps
    from ids
),
behind as materialized (
    select
        judged.*,
        case
            when base operator(pg_catalog.+) ((steps operator(pg_catalog.+) 1) operator(pg_catalog.*) step) operator(pg_catalog.>=) lowest
                and base operator(pg_catalog.+) ((steps operator(pg_catalog.+) 1) operator(pg_catalog.*) step) operator(pg_catalog.<=) highest
            then base operator(pg_catalog.+) (steps operator(pg_catalog.*) step)
            else pg_catalog.concat('nothing is left after id ', taken)::pg_catalog.numeric
        end as target
    from judged
    where steps operator(pg_catalog.>=) 1
),
-- The first nextval keeps ALTER SEQUENCE out. From there on only nextval is sure never to go back while others draw, too;
-- what is so far behind that they can't come there meanwhile is set.
begun as materialized (
    select behind.*, pg_catalog.nextval(sequence) as given
    from behind
)
select case
    when (given operator(pg_catalog.-) target) operator(pg_catalog.*) way operator(pg_catalog.>=) 0
    then given
    when (target operator(pg_catalog.-) given) operator(pg_catalog./) step operator(pg_catalog.>) race
    then pg_catalog.setval(sequence, target::pg_catalog.int8)
    else (
        select drawn.value
        from (
            select pg_catalog.nextval(begun.sequence) as value
            from (select pg_catalog.generate_series(1, 9223372036854775807)) as each
            offset 0
        ) as drawn
        where (drawn.value operator(pg_catalog.-) target) operator(pg_catalog.*) way operator(pg_catalog.>=) 0
            or goes_round and (drawn.value operator(pg_catalog.-) base) operator(pg_catalog.*) way operator(pg_catalog.<) 0
        limit 1
    )
end as last_value
from begun
