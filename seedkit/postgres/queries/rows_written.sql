-- One row: whether the server counts what a transaction writes, and for each table (OID) that this one has inserted or
-- updated rows in a number that is another one when there are more, those of partitions also for the tables above them.
-- It is made of the table's file too, as TRUNCATE begins to count anew. Asked in whatever search path there is. The view
-- pg_stat_xact_user_tables sums all indexes up, and takes three times as long; PostgreSQL's own tables end before 16384.
with seen as materialized (
    select
        oid as relid,
        relfilenode as file,
        pg_catalog.pg_stat_get_xact_tuples_inserted(oid)
        operator(pg_catalog.+) pg_catalog.pg_stat_get_xact_tuples_updated(oid) as rows
    from pg_catalog.pg_class
    where relkind operator(pg_catalog.=) 'r' and oid operator(pg_catalog.>=) 16384::pg_catalog.oid
),
counted as materialized (
    select
        relid,
        pg_catalog.hashtextextended(pg_catalog.concat(relid, ' ', file, ' ', rows), 0) as mark
    from seen
    where rows operator(pg_catalog.>) 0
),
placed as (
    select relid, mark
    from counted
    union all
    select ancestor.relid::pg_catalog.oid, counted.mark
    from counted
    cross join lateral pg_catalog.pg_partition_ancestors(counted.relid) as ancestor
    where ancestor.relid::pg_catalog.oid operator(pg_catalog.<>) counted.relid
),
summed as (
    select
        relid,
        pg_catalog.sum(mark) as mark
    from placed
    group by relid
)
select
    pg_catalog.current_setting('track_counts')::pg_catalog.bool as counts,
    coalesce((select pg_catalog.json_object_agg(relid, mark) from summed), '{}'::pg_catalog.json) as marks
