-- The state of %(sequence)s as far as it is told by OID: where it has given no value, its next one is not known.
select
    definition.seqrelid::int8 as oid,
    coalesce(given.last_value, definition.seqstart) as last_value,
    given.last_value is not null as is_called,
    definition.seqincrement as increment,
    definition.seqmin as minimum,
    definition.seqmax as maximum,
    definition.seqcache as cache,
    definition.seqcycle as cycle,
    pg_is_in_recovery() as standby,
    pg_current_snapshot()::text as snapshot
from pg_sequence as definition
cross join lateral (select pg_sequence_last_value(definition.seqrelid) as last_value) as given
where definition.seqrelid = %(sequence)s::oid
