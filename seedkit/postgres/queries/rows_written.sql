-- One row: how many rows this transaction has inserted and updated, NULL where the server does not count them, and the
-- tables that they came into, with those above a partition. Asked in whatever search path there is.
with counted as materialized (
    select
        relid,
        n_tup_ins operator(pg_catalog.+) n_tup_upd as rows
    from pg_catalog.pg_stat_xact_user_tables
    where n_tup_ins operator(pg_catalog.>) 0 or n_tup_upd operator(pg_catalog.>) 0
)
select
    case
        when pg_catalog.current_setting('track_counts')::pg_catalog.bool
            then (select coalesce(pg_catalog.sum(rows), 0)::pg_catalog.int8 from counted)
    end as rows,
    array(
        select relid::pg_catalog.int8
        from counted
        union
        select ancestor.relid::pg_catalog.int8
        from counted
        cross join lateral pg_catalog.pg_partition_ancestors(counted.relid) as ancestor
    ) as tables
