-- One row: whether the server counts what a transaction writes, and how many rows this one has inserted and updated in
-- each table (OID), those of partitions also in the tables above them. Asked in whatever search path there is. The view
-- pg_stat_xact_user_tables sums all indexes up, and takes three times as long; PostgreSQL's own tables end before 16384.
with seen as materialized (
    select
        oid as relid,
        pg_catalog.pg_stat_get_xact_tuples_inserted(oid)
        operator(pg_catalog.+) pg_catalog.pg_stat_get_xact_tuples_updated(oid) as rows
    from pg_catalog.pg_class
    where relkind operator(pg_catalog.=) 'r' and oid operator(pg_catalog.>=) 16384::pg_catalog.oid
),
counted as materialized (
    select relid, rows
    from seen
    where rows operator(pg_catalog.>) 0
),
placed as (
    select relid, rows
    from counted
    union all
    select ancestor.relid::pg_catalog.oid, counted.rows
    from counted
    cross join lateral pg_catalog.pg_partition_ancestors(counted.relid) as ancestor
    where ancestor.relid::pg_catalog.oid operator(pg_catalog.<>) counted.relid
),
summed as (
    select
        relid,
        pg_catalog.sum(rows)::pg_catalog.int8 as rows
    from placed
    group by relid
)
select
    pg_catalog.current_setting('track_counts')::pg_catalog.bool as counts,
    coalesce((select pg_catalog.json_object_agg(relid, rows) from summed), '{}'::pg_catalog.json) as rows
