-- One row: whether the server counts what a transaction writes, and how many rows of %(table)s, its partitions among
-- them, this one has inserted and updated so far, also those taken back. A name without a schema is found as by INSERT.
with placed as (
    select pg_catalog.to_regclass(%(table)s)::pg_catalog.oid as relid
    union
    select relid::pg_catalog.oid from pg_catalog.pg_partition_tree(pg_catalog.to_regclass(%(table)s))
)
select
    pg_catalog.current_setting('track_counts')::pg_catalog.bool as counts,
    coalesce(pg_catalog.sum(pg_catalog.pg_stat_get_xact_tuples_inserted(relid)), 0)::pg_catalog.int8 as inserted,
    coalesce(pg_catalog.sum(pg_catalog.pg_stat_get_xact_tuples_updated(relid)), 0)::pg_catalog.int8 as updated
from placed
