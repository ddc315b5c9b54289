-- The state of %(sequence)s, which PostgreSQL 18 gives by OID.
select
    definition.seqrelid::int8 as oid,
    state.last_value,
    state.is_called,
    definition.seqincrement as increment,
    definition.seqmin as minimum,
    definition.seqmax as maximum,
    definition.seqcache as cache,
    definition.seqcycle as cycle,
    pg_is_in_recovery() as standby,
    pg_current_snapshot()::text as snapshot
from pg_sequence as definition
cross join lateral pg_get_sequence_data(definition.seqrelid) as state
where definition.seqrelid = %(sequence)s::oid and state.last_value is not null
